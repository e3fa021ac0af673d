import { describe, expect, it } from "vitest";
import {
  type Arrays,
  checkGradients,
  type GradientCase,
} from "../../../tests/support/gradients.ts";
import * as autodiff from "../index.ts";

const { add, addBias, gelu, linear, matmul, meanSquaredError, relu, scale } = autodiff;
const { SparseInput, sigmoid, softmaxCrossEntropy, sparseLinear, tanh } = autodiff;

/** A product of matrices, operands transposed or not. */
function multiply(
  a: readonly number[],
  b: readonly number[],
  [rows, depth, columns]: readonly [number, number, number],
  transposeA = false,
  transposeB = false,
): number[] {
  return Array.from({ length: rows * columns }, (_, index) => {
    const [i, j] = [Math.floor(index / columns), index % columns];
    let sum = 0;
    for (let k = 0; k < depth; k++) {
      const left = a[transposeA ? k * rows + i : i * depth + k]!;
      sum += left * b[transposeB ? j * depth + k : k * columns + j]!;
    }
    return sum;
  });
}

/** The error function by its series, to 1e-15 for |x| < 3. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const shape = { x: [3, 5] };
const unary = (
  build: (x: autodiff.Tensor) => autodiff.Tensor,
  reference: (x: number) => number,
): GradientCase => ({
  shapes: shape,
  build: ({ x }) => build(x!),
  reference: ({ x }) => x!.map(reference),
});

const labels = new Uint8Array([2, 0, 4]);
function crossEntropy({ x }: Arrays): number[] {
  const losses = Array.from(labels, (label, row) => {
    const logits = x!.slice(row * 5, row * 5 + 5);
    const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
    return Math.log(sum) - logits[label]!;
  });
  return [losses.reduce((a, b) => a + b, 0) / losses.length];
}

/** Rows 4 and 1 (twice); none; 6, 1 and 0. */
const sparse = new SparseInput({ rows: 3, features: 7 });
sparse.set([[4, 1, 1], [], [6, 1, 0]], [[0.5, 2, -1], [], [1, 0.25, -3]]);
const dense = [...[0, 1, 0, 0, 0.5, 0, 0], ...[0, 0, 0, 0, 0, 0, 0], ...[-3, 0.25, 0, 0, 0, 0, 1]];
const withBias = (y: readonly number[], b: readonly number[]): number[] =>
  y.map((value, i) => value + b[i % b.length]!);

