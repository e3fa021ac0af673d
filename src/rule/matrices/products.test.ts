import { describe, expect, it } from "vitest";
import { call, matrix, product, random, transposed } from "../../../tests/support/matrices.ts";
import type { Kind } from "../graph/kinds.ts";
import { signatures } from "./signatures.ts";

const kinds = (...names: string[]) => names as Kind[];

describe("transpose", () => {
  it("turns rows into columns", () => {
    const x = random(3, 5, 1, "float32");
    expect(call("transpose", [x], [], [5, 3]).data).toEqual(
      matrix(5, 3, (i, j) => x.data[j * 5 + i]!, "float32").data,
    );
    expect(call("transpose", [matrix(0, 4, () => 1)], [], [4, 0]).data).toHaveLength(0);
  });

  it.each([
    ["element", "transposed"],
    ["transposed", "element"],
    ["left", "left"],
    ["right", "right"],
    ["row", undefined],
    ["column", undefined],
  ])("of %s is %s", (x, result) => {
    expect(signatures.transpose.kindOf(...kinds(x))).toBe(result);
  });
});

describe("matmul", () => {
  it("is the product", () => {
    const [a, b] = [random(3, 5, 1), random(5, 4, 2)];
    expect(call("matmul", [a, b], [], [3, 4]).data).toEqual(product(a, b).data);
    // (a b)^T = b^T a^T, computed with the same sums of the same products.
    expect(transposed(product(a, b)).data).toEqual(product(transposed(b), transposed(a)).data);
  });

  it.each([
    ["element", "transposed", "left"],
    ["transposed", "element", "right"],
    ["left", "element", "element"],
    ["element", "right", "element"],
    ["left", "left", "left"],
    ["left", "column", "column"],
    ["row", "right", "row"],
    ["column", "row", "element"],
    ["element", "element", undefined],
    ["right", "element", undefined],
    ["row", "transposed", undefined],
    ["scalar", "row", undefined],
    ["uniform", "element", undefined],
  ])("of %s and %s is %s", (a, b, result) => {
    expect(signatures.matmul.kindOf(...kinds(a, b))).toBe(result);
  });
});
