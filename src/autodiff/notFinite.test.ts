/**
 * What becomes of NaN and infinity, against PyTorch 2.15: in none of its gradients that is NaN may
 * there be a number, for an optimizer that looks for NaN would not find it.
 */
import { describe, expect, it } from "vitest";
import { trainable } from "../../tests/support/gradients.ts";
import { GradientError, optimize, parameters, sgd } from "../index.ts";
import {
  abs,
  add,
  addBias,
  conv2d,
  createTape,
  embedding,
  exp,
  gelu,
  layerNorm,
  linear,
  log,
  logSigmoid,
  matmul,
  maximum,
  maxPool2d,
  meanSquaredError,
  mul,
  relu,
  scale,
  sigmoid,
  silu,
  sin,
  softmax,
  softmaxCrossEntropy,
  softplus,
  sqrt,
  square,
  type Tensor,
  tanh,
  where,
} from "./index.ts";

type Array = readonly number[];

interface Case {
  readonly shapes: Readonly<Record<string, Array>>;
  readonly values: Readonly<Record<string, Array>>;
  readonly build: (at: Readonly<Record<string, Tensor>>) => Tensor;
  /** PyTorch's, of the sum of the result. */
  readonly gradients: Readonly<Record<string, Array>>;
  /** Where PyTorch has a number and here is NaN: zeros for pixels outside meet a weight that is not finite, the sign of NaN. */
  readonly more?: readonly string[];
}

const inf = Infinity;
const unary = (build: (x: Tensor) => Tensor, x: Array, gradient: Array): Case => ({
  shapes: { x: [x.length] },
  values: { x },
  build: (at) => build(at["x"]!),
  gradients: { x: gradient },
});
const image = [1, 2, 3, 4, NaN, 6, 7, 8, 9];
const pooled = [1, NaN, 2, 3, 4, 5, NaN, NaN, 0, 1, 2, 3, NaN, NaN, 1, -inf];

const cases: Record<string, Case> = {
  relu: unary(relu, [1, NaN, -1, 0, inf, -inf], [1, 1, 0, 0, 1, 0]),
  gelu: unary(gelu, [1, NaN, -1, inf, -inf], [1.083315, NaN, -0.083315, NaN, NaN]),
  "gelu by tanh": unary(
    (x) => gelu(x, { approximate: "tanh" }),
    [1, NaN, -1, inf, -inf],
    [1.082964, NaN, -0.082964, NaN, NaN],
  ),
  exp: unary(exp, [1, NaN, inf, -inf, 100], [Math.E, NaN, inf, 0, inf]),
  log: unary(log, [1, NaN, inf, -inf, 0, -1], [1, NaN, 0, 0, inf, -1]),
  sqrt: unary(sqrt, [4, NaN, inf, -1, 0], [0.25, NaN, 0, NaN, inf]),
  abs: { ...unary(abs, [1, NaN, -inf, 0], [1, 0, -1, 0]), more: ["x"] },
  sin: unary(sin, [0, NaN, inf], [1, NaN, NaN]),
  silu: unary(silu, [1, NaN, inf, -inf], [0.927671, NaN, NaN, NaN]),
  softplus: unary(softplus, [0, NaN, inf, -inf], [0.5, NaN, 1, 0]),
  logSigmoid: unary(logSigmoid, [0, NaN, inf, -inf], [0.5, NaN, 0, 1]),
  softmax: {
    shapes: { x: [2, 3] },
    values: { x: [1, NaN, 2, 0, -inf, 0] },
    build: ({ x }) => square(softmax(x!)),
    gradients: { x: [NaN, NaN, NaN, 0, 0, 0] },
  },
  maximum: {
    shapes: { a: [5], b: [5] },
    values: { a: [1, NaN, 2, inf, 1], b: [2, 1, NaN, inf, 1] },
    build: ({ a, b }) => maximum(a!, b!),
    gradients: { a: [0, 1, 1, 0.5, 0.5], b: [1, 1, 1, 0.5, 0.5] },
  },
  where: {
    shapes: { c: [3], a: [3], b: [3] },
    values: { c: [1, 0, NaN], a: [NaN, NaN, 1], b: [1, inf, NaN] },
    build: ({ c, a, b }) => where(c!, a!, b!),
    gradients: { c: [0, 0, 0], a: [1, 0, 1], b: [0, 1, 0] },
  },
  "a product that broadcasts": {
    shapes: { a: [2, 1], b: [2] },
    values: { a: [1, inf], b: [NaN, 0] },
    build: ({ a, b }) => mul(a!, b!),
    gradients: { a: [NaN, NaN], b: [inf, inf] },
  },
  tanh: unary(tanh, [1, NaN, inf, -inf], [0.419974, NaN, 0, 0]),
  sigmoid: unary(sigmoid, [1, NaN, inf, -inf], [0.196612, NaN, 0, 0]),
  scale: unary((x) => scale(x, 0), [1, NaN, inf], [0, 0, 0]),
  maxPool2d: {
    shapes: { x: [1, 4, 4, 1] },
    values: { x: pooled },
    build: ({ x }) => maxPool2d(x!, 2),
    // To the last NaN of each window.
    gradients: { x: [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0] },
  },
  softmaxCrossEntropy: {
    shapes: { x: [3, 3] },
    values: { x: [1, NaN, 2, 0, 1, 2, inf, 1, -inf] },
    build: ({ x }) => softmaxCrossEntropy(x!, new Uint8Array([0, 1, 2])),
    gradients: { x: [NaN, NaN, NaN, 0.03001, -0.251757, 0.221747, NaN, NaN, NaN] },
  },
  layerNorm: {
    shapes: { x: [2, 3], gain: [3], bias: [3] },
    values: { x: [1, NaN, 2, 0, 1, 2], gain: [1, 2, 1], bias: [0, 0, 0] },
    build: ({ x, gain, bias }) => layerNorm(x!, gain!, bias!),
    gradients: {
      x: [NaN, NaN, NaN, -0.408245, 0.81649, -0.408245],
      gain: [NaN, NaN, NaN],
      bias: [2, 2, 2],
    },
  },
  meanSquaredError: {
    shapes: { x: [4], t: [4] },
    values: { x: [1, NaN, 2, inf], t: [0, 1, NaN, 1] },
    build: ({ x, t }) => meanSquaredError(x!, t!),
    gradients: { x: [0.5, NaN, NaN, inf], t: [-0.5, NaN, NaN, -inf] },
  },
  linear: {
    shapes: { x: [2, 2], w: [2, 3], b: [3] },
    values: { x: [1, NaN, 2, 3], w: [1, 2, 0, 3, inf, 0], b: [0, NaN, 1] },
    build: ({ x, w, b }) => linear(x!, w!, b!),
    gradients: { x: [3, inf, 3, inf], w: [3, 3, 3, NaN, NaN, NaN], b: [2, 2, 2] },
  },
  matmul: {
    shapes: { a: [2, 2], b: [2, 2] },
    values: { a: [1, NaN, 2, 3], b: [0, 0, 3, inf] },
    build: ({ a, b }) => matmul(a!, b!),
    gradients: { a: [0, inf, 0, inf], b: [3, 3, NaN, NaN] },
  },
  add: {
    shapes: { a: [2], b: [2] },
    values: { a: [1, NaN], b: [inf, 1] },
    build: ({ a, b }) => add(a!, b!),
    gradients: { a: [1, 1], b: [1, 1] },
  },
  addBias: {
    shapes: { x: [2, 2], b: [2] },
    values: { x: [1, NaN, 2, 3], b: [NaN, 1] },
    build: ({ x, b }) => addBias(x!, b!),
    gradients: { x: [1, 1, 1, 1], b: [2, 2] },
  },
  embedding: {
    shapes: { table: [3, 2] },
    values: { table: [1, NaN, 1, 2, NaN, NaN] },
    build: ({ table }) => embedding(new Uint8Array([1, 0, 1]), table!),
    gradients: { table: [1, 1, 2, 2, 0, 0] },
  },
  "conv2d of an image that has NaN": {
    shapes: { x: [1, 3, 3, 1], w: [1, 2, 2, 1] },
    values: { x: image, w: [1, 2, 3, 4] },
    build: ({ x, w }) => squareOf(conv2d(x!, w!, undefined, { stride: 2, padding: 1 })),
    gradients: { x: [32, 108, 144, 144, NaN, NaN, 288, NaN, NaN], w: [NaN, NaN, NaN, NaN] },
  },
  "conv2d by a filter that has NaN": {
    shapes: { x: [1, 3, 3, 1], w: [1, 2, 2, 1] },
    values: { x: image, w: [1, 2, 3, NaN] },
    build: ({ x, w }) => conv2d(x!, w!, undefined, { stride: 2, padding: 1 }),
    gradients: { x: [NaN, 3, NaN, 2, 1, 2, NaN, 3, NaN], w: [NaN, 10, 10, 20] },
    more: ["x"],
  },
};