const cases: Record<string, Record<string, GradientCase>> = {
  add: {
    "two tensors": {
      shapes: { a: [3, 5], b: [3, 5] },
      build: ({ a, b }) => add(a!, b!),
      reference: ({ a, b }) => a!.map((value, i) => value + b![i]!),
    },
    "a tensor and itself": unary(
      (x) => add(x, x),
      (x) => 2 * x,
    ),
  },
  addBias: {
    "to three dimensions": {
      shapes: { x: [2, 3, 5], b: [5] },
      build: ({ x, b }) => addBias(x!, b!),
      reference: ({ x, b }) => withBias(x!, b!),
    },
  },
  dropout: {
    "probability 0": unary(
      (x) => autodiff.dropout(x, 0),
      (x) => x,
    ),
  },
  gelu: {
    exact: unary(gelu, (x) => 0.5 * x * (1 + erf(x / Math.SQRT2))),
    "by tanh": unary(
      (x) => gelu(x, { approximate: "tanh" }),
      (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
    ),
  },
  linear: {
    "with bias": {
      shapes: { x: [3, 5], w: [5, 4], b: [4] },
      build: ({ x, w, b }) => linear(x!, w!, b!),
      reference: ({ x, w, b }) => withBias(multiply(x!, w!, [3, 5, 4]), b!),
    },
    "without bias, on three dimensions": {
      shapes: { x: [2, 3, 5], w: [5, 1] },
      build: ({ x, w }) => linear(x!, w!),
      reference: ({ x, w }) => multiply(x!, w!, [6, 5, 1]),
    },
    "one weight twice": {
      shapes: { x: [3, 5], w: [5, 5], b: [5] },
      build: ({ x, w, b }) => linear(linear(x!, w!, b!), w!, b!),
      reference: ({ x, w, b }) => {
        const once = withBias(multiply(x!, w!, [3, 5, 5]), b!);
        return withBias(multiply(once, w!, [3, 5, 5]), b!);
      },
    },
  },
  matmul: Object.fromEntries(
    [false, true].flatMap((transposeA) =>
      [false, true].map((transposeB) => [
        `A${transposeA ? "^T" : ""} B${transposeB ? "^T" : ""}`,
        {
          shapes: { a: transposeA ? [5, 3] : [3, 5], b: transposeB ? [4, 5] : [5, 4] },
          build: ({ a, b }) => matmul(a!, b!, { transposeA, transposeB }),
          reference: ({ a, b }) => multiply(a!, b!, [3, 5, 4], transposeA, transposeB),
        } satisfies GradientCase,
      ]),
    ),
  ),
  meanSquaredError: {
    "of two parameters": {
      shapes: { x: [3, 5], t: [3, 5] },
      build: ({ x, t }) => meanSquaredError(x!, t!),
      reference: ({ x, t }) => [x!.reduce((sum, v, i) => sum + (v - t![i]!) ** 2, 0) / 15],
    },
  },
  relu: { "away from 0": unary(relu, (x) => Math.max(x, 0)) },
  scale: {
    "by -2.5": unary(
      (x) => scale(x, -2.5),
      (x) => -2.5 * x,
    ),
  },
  sigmoid: { "near 0": unary(sigmoid, (x) => 1 / (1 + Math.exp(-x))) },
  softmaxCrossEntropy: {
    "of three rows": {
      shapes: shape,
      build: ({ x }) => softmaxCrossEntropy(x!, labels),
      reference: crossEntropy,
    },
  },
  sparseLinear: {
    "with bias": {
      shapes: { w: [7, 4], b: [4] },
      build: ({ w, b }) => sparseLinear(sparse, w!, b!),
      reference: ({ w, b }) => withBias(multiply(dense, w!, [3, 7, 4]), b!),
    },
    "twice with one weight": {
      shapes: { w: [7, 4] },
      build: ({ w }) => add(sparseLinear(sparse, w!), relu(sparseLinear(sparse, w!))),
      reference: ({ w }) => multiply(dense, w!, [3, 7, 4]).map((y) => y + Math.max(y, 0)),
    },
    "and dense with one weight": {
      shapes: { w: [7, 7] },
      build: ({ w }) => linear(sparseLinear(sparse, w!), w!),
      reference: ({ w }) => multiply(multiply(dense, w!, [3, 7, 7]), w!, [3, 7, 7]),
    },
    "and dense with one weight, the dense one first": {
      shapes: { w: [7, 7], x: [3, 7] },
      build: ({ w, x }) => add(linear(x!, w!), sparseLinear(sparse, w!)),
      reference: ({ w, x }) => {
        const y = multiply(dense, w!, [3, 7, 7]);
        return multiply(x!, w!, [3, 7, 7]).map((value, i) => value + y[i]!);
      },
    },
  },
  tanh: { "near 0": unary(tanh, Math.tanh) },
};

const notOperations = ["AutodiffError", "SparseInput", "Tape", "createTape", "sampleLabels"];

it("has gradients checked for every operation that is exported", () => {
  const operations = Object.keys(autodiff).filter((name) => !notOperations.includes(name));
  expect(Object.keys(cases).sort()).toEqual(operations.sort());
});

describe.each(Object.entries(cases))("%s", (_, variants) => {
  it.each(Object.entries(variants))("has the gradients of finite differences: %s", (_, each) => {
    checkGradients(each);
  });
});
