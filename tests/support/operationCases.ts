/** Elementwise operations, sums, losses and rearrangements, with their float64 transcriptions, for the check of gradients. */

import type { Tensor } from "../../src/autodiff/index.ts";
import * as autodiff from "../../src/autodiff/index.ts";
import type { Arrays, GradientCase } from "./gradients.ts";

/** For tensors of any type: also used to compute in float64. */
type Build = GradientCase["build"];

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

const unary = (
  build: (x: Tensor) => Tensor,
  reference: (x: number) => number,
  above = -1.5,
): GradientCase => ({
  shapes: { x: [3, 5] },
  values: { x: Array.from({ length: 15 }, (_, i) => Math.fround(above + 0.1 + i * 0.2071)) },
  build: ({ x }) => build(x!),
  reference: ({ x }) => x!.map(reference),
});

/** For a [2, 1, 3] and b [4, 1]: combines each element of one with each of the other. */
const binary = (
  build: (a: Tensor, b: Tensor) => Tensor,
  reference: (a: number, b: number) => number,
  above = -1.5,
): Record<string, GradientCase> => {
  const values = (count: number, from: number) =>
    Array.from({ length: count }, (_, i) => Math.fround(above + from + i * 0.37));
  return {
    "that broadcast": {
      shapes: { a: [2, 1, 3], b: [4, 1] },
      values: { a: values(6, 0.13), b: values(4, 0.21) },
      build: ({ a, b }) => build(a!, b!),
      reference: ({ a, b }) =>
        Array.from({ length: 24 }, (_, i) => {
          const [outer, row, column] = [Math.floor(i / 12), Math.floor(i / 3) % 4, i % 3];
          return reference(a![outer * 3 + column]!, b![row]!);
        }),
    },
    "of one shape": {
      shapes: { a: [5], b: [5] },
      values: { a: values(5, 0.13), b: values(5, 0.21).reverse() },
      build: ({ a, b }) => build(a!, b!),
      reference: ({ a, b }) => a!.map((value, i) => reference(value, b![i]!)),
    },
    "of a tensor and one number": {
      shapes: { a: [5], b: [] },
      values: { a: values(5, 0.13), b: [Math.fround(above + 1.71)] },
      build: ({ a, b }) => build(a!, b!),
      reference: ({ a, b }) => a!.map((value) => reference(value, b![0]!)),
    },
  };
};

const elementwise: Record<string, Record<string, GradientCase>> = {
  abs: { "away from 0": unary(autodiff.abs, Math.abs) },
  add: {
    ...binary(autodiff.add, (a, b) => a + b),
    "a tensor and itself": unary(
      (x) => autodiff.add(x, x),
      (x) => 2 * x,
    ),
    "a tensor and a number": unary(
      (x) => autodiff.add(1.5, x),
      (x) => 1.5 + x,
    ),
  },
  cos: { "of both signs": unary(autodiff.cos, Math.cos) },
  div: binary(autodiff.div, (a, b) => a / b, 0.4),
  exp: { "of both signs": unary(autodiff.exp, Math.exp) },
  leakyRelu: {
    "away from 0": unary(
      (x) => autodiff.leakyRelu(x, 0.25),
      (x) => (x > 0 ? x : x / 4),
    ),
  },
  less: {
    "as a factor": {
      shapes: { a: [5], b: [1] },
      build: ({ a, b }) => autodiff.mul(autodiff.less(a!, b!), a!),
      reference: ({ a, b }) => a!.map((value) => (value < b![0]! ? value : 0)),
    },
  },
  log: { "above 0": unary(autodiff.log, Math.log, 0) },
  logSigmoid: { "of both signs": unary(autodiff.logSigmoid, (x) => -softplus(-x)) },
  maximum: binary(autodiff.maximum, Math.max),
  minimum: binary(autodiff.minimum, Math.min),
  mul: {
    ...binary(autodiff.mul, (a, b) => a * b),
    "a tensor and itself": unary(
      (x) => autodiff.mul(x, x),
      (x) => x * x,
    ),
  },
  neg: { "of both signs": unary(autodiff.neg, (x) => -x) },
  pow: {
    ...binary(autodiff.pow, (a, b) => a ** b, 0.2),
    "of both signs, by 3": unary(
      (x) => autodiff.pow(x, 3),
      (x) => x ** 3,
    ),
  },
  silu: { "of both signs": unary(autodiff.silu, (x) => x * sigmoid(x)) },
  sin: { "of both signs": unary(autodiff.sin, Math.sin) },
  softplus: { "of both signs": unary(autodiff.softplus, softplus) },
  sqrt: { "above 0": unary(autodiff.sqrt, Math.sqrt, 0) },
  square: { "of both signs": unary(autodiff.square, (x) => x * x) },
  sub: binary(autodiff.sub, (a, b) => a - b),
  where: {
    "of three that broadcast": {
      shapes: { c: [3, 1], a: [3, 4], b: [4] },
      values: { c: [1, 0, -2] },
      build: ({ c, a, b }) => autodiff.where(c!, a!, b!),
      reference: ({ c, a, b }) =>
        a!.map((value, i) => (c![Math.floor(i / 4)] ? value : b![i % 4]!)),
    },
  },
};

