/** Convolution, pooling, embedding and layer norm against PyTorch (tests/reference/layers.py). */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  conv2d,
  embedding,
  layerNorm,
  linear,
  maxPool2d,
  meanSquaredError,
  relu,
  reshape,
  type Tensor,
} from "../src/autodiff/index.ts";
import { trainable } from "./support/gradients.ts";

interface Case {
  readonly operation: string;
  readonly label: string;
  readonly options: Readonly<Record<string, never>>;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly tensors: Readonly<Record<string, readonly number[]>>;
  readonly targets: readonly number[];
  readonly shape: readonly number[];
  readonly output: readonly number[];
  readonly loss: number;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

const { cases }: { readonly cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL("./reference/layers.json", import.meta.url), "utf8"),
);

type Tensors = Readonly<Record<string, Tensor>>;

const operations: Record<string, (at: Tensors, each: Case) => Tensor> = {
  conv2d: ({ x, weight, ...rest }, { shapes, options }) =>
    conv2d(x!, weight!, "bias" in shapes ? rest["bias"] : undefined, options),
  maxPool2d: ({ x }, { options: { size, ...rest } }) => maxPool2d(x!, size!, rest),
  embedding: ({ table }, { options }) => embedding(Int32Array.from(options["indices"]!), table!),
  layerNorm: ({ x, gain, bias }, { options }) => layerNorm(x!, gain!, bias!, options["eps"]),
  network: ({ x, filters, b1, gain, shift, w2, b2 }) => {
    const pooled = maxPool2d(relu(conv2d(x!, filters!, b1, { padding: 1 })), 2);
    return linear(layerNorm(reshape(pooled, [3, -1]), gain!, shift!), w2!, b2);
  },
};

/** The largest error of an element in units of 2^-24 of the array's largest element. */
function distance(found: ArrayLike<number>, expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  const errors = expected.map((value, i) => Math.abs(found[i]! - value));
  return Math.max(...errors) / (largest * 2 ** -24);
}

/** Sums of up to 49 products, through about ten roundings of half a unit; seen at most: 5. */
const bound = 10;

describe.each(cases)("$operation, $label", (each) => {
  const { optimizer, tape } = trainable(each.shapes, each.tensors);
  const output = operations[each.operation]!(
    Object.fromEntries(Object.keys(each.shapes).map((name) => [name, tape.parameters[name]!])),
    each,
  );
  const targets = tape.input(output.shape);
  targets.data.set(each.targets);
  const loss = tape.backward(meanSquaredError(output, targets));

  it("has PyTorch's output and loss", () => {
    expect(output.shape).toEqual(each.shape);
    expect(distance(output.data, each.output)).toBeLessThan(bound);
    expect(distance([loss], [each.loss])).toBeLessThan(bound);
  });

  it.each(Object.keys(each.gradients))("has PyTorch's gradient of %s", (name) => {
    expect(distance(optimizer.gradients[name]!, each.gradients[name]!)).toBeLessThan(bound);
  });
});
