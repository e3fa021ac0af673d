import { describe, expect, it } from "vitest";
import {
  call,
  distance,
  gramOf,
  largest,
  matrix,
  random,
  transposed,
} from "../../../tests/support/matrices.ts";
import { javascriptEngine } from "../../compilers/js/engine.ts";
import type { MatrixEngine } from "./matrix.ts";
import { orthogonalize } from "./orthogonalize.ts";
import { decompose } from "./symmetric.ts";

const muon = [5, 3.4445, -4.775, 2.0315, 1e-8];
const orthogonalized = (x: Parameters<typeof gramOf>[0], numbers = muon) =>
  call("orthogonalize", [x], numbers);

describe("orthogonalize", () => {
  it.each([
    [4, 4],
    [3, 17],
    [40, 9],
    [1, 6],
    [25, 25],
  ])("brings the singular values of %i x %i into Muon's range", (rows, cols) => {
    const x = orthogonalized(random(rows, cols, 7));
    const small = rows > cols ? gramOf(transposed(x)) : gramOf(x);
    const values = [...decompose(small)!.values].map(Math.sqrt);
    // The range of the polynomial over five steps, for singular values that are not tiny at the start.
    expect(Math.max(...values)).toBeLessThan(1.21);
    expect(Math.min(...values)).toBeGreaterThan(0.5);
  });

  it("converges to U V^T with coefficients that converge", () => {
    // 15/8, -10/8 and 3/8: the quintic whose fixed point 1 has two vanishing derivatives.
    const x = orthogonalized(random(5, 9, 3), [25, 1.875, -1.25, 0.375, 0]);
    expect(
      distance(
        gramOf(x),
        matrix(5, 5, (i, j) => Number(i === j)),
      ),
    ).toBeLessThan(1e-14);
  });

  it("of a transpose is the transpose", () => {
    const x = random(6, 11, 5);
    const turned = transposed(orthogonalized(transposed(x)));
    // Sums of squares are taken in another order: a difference of one rounding, which five steps increase at most 485 times.
    expect(distance(orthogonalized(x), turned)).toBeLessThan(1e-13);
  });

  it("does not depend on the magnitude of x, and leaves zeros zero", () => {
    const x = random(4, 6, 9);
    const scaled = matrix(4, 6, (i, j) => 2 ** 40 * x.data[i * 6 + j]!);
    const without = [...muon.slice(0, 4), 0];
    expect(orthogonalized(scaled, without).data).toEqual(orthogonalized(x, without).data);
    expect(largest(orthogonalized(matrix(3, 2, () => 0)))).toBe(0);
    expect(orthogonalized(matrix(0, 2, () => 0)).data).toHaveLength(0);
  });

  it.each([
    [3, 17],
    [17, 3],
  ])("makes Gram matrices of the shorter side of %i x %i", (rows, cols) => {
    const engine = javascriptEngine("float64");
    const sizes = new Set<number>();
    const count =
      (operation: "multiply" | "multiplySymmetric"): MatrixEngine["multiply"] =>
      (out, ...rest) => {
        sizes.add(out.rows * out.cols);
        engine[operation](out, ...rest);
      };
    const counting: MatrixEngine = {
      ...engine,
      multiply: count("multiply"),
      multiplySymmetric: count("multiplySymmetric"),
    };
    orthogonalize.run(
      counting,
      matrix(rows, cols, () => 0),
      [random(rows, cols, 1)],
      muon,
    );
    expect([...sizes].toSorted((a, b) => a - b)).toEqual([9, 51]);
  });

  it("refuses an infinite number of steps", () => {
    for (const steps of [Infinity, NaN]) {
      expect(() => orthogonalized(random(2, 3, 1), [steps, ...muon.slice(1)])).toThrow(
        `orthogonalize: steps must be a finite number, got ${steps}`,
      );
    }
  });

  it("in float32 is the float64 result up to rounding", () => {
    const x = random(12, 20, 11, "float32");
    const exact = orthogonalized({ ...x, data: Float64Array.from(x.data) });
    // 15 products of depth 20; the slope at zero (3.4445 per step) increases their errors.
    expect(distance(orthogonalized(x), exact)).toBeLessThan(1e-4);
  });
});

it.each([2 ** 700, 2 ** -700])("divides by norms whose squares overflow or vanish: %d", (scale) => {
  const numbers = [5, 3.4445, -4.775, 2.0315, 0];
  const x = matrix(3, 5, (i, j) => ((i * 5 + j) % 7) - 3);
  const scaled = matrix(3, 5, (i, j) => x.data[i * 5 + j]! * scale);
  const [expected, found] = [x, scaled].map((each) => call("orthogonalize", [each], numbers));
  expect([...found!.data]).toEqual([...expected!.data]);
});
