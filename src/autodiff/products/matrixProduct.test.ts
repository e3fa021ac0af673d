import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { either, runs, sample } from "../../../tests/support/properties.ts";
import { inSeveralCalls } from "../../../tests/support/ranges.ts";
import { enableRelaxedSimd } from "../../../tests/support/relaxedSimd.ts";
import { Memory } from "../../runtime/memory/memory.ts";
import { instantiateKernels } from "../kernels/index.ts";
import { createMatrixProduct, type MatrixProduct, type ProductShape } from "./matrixProduct.ts";
import { inOneCall, runRangesOn } from "./ranges.ts";

enableRelaxedSimd();
const memory = new Memory("growing", 0);
/** Both builds, whichever of them this engine would get. */
const builds = [false, true].map((fused) => ({
  name: fused ? "with fused multiply-adds" : "without fused multiply-adds",
  fused,
  product: createMatrixProduct(memory, inOneCall(memory, instantiateKernels(memory, fused))),
}));
const sentinel = -12345.5;
/** Elements in front of and behind each matrix, so that none of them is aligned. */
const margin = 3;

/** A view on fresh memory that does not start at a multiple of 16 bytes. */
function allocate(values: Float32Array): { address: number; whole: Float32Array } {
  const address = memory.allocate((values.length + 2 * margin) * 4);
  const whole = memory.view("float32", address, values.length + 2 * margin).fill(sentinel);
  whole.set(values, margin);
  return { address, whole };
}

/** Numbers of both signs over three orders of magnitude, from a seed. */
function numbers(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * 10 ** ((state >>> 3) % 4);
  });
}

const transposed = (matrix: Float32Array, rows: number, columns: number): Float32Array =>
  matrix.map((_, index) => matrix[(index % rows) * columns + Math.floor(index / rows)]!);

/**
 * Compares with a float64 triple loop. Each element is a sum of depth products and, where the
 * product accumulates, of the old element: each of them goes through at most depth + 2 roundings
 * of relative size u = 2^-24, so the error is at most (depth + 2) u / (1 - (depth + 2) u) times the
 * sum of their magnitudes (Higham, "Accuracy and Stability of Numerical Algorithms", section 3.1).
 */
function compare(product: MatrixProduct, shape: ProductShape, seed: number): void {
  const { rows, depth, columns, transposeA, transposeB, accumulate } = shape;
  const a = numbers(rows * depth, seed);
  const b = numbers(depth * columns, seed + 1);
  const before = numbers(rows * columns, seed + 2);
  const placed = [a, b, before].map(allocate);
  const [atA, atB, atC] = placed.map(({ whole }) => whole.subarray(margin, -margin));
  product(atA!, atB!, atC!, shape);
  const roundings = (depth + 2) * 2 ** -24;
  const bound = roundings / (1 - roundings);
  // Both read along the depth.
  const rowsOfA = transposeA ? transposed(a, depth, rows) : a;
  const columnsOfB = transposeB ? b : transposed(b, depth, columns);
  let worst = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = accumulate ? before[i * columns + j]! : 0;
      let magnitude = Math.abs(sum);
      for (let k = 0; k < depth; k++) {
        const term = rowsOfA[i * depth + k]! * columnsOfB[j * depth + k]!;
        sum += term;
        magnitude += Math.abs(term);
      }
      const error = Math.abs(atC![i * columns + j]! - sum);
      worst = Math.max(worst, error === 0 ? 0 : error / (bound * magnitude));
    }
  }
  expect(worst).toBeLessThanOrEqual(1);
  expect(atA!.every((value, i) => value === a[i])).toBe(true);
  expect(atB!.every((value, i) => value === b[i])).toBe(true);
  for (const { address, whole } of placed) {
    const border = [...whole.subarray(0, margin), ...whole.subarray(whole.length - margin)];
    expect(border).toEqual(Array(2 * margin).fill(sentinel));
    memory.release(address);
  }
}

const flags = [false, true].flatMap((transposeA) =>
  [false, true].flatMap((transposeB) =>
    [false, true].map((accumulate) => ({
      name: `A${transposeA ? "^T" : ""} B${transposeB ? "^T" : ""}${accumulate ? " + C" : ""}`,
      options: { transposeA, transposeB, accumulate },
    })),
  ),
);

