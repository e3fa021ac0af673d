import { describe, expect, it } from "vitest";
import {
  type Arrays,
  checkGradients,
  type GradientCase,
} from "../../../tests/support/gradients.ts";
import { imageCases } from "../../../tests/support/imageCases.ts";
import { batchedProduct, operationCases } from "../../../tests/support/operationCases.ts";
import * as autodiff from "../index.ts";

const { add, addBias, embedding, gelu, layerNorm, linear, matmul } = autodiff;
const { meanSquaredError, relu, reshape, scale } = autodiff;
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

const indices = new Uint16Array([4, 1, 4, 0]);
const lookUp = (table: readonly number[]): number[] =>
  Array.from(indices).flatMap((index) => table.slice(index * 3, index * 3 + 3));

/** Rows of five elements. */
function normalize({ x, gain, bias }: Arrays, eps: number): number[] {
  return x!.map((value, i) => {
    const row = x!.slice(i - (i % 5), i - (i % 5) + 5);
    const mean = row.reduce((a, b) => a + b, 0) / 5;
    const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 5;
    return ((value - mean) / Math.sqrt(variance + eps)) * gain![i % 5]! + bias![i % 5]!;
  });
}

const cases: Record<string, Record<string, GradientCase>> = {
  ...imageCases,
  ...operationCases,
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
  embedding: {
    "a row twice": {
      shapes: { table: [5, 3] },
      build: ({ table }) => embedding(indices, table!),
      reference: ({ table }) => lookUp(table!),
    },
    "and dense with one table": {
      shapes: { table: [5, 3] },
      build: ({ table }) => matmul(embedding(indices, table!), table!, { transposeB: true }),
      reference: ({ table }) => multiply(lookUp(table!), table!, [4, 3, 5], false, true),
    },
  },
  gelu: {
    exact: unary(gelu, (x) => 0.5 * x * (1 + erf(x / Math.SQRT2))),
    "by tanh": unary(
      (x) => gelu(x, { approximate: "tanh" }),
      (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
    ),
  },
  layerNorm: {
    "of three dimensions": {
      shapes: { x: [2, 3, 5], gain: [5], bias: [5] },
      build: ({ x, gain, bias }) => layerNorm(x!, gain!, bias!),
      reference: (at) => normalize(at, 1e-5),
    },
    "with a large eps": {
      shapes: { x: [3, 5], gain: [5], bias: [5] },
      build: ({ x, gain, bias }) => layerNorm(x!, gain!, bias!, 0.5),
      reference: (at) => normalize(at, 0.5),
    },
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
  matmul: {
    "batches that broadcast": batchedProduct,
    ...Object.fromEntries(
      [false, true].flatMap((transposeA) =>
        [false, true].flatMap((transposeB) => {
          const label = `A${transposeA ? "^T" : ""} B${transposeB ? "^T" : ""}`;
          const [ofA, ofB] = [transposeA ? [5, 3] : [3, 5], transposeB ? [4, 5] : [5, 4]];
          const one: GradientCase = {
            shapes: { a: ofA, b: ofB },
            build: ({ a, b }) => matmul(a!, b!, { transposeA, transposeB }),
            reference: ({ a, b }) => multiply(a!, b!, [3, 5, 4], transposeA, transposeB),
          };
          const each = (at: Arrays, i: number) =>
            multiply(
              at["a"]!.slice(15 * i, 15 * i + 15),
              at["b"]!,
              [3, 5, 4],
              transposeA,
              transposeB,
            );
          const batch: GradientCase = {
            ...{ ...one, shapes: { a: [2, ...ofA], b: ofB } },
            reference: (at) => [...each(at, 0), ...each(at, 1)],
          };
          return [[label, one] as const, [`${label}, two of A`, batch] as const];
        }),
      ),
    ),
  },
  meanSquaredError: {
    "of two parameters": {
      shapes: { x: [3, 5], t: [3, 5] },
      build: ({ x, t }) => meanSquaredError(x!, t!),
      reference: ({ x, t }) => [x!.reduce((sum, v, i) => sum + (v - t![i]!) ** 2, 0) / 15],
    },
  },
  relu: { "away from 0": unary(relu, (x) => Math.max(x, 0)) },
  reshape: {
    "to fewer dimensions": {
      shapes: { x: [2, 3, 5], w: [15, 2] },
      build: ({ x, w }) => matmul(reshape(x!, [2, -1]), w!),
      reference: ({ x, w }) => multiply(x!, w!, [2, 15, 2]),
    },
  },
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

const notOperations = [
  ...["AutodiffError", "SparseInput", "Tape", "createTape", "float64", "sampleLabels"],
  "valueAndGradient",
];

it("has gradients checked for every operation that is exported", () => {
  const operations = Object.keys(autodiff).filter((name) => !notOperations.includes(name));
  expect(Object.keys(cases).sort()).toEqual(operations.sort());
});

describe.each(Object.entries(cases))("%s", (_, variants) => {
  it.each(Object.entries(variants))("has the gradients of finite differences: %s", (_, each) => {
    checkGradients(each);
  });
});
