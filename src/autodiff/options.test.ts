/** Options that there are not, and values of another kind: nothing is left out silently. */
import { describe, expect, it } from "vitest";
import { trainable } from "../../tests/support/gradients.ts";
import {
  AutodiffError,
  averagePool2d,
  concat,
  conv2d,
  createTape,
  dropout,
  gelu,
  huber,
  layerNorm,
  leakyRelu,
  linear,
  matmul,
  maxPool2d,
  mean,
  SparseInput,
  scale,
  slice,
  softmaxCrossEntropy,
  sum,
  transpose,
} from "./index.ts";
import { printValue } from "./options.ts";

const { optimizer, tape } = trainable({ x: [1, 5, 5, 1], w: [2, 3, 3, 1], m: [2, 2], v: [2] });
const { x, w, m, v } = tape.parameters;

/** Each function that takes options, called with these. */
const functions: Record<string, (options: never) => unknown> = {
  conv2d: (options) => conv2d(x, w, undefined, options),
  maxPool2d: (options) => maxPool2d(x, 2, options),
  matmul: (options) => matmul(m, m, options),
  gelu: (options) => gelu(m, options),
  averagePool2d: (options) => averagePool2d(x, 2, options),
  huber: (options) => huber(m, m, options),
  input: (options) => tape.input([2], options),
  mean: (options) => mean(m, options),
  softmaxCrossEntropy: (options) => softmaxCrossEntropy(m, new Uint8Array(2), options),
  sum: (options) => sum(m, options),
  createTape: (options) => createTape(optimizer, options),
  SparseInput: (options) => new SparseInput(options),
};

describe.each(Object.entries(functions))("%s", (name, call) => {
  it.each<[unknown, string]>([
    [null, "null"],
    [2, "2"],
    ["tanh", '"tanh"'],
    [[2, 2], "[2,2]"],
    [() => 1, "a function"],
  ])("takes its options as an object, not as %s", (options, found) => {
    expect(() => call(options as never)).toThrow(AutodiffError);
    expect(() => call(options as never)).toThrow(
      new RegExp(`^${name}: expected options as an object \\{ .* \\}, found `),
    );
    expect(() => call(options as never)).toThrow(found);
  });

  it("refuses what it does not know, with an undefined value as well", () => {
    expect(() => call({ unheardOf: undefined } as never)).toThrow(
      `${name}: there is no option \`unheardOf\` (it has `,
    );
  });
});

it.each<[string, unknown, string]>([
  ["conv2d", { dilation: 2 }, "dilation` (it has stride, padding)"],
  ["conv2d", { strides: 2 }, "strides`; did you mean `stride`? (it has stride, padding)"],
  ["conv2d", { pading: 1 }, "pading`; did you mean `padding`?"],
  ["maxPool2d", { dilation: 1 }, "dilation` (it has stride, padding)"],
  ["matmul", { transposeb: true }, "transposeb`; did you mean `transposeB`?"],
  ["gelu", { approx: "tanh" }, "approx` (it has approximate)"],
  ["gelu", { aproximate: "tanh" }, "aproximate`; did you mean `approximate`?"],
  ["createTape", { sed: 1 }, "sed`; did you mean `seed`?"],
  ["SparseInput", { row: 2, features: 3 }, "row`; did you mean `rows`?"],
])("%s says what was meant by %j", (name, options, message) => {
  expect(() => functions[name]!(options as never)).toThrow(
    `${name}: there is no option \`${message}`,
  );
});