describe.each(builds)("the product $name", ({ product, fused }) => {
  it.each(flags)("equals a triple loop for all small sizes: $name", ({ options }) => {
    const sizes = either([0, 1, 4, 7, 9, 17], [0, 1, 3, 4, 5, 7, 8, 9, 17]);
    for (const rows of sizes) {
      for (const depth of sizes) {
        for (const columns of sizes) {
          const shape = { rows, depth, columns, ...options };
          compare(product, shape, rows * 100 + depth * 10 + columns);
        }
      }
    }
  });

  it.each(sample(flags, 2))("equals a triple loop where blocks end: $name", ({ options }) => {
    compare(product, { rows: 64, depth: 64, columns: 64, ...options }, 1);
    compare(product, { rows: 129, depth: 257, columns: 33, ...options }, 2);
    compare(product, { rows: 5, depth: 513, columns: 1029, ...options }, 3);
    compare(product, { rows: 260, depth: 3, columns: 1025, ...options }, 4);
    compare(product, { rows: 128, depth: 272, columns: 150, ...options }, 7);
  });

  it("equals a triple loop where an operand is packed in several parts", () => {
    compare(product, { rows: 9, depth: 1100, columns: 1025 }, 5);
    compare(product, { rows: 5, depth: 131_100, columns: 6, transposeA: true }, 6);
  });

  it("equals a triple loop for any sizes", () => {
    const size = fc.nat({ max: 140 });
    const flag = fc.boolean();
    fc.assert(
      fc.property(
        fc.record({
          ...{ rows: size, depth: size, columns: size },
          ...{ transposeA: flag, transposeB: flag, accumulate: flag },
        }),
        fc.nat(),
        (shape, seed) => compare(product, shape, seed),
      ),
      runs(15),
    );
  });

  it("has the same bits in ranges of rows or columns, whatever their order and whoever computes them", () => {
    const kernels = instantiateKernels(memory, fused);
    const inRanges = createMatrixProduct(memory, inSeveralCalls(memory, kernels));
    for (const [rows, depth, columns] of [
      [130, 300, 75],
      [1, 1, 1],
      [29, 1100, 1030],
    ] as const) {
      const placed = [numbers(rows * depth, 1), numbers(depth * columns, 2)].map(allocate);
      const [a, b] = placed.map(({ whole }) => whole.subarray(margin, -margin));
      const results = [product, inRanges].map((multiply) => {
        const { whole } = allocate(new Float32Array(rows * columns));
        multiply(a!, b!, whole.subarray(margin, -margin), { rows, depth, columns });
        return whole;
      });
      expect(results[1]).toEqual(results[0]);
    }
  });

  it("carries infinities and NaN to where a triple loop has them, and nowhere else", () => {
    const a = new Float32Array(25).fill(1);
    a[7] = Infinity;
    a[13] = NaN;
    const b = new Float32Array(25).fill(2);
    const [atA, atB, atC] = [a, b, b]
      .map(allocate)
      .map(({ whole }) => whole.subarray(margin, -margin));
    product(atA!, atB!, atC!, { rows: 5, depth: 5, columns: 5 });
    const row = (value: number) => Array(5).fill(value);
    expect([...atC!]).toEqual([...row(10), ...row(Infinity), ...row(NaN), ...row(10), ...row(10)]);
  });
});

it("rounds once or twice for each term, by build", () => {
  // (1 + e)^2 - (1 + 2 e) is e^2; the square alone rounds to 1 + 2 e.
  const e = 2 ** -12;
  const a = allocate(Float32Array.of(-1, 1 + e)).whole.subarray(margin, -margin);
  const b = allocate(Float32Array.of(1 + 2 * e, 1 + e)).whole.subarray(margin, -margin);
  const c = allocate(new Float32Array(1)).whole.subarray(margin, -margin);
  const results = builds.map(({ product }) => {
    product(a, b, c, { rows: 1, depth: 2, columns: 1 });
    return c[0];
  });
  // Relaxed SIMD leaves it to the processor; every one with AVX2, and every ARM of 64 bits, can.
  expect(results).toEqual([0, e * e]);
});

it("runs in a memory that is not shared, and takes its buffers there once", () => {
  const own = new Memory("fixed", 2 ** 23);
  const view = () => own.view("float32", own.allocate(4), 1).fill(3);
  const [a, b, c] = [view(), view(), view()];
  const multiply = () =>
    createMatrixProduct(own, runRangesOn(own, undefined))(a, b, c, {
      rows: 1,
      depth: 1,
      columns: 1,
    });
  multiply();
  expect(c[0]).toBe(9);
  const { allocated } = own;
  multiply();
  expect(own.allocated).toBe(allocated);
});