/** x^2, so that what is NaN has a gradient of NaN as well. */
function squareOf(x: Tensor): Tensor {
  return x.tape.record({
    name: "square",
    inputs: [x],
    shape: x.shape,
    forward: (output) => output.set(x.data.map((value) => value * value)),
    backward: [(gradient, target) => target.set(gradient.map((g, i) => g * 2 * x.data[i]!))],
  });
}

const sumOf = (x: Tensor): Tensor =>
  x.tape.record({
    name: "sum",
    inputs: [x],
    shape: [],
    forward: (output) => void (output[0] = x.data.reduce((a, b) => a + b, 0)),
    backward: [(gradient, target) => target.fill(gradient[0]!)],
  });

describe.each(Object.entries(cases))("%s", (_, { shapes, values, build, gradients, more }) => {
  const { optimizer, tape } = trainable(shapes, values);
  tape.backward(sumOf(build(tape.parameters)));

  it.each(Object.entries(gradients))("has PyTorch's gradient of %s", (name, expected) => {
    const found = Float64Array.from(optimizer.gradients[name]!);
    // Six decimals are written here.
    const differs = expected.map((value, i) =>
      Number.isFinite(value) ? Math.abs(found[i]! - value) > 1e-5 : !Object.is(found[i], value),
    );
    const inMore = (i: number) => more?.includes(name) && Number.isNaN(found[i]);
    expect(differs.filter((differing, i) => differing && !inMore(i))).toEqual([]);
  });
});

it("a loss that is NaN behind relu is not stepped by", () => {
  const net = parameters({ w: [2, 3], b: [3] });
  net.w.data.fill(1);
  const optimizer = optimize(net, sgd({ lr: 0.1 }));
  const tape = createTape(optimizer);
  const x = tape.input([2, 2]);
  x.data.set([1, 2, 3, NaN]);
  const y = relu(linear(x, tape.parameters.w, tape.parameters.b));
  expect(tape.backward(meanSquaredError(y, tape.input([2, 3])))).toBeNaN();
  expect(() => optimizer.step()).toThrow(GradientError);
  expect([...net.w.data, ...net.b.data]).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 0]);
});