it.each<[string, unknown, string]>([
  [
    "conv2d",
    { padding: "same" },
    'conv2d: expected padding as a whole number, 0 or more, or two, found "same"',
  ],
  ["conv2d", { stride: 2n }, "conv2d: expected stride as a positive whole number or two, found 2n"],
  [
    "maxPool2d",
    { stride: [1, 1, 1] },
    "maxPool2d: expected stride as a positive whole number or two, found [1,1,1]",
  ],
  ["matmul", { transposeA: "false" }, 'matmul: expected transposeA true or false, found "false"'],
  ["matmul", { transposeB: 1 }, "matmul: expected transposeB true or false, found 1"],
  [
    "averagePool2d",
    { padding: 2 },
    "averagePool2d: expected a padding of at most half a window, found 2",
  ],
  [
    "averagePool2d",
    { countPadding: 1 },
    "averagePool2d: expected countPadding true or false, found 1",
  ],
  ["huber", { delta: 0 }, "huber: expected a delta above 0, found 0"],
  ["input", { gradient: 1 }, "input: expected gradient true or false, found 1"],
  ["sum", { axes: 2 }, "sum: expected an axis from -2 to 1, found 2"],
  ["sum", { axes: [0, -2] }, "sum: expected each axis once, found [0,-2]"],
  ["mean", { keepDims: 0 }, "mean: expected keepDims true or false, found 0"],
  [
    "softmaxCrossEntropy",
    { labelSmoothing: 2 },
    "softmaxCrossEntropy: expected labelSmoothing from 0 to 1, found 2",
  ],
  [
    "createTape",
    { numbers: "float64" },
    'createTape: expected numbers float64 or none, found "float64"',
  ],
  ["gelu", { approximate: true }, 'gelu: expected approximate "none" or "tanh", found true'],
  ["createTape", { seed: "1" }, 'createTape: expected an integer seed, found "1"'],
  [
    "createTape",
    { threads: "2" },
    'createTape: expected threads to be "auto" or a whole number, 1 or more, found "2"',
  ],
  [
    "SparseInput",
    { rows: "2", features: 3 },
    'SparseInput: expected positive integers, found "2" rows and 3 features',
  ],
])("%s refuses a value of another kind: %o", (name, options, message) => {
  expect(() => functions[name]!(options as never)).toThrow(new AutodiffError(message));
});

it.each<[string, () => unknown]>([
  [
    "dropout: expected a probability p with 0 <= p < 1, found an object",
    () => dropout(m, { p: 0.5 } as never),
  ],
  [
    "layerNorm: expected eps of 0 or more, found an object",
    () => layerNorm(m, v, v, { eps: 1 } as never),
  ],
  ['layerNorm: expected eps of 0 or more, found "1e-5"', () => layerNorm(m, v, v, "1e-5" as never)],
  ['scale: expected a factor that is finite in float32, found "2"', () => scale(m, "2" as never)],
  ["scale: expected a factor that is finite in float32, found 1e+39", () => scale(m, 1e39)],
  ["conv2d: expected bias [2], found an object", () => conv2d(x, w, { stride: 2 } as never)],
  ["leakyRelu: expected a slope that is finite, found NaN", () => leakyRelu(m, NaN)],
  ["slice: expected a part of 2 positions, found 1 to 1", () => slice(m, 0, 1, 1)],
  ["slice: expected start as a whole number, found 0.5", () => slice(m, 0, 0.5)],
  [
    "transpose: expected each of the 2 axes of x [2, 2] once, found [0, 0]",
    () => transpose(m, [0, 0]),
  ],
  [
    "concat: expected shapes that differ in dimension 0 alone, found [2, 2] and [2]",
    () => concat([m, v]),
  ],
  ["concat: expected a list of tensors, found []", () => concat([])],
  ["linear: expected bias [2], found null", () => linear(m, m, null as never)],
])("%s", (message, call) => {
  expect(call).toThrow(new AutodiffError(message));
});

it("prints values briefly, whatever they are", () => {
  const cyclic: unknown[] = [];
  cyclic.push(cyclic, 1, 2, 3, 4);
  expect(printValue(cyclic)).toBe("[an array,1,2,3,...]");
  expect(printValue("y".repeat(1000)).length).toBeLessThan(70);
  expect(printValue(new Map())).toBe("a Map");
  expect(printValue(Object.create(null))).toBe("an object");
  expect(printValue(Symbol("s"))).toBe("Symbol(s)");
});