const sumOf = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);

/** For x [2, 3, 4]: a function computes each element of the result from the elements that belong to it. */
const reduced = (
  build: Build,
  keyOf: (index: number) => number,
  count: number,
  of: (list: readonly number[]) => number,
): GradientCase => ({
  shapes: { x: [2, 3, 4] },
  build,
  reference: ({ x }) =>
    Array.from({ length: count }, (_, key) => of(x!.filter((_, i) => keyOf(i) === key))),
});

const meanOf = (list: readonly number[]) => sumOf(list) / list.length;

const layouts: Record<string, Record<string, GradientCase>> = {
  sum: {
    "of all": reduced(
      ({ x }) => autodiff.sum(x!),
      () => 0,
      1,
      sumOf,
    ),
    "of one dimension": reduced(
      ({ x }) => autodiff.sum(x!, { axes: 1 }),
      (i) => Math.floor(i / 12) * 4 + (i % 4),
      8,
      sumOf,
    ),
  },
  mean: {
    "of all": reduced(
      ({ x }) => autodiff.mean(x!),
      () => 0,
      1,
      meanOf,
    ),
    "of two dimensions, kept": reduced(
      ({ x }) => autodiff.mean(x!, { axes: [0, -1], keepDims: true }),
      (i) => Math.floor(i / 4) % 3,
      3,
      meanOf,
    ),
  },
  slice: {
    "of the middle": {
      shapes: { x: [2, 4, 3] },
      build: ({ x }) => autodiff.slice(x!, 1, 1, -1),
      reference: ({ x }) => x!.filter((_, i) => [1, 2].includes(Math.floor(i / 3) % 4)),
    },
  },
  concat: {
    "along the last dimension, one twice": {
      shapes: { a: [2, 3], b: [2, 1] },
      build: ({ a, b }) => autodiff.concat([a!, b!, a!], -1),
      reference: ({ a, b }) =>
        [0, 1].flatMap((row) => [
          ...a!.slice(3 * row, 3 * row + 3),
          b![row]!,
          ...a!.slice(3 * row, 3 * row + 3),
        ]),
    },
  },
  transpose: {
    "of three dimensions": {
      shapes: { x: [2, 3, 4] },
      build: ({ x }) => autodiff.transpose(x!, [1, 2, 0]),
      reference: ({ x }) =>
        x!.map((_, i) => x![(i % 2) * 12 + Math.floor(i / 8) * 4 + (Math.floor(i / 2) % 4)]!),
    },
    "of a matrix, in a product": {
      shapes: { x: [2, 3] },
      build: ({ x }) => autodiff.matmul(x!, autodiff.transpose(x!)),
      reference: ({ x }) =>
        Array.from({ length: 4 }, (_, i) => {
          const [a, b] = [Math.floor(i / 2), i % 2];
          return sumOf([0, 1, 2].map((k) => x![3 * a + k]! * x![3 * b + k]!));
        }),
    },
  },
  detach: {
    "beside itself": {
      shapes: { x: [5], still: [5] },
      values: { x: [0.5, 1, -1, 2, 0.25], still: [0.5, 1, -1, 2, 0.25] },
      // A detached tensor counts as another tensor with the same values.
      build: ({ x, still }) =>
        autodiff.add(
          autodiff.mul(autodiff.detach(x!), still!),
          autodiff.sub(x!, autodiff.detach(x!)),
        ),
      reference: ({ x, still }) =>
        x!.map((value, i) => [0.5, 1, -1, 2, 0.25][i]! * (still![i]! - 1) + value),
    },
  },
};

