/** Elementwise operations, sums, losses, norms, pooling and attention against PyTorch (tests/reference/operations.py). */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as autodiff from "../src/autodiff/index.ts";
import { optimize, parameters, sgd } from "../src/index.ts";

type Tensor = autodiff.Tensor<autodiff.FloatArray>;

interface Case {
  readonly operation: string;
  readonly label: string;
  readonly options: Readonly<Record<string, never>>;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly tensors: Readonly<Record<string, readonly number[]>>;
  readonly weights: readonly number[];
  readonly shape: readonly number[];
  readonly output: readonly number[];
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

const { cases }: { readonly cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL("./reference/operations.json", import.meta.url), "utf8"),
);

const { add, matmul, mul, reshape, rmsNorm, scale, slice, softmax, sum, transpose } = autodiff;
const { where } = autodiff;

/** Causal self-attention behind a norm, as one writes it. */
function attention(at: Readonly<Record<string, Tensor>>, heads: number, mask: Tensor): Tensor {
  const { x, gain, qkv, out } = at as Record<"x" | "gain" | "qkv" | "out", Tensor>;
  const [batch, time, width] = x.shape as [number, number, number];
  const all = matmul(rmsNorm(x, gain), qkv);
  const [q, k, v] = [0, 1, 2].map((part) => {
    const own = slice(all, -1, part * width, (part + 1) * width);
    return transpose(reshape(own, [batch, time, heads, -1]), [0, 2, 1, 3]);
  }) as [Tensor, Tensor, Tensor];
  const scores = scale(matmul(q, k, { transposeB: true }), 1 / Math.sqrt(width / heads));
  const mixed = matmul(softmax(where(mask, scores, -Infinity)), v);
  return add(x, matmul(reshape(transpose(mixed, [0, 2, 1, 3]), [batch, time, width]), out));
}

const elementwise = autodiff as unknown as Record<string, (...all: Tensor[]) => Tensor>;

/** Options that stand behind the tensors. */
const others: Record<string, (at: Record<string, Tensor>, options: Case["options"]) => Tensor> = {
  leakyRelu: ({ x }, { slope }) => autodiff.leakyRelu(x!, slope),
  rmsNorm: ({ x, gain }, { eps }) => rmsNorm(x!, gain!, eps),
  sum: ({ x }, options) => sum(x!, options),
  mean: ({ x }, options) => autodiff.mean(x!, options),
  huber: ({ x, t }, options) => autodiff.huber(x!, t!, options),
  averagePool2d: ({ x }, { size, ...rest }) => autodiff.averagePool2d(x!, size!, rest),
  maxPool2d: ({ x }, { size, ...rest }) => autodiff.maxPool2d(x as never, size!, rest) as never,
  softmaxCrossEntropy: ({ x, soft }, { labels, ...rest }) =>
    autodiff.softmaxCrossEntropy(x!, soft ?? Int32Array.from(labels!), rest),
};

/** One pass in a type: the output, and gradients of its product with the weights. */
function run(each: Case, type: "float32" | "float64") {
  const net = parameters(each.shapes, { type });
  for (const [name, { data }] of Object.entries(net)) {
    data.set(each.tensors[name]!);
  }
  const optimizer = optimize(net, sgd());
  const numbers = type === "float64" ? { numbers: autodiff.float64 } : {};
  const tape = autodiff.createTape(
    optimizer as never,
    numbers as never,
  ) as unknown as autodiff.Tape<Case["shapes"], autodiff.FloatArray>;
  const tensors = Object.fromEntries(
    Object.keys(each.shapes).map((name) => [name, tape.parameters[name]!]),
  );
  const mask = tape.input([5, 5]);
  mask.data.forEach((_, i) => void (mask.data[i] = i % 5 <= Math.floor(i / 5) ? 1 : 0));
  const build = others[each.operation];
  const output =
    each.operation === "attention"
      ? attention(tensors, each.options["heads"]!, mask)
      : build === undefined
        ? elementwise[each.operation]!(...Object.values(tensors))
        : build(tensors, each.options);
  const weights = tape.input(output.shape);
  weights.data.set(each.weights);
  tape.backward(sum(mul(output, weights)));
  return { output, gradients: optimizer.gradients as Record<string, autodiff.FloatArray> };
}

/** The largest error of an element by the array's largest element. */
function distance(found: ArrayLike<number>, expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs), Number.MIN_VALUE);
  return Math.max(...expected.map((value, i) => Math.abs(found[i]! - value))) / largest;
}

/**
 * Of float32: sums of up to 24 products through about ten roundings of 2^-24, seen at most: 10. Of float64: PyTorch's own
 * roundings, and a power's, whose exponent of e has one that is multiplied.
 */
const bounds = { float32: 24 * 2 ** -24, float64: 1e-13 } as const;

describe.each(["float64", "float32"] as const)("in %s", (type) => {
  const known = cases.filter(({ operation }) => type === "float32" || operation !== "maxPool2d");

  it.each(known)("has PyTorch's values and gradients: $operation, $label", (each) => {
    const { output, gradients } = run(each, type);
    expect(output.shape).toEqual(each.shape);
    expect(distance(output.data, each.output)).toBeLessThan(bounds[type]);
    for (const [name, expected] of Object.entries(each.gradients)) {
      expect(distance(gradients[name]!, expected), name).toBeLessThan(bounds[type]);
    }
  });
});
