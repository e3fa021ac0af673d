/** Kernels that take two vectors side by side give the bits of those that take one. */
import { describe, expect, it } from "vitest";
import { randomNumbers } from "../../../tests/support/numbers.ts";
import { enableRelaxedSimd } from "../../../tests/support/relaxedSimd.ts";
import { Memory } from "../../runtime/memory/memory.ts";
import { createMatrixProduct } from "../products/matrixProduct.ts";
import { inOneCall } from "../products/ranges.ts";
import * as activations from "./activations.ts";
import { instantiateKernels, type Kernels } from "./index.ts";

enableRelaxedSimd();
const memory = new Memory("growing", 0);
const numbers = randomNumbers(5);
const array = (length: number) =>
  memory.view("float32", memory.allocate(4 * length), length) as Float32Array;
const filled = (length: number) => {
  const made = array(length);
  made.forEach((_, i) => {
    made[i] = numbers.between(-4, 4);
  });
  return made;
};

describe.each([false, true])("with multiply-adds that are fused: %s", (fused) => {
  const both = ([1, 2] as const).map((width) => instantiateKernels(memory, fused, width));

  it.each([
    [1, 1, 1],
    [3, 7, 15],
    [4, 16, 16],
    [5, 40, 17],
    [6, 33, 47],
    [37, 300, 33],
    [130, 20, 70],
  ])("a product of %i x %i with %i columns", (rows, depth, columns) => {
    const [a, b] = [filled(rows * depth), filled(depth * columns)];
    for (const accumulate of [false, true]) {
      const before = filled(rows * columns);
      const [one, two] = both.map((kernels) => {
        const c = array(rows * columns);
        c.set(before);
        const multiply = createMatrixProduct(memory, inOneCall(memory, kernels));
        multiply(a, b, c, { rows, depth, columns, accumulate });
        return [...c];
      });
      expect(two).toEqual(one);
    }
  });

  it.each(Object.keys(activations) as (keyof typeof activations)[])("%s, of any length", (name) => {
    for (let length = 0; length < 20; length++) {
      const inputs = name.endsWith("Gradient") ? 2 : 1;
      const given = Array.from({ length: inputs }, () => filled(length));
      const [one, two] = both.map((kernels) => {
        const target = array(length + 8);
        target.fill(7);
        const addresses = [...given, target].map(({ byteOffset }) => byteOffset);
        (kernels[name as keyof Kernels] as (...words: number[]) => void)(length, ...addresses);
        return [...target];
      });
      expect(two).toEqual(one);
    }
  });
});