const rows = (x: readonly number[], of: (row: readonly number[]) => readonly number[]) =>
  [0, 1, 2].flatMap((row) => of(x.slice(row * 5, row * 5 + 5)));

const losses: Record<string, Record<string, GradientCase>> = {
  softmax: {
    "of rows": {
      shapes: { x: [3, 5] },
      build: ({ x }) => autodiff.softmax(x!),
      reference: ({ x }) =>
        rows(x!, (row) => row.map((value) => Math.exp(value) / sumOf(row.map(Math.exp)))),
    },
  },
  rmsNorm: {
    "of rows": {
      shapes: { x: [3, 5], gain: [5] },
      build: ({ x, gain }) => autodiff.rmsNorm(x!, gain!, 0.1),
      reference: ({ x, gain }) =>
        rows(x!, (row) => {
          const scale = 1 / Math.sqrt(meanOf(row.map((v) => v * v)) + 0.1);
          return row.map((value, i) => value * scale * gain![i]!);
        }),
    },
  },
  huber: {
    "near and far": {
      shapes: { x: [3, 5], t: [5] },
      build: ({ x, t }) => autodiff.huber(x!, t!, { delta: 0.8 }),
      reference: ({ x, t }) => [
        meanOf(
          x!.map((value, i) => {
            const d = Math.abs(value - t![i % 5]!);
            return d <= 0.8 ? (d * d) / 2 : 0.8 * (d - 0.4);
          }),
        ),
      ],
    },
  },
  binaryCrossEntropy: {
    "of shares": {
      shapes: { x: [3, 5], t: [3, 5] },
      build: ({ x, t }) => autodiff.binaryCrossEntropy(x!, t!),
      reference: ({ x, t }) => [meanOf(x!.map((value, i) => softplus(value) - value * t![i]!))],
    },
  },
};

const batched: GradientCase = {
  shapes: { a: [2, 1, 2, 3], b: [2, 3, 2] },
  build: ({ a, b }) => autodiff.matmul(a!, b!),
  reference: ({ a, b }: Arrays) =>
    Array.from({ length: 16 }, (_, i) => {
      const [outer, inner, row, column] = [i >> 3, (i >> 2) & 1, (i >> 1) & 1, i & 1];
      return sumOf(
        [0, 1, 2].map((k) => a![outer * 6 + row * 3 + k]! * b![inner * 6 + k * 2 + column]!),
      );
    }),
};

const averagePooling = (countPadding: boolean): GradientCase => ({
  shapes: { x: [2, 3, 3, 2] },
  build: ({ x }) => autodiff.averagePool2d(x!, 2, { padding: 1, countPadding }),
  reference: ({ x }) =>
    Array.from({ length: 2 * 2 * 2 * 2 }, (_, i) => {
      const [image, row, column, channel] = [i >> 3, (i >> 2) & 1, (i >> 1) & 1, i & 1];
      const inside = [0, 1, 2, 3].flatMap((pixel) => {
        const [y, at] = [2 * row - 1 + (pixel >> 1), 2 * column - 1 + (pixel & 1)];
        const isInside = y >= 0 && y < 3 && at >= 0 && at < 3;
        return isInside ? [x![((image * 3 + y) * 3 + at) * 2 + channel]!] : [];
      });
      return sumOf(inside) / (countPadding ? 4 : inside.length);
    }),
});

/** By operation, and by what is tested. */
export const operationCases: Readonly<Record<string, Readonly<Record<string, GradientCase>>>> = {
  ...elementwise,
  ...layouts,
  ...losses,
  averagePool2d: {
    "with padding that counts": averagePooling(true),
    "with padding that does not": averagePooling(false),
  },
};

/** The cases of operations that also have cases elsewhere. */
export const batchedProduct = batched;
