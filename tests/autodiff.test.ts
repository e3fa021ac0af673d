/** Whole networks against PyTorch's autograd (tests/reference/autodiff.py). */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  createTape,
  float64,
  gelu,
  linear,
  meanSquaredError,
  relu,
  sigmoid,
  softmaxCrossEntropy,
  type Tape,
  type Tensor,
  tanh,
} from "../src/autodiff/index.ts";
import { adam, galore, optimize, parameters, sgd } from "../src/index.ts";

type Name = "x" | "w1" | "b1" | "w2" | "b2";

interface Result {
  readonly output: readonly number[];
  readonly loss: number;
  readonly gradients: Readonly<Record<Name, readonly number[]>>;
}

interface Reference {
  readonly shapes: Readonly<Record<Name, readonly number[]>>;
  readonly inputs: Readonly<Record<Name | "labels" | "targets", readonly number[]>>;
  readonly cases: readonly {
    readonly activation: string;
    readonly loss: string;
    readonly float64: Result;
  }[];
  readonly largeLogits: {
    readonly shape: readonly number[];
    readonly logits: readonly number[];
    readonly labels: readonly number[];
    readonly float64: { readonly loss: number; readonly gradient: readonly number[] };
  };
}

const reference: Reference = JSON.parse(
  readFileSync(new URL("./reference/autodiff.json", import.meta.url), "utf8"),
);
const activations: Record<string, (x: Tensor) => Tensor> = {
  relu,
  tanh,
  sigmoid,
  gelu,
  geluTanh: (x) => gelu(x, { approximate: "tanh" }),
};

/** The largest error of an element in units of 2^-24 of the array's largest element. */
function distance(found: ArrayLike<number>, expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  const errors = expected.map((value, i) => Math.abs(found[i]! - value));
  return Math.max(...errors) / (largest * 2 ** -24);
}

/** One forward and backward pass of y = act(x w1 + b1) w2 + b2; x is a parameter as well. */
function run(activation: string, loss: string, type: "float32" | "float64" = "float32"): Result {
  const { inputs, shapes } = reference;
  const net = parameters(shapes, { type });
  for (const name of Object.keys(shapes) as Name[]) {
    net[name].data.set(inputs[name]);
  }
  const optimizer = optimize(net, sgd());
  const numbers = type === "float64" ? { numbers: float64 } : {};
  // Typed as the one of float32, whose operations are the same.
  const tape = createTape(optimizer as never, numbers as never) as unknown as Tape<typeof shapes>;
  const { x, w1, b1, w2, b2 } = tape.parameters;
  const output = linear(activations[activation]!(linear(x, w1, b1)), w2, b2);
  const targets = tape.input(output.shape);
  targets.data.set(inputs.targets);
  const result =
    loss === "softmaxCrossEntropy"
      ? softmaxCrossEntropy(output, Uint8Array.from(inputs.labels))
      : meanSquaredError(output, targets);
  const value = tape.backward(result);
  const gradients = Object.entries(optimizer.gradients).map(([name, data]) => [name, [...data]]);
  return { output: [...output.data], loss: value, gradients: Object.fromEntries(gradients) };
}

/**
 * Every element is a sum of at most 8 products and passes through about ten roundings of half a
 * unit. Seen at most: 4.3 units here, 4.9 between PyTorch's own float32 and its float64.
 */
const bound = 6;

describe.each(reference.cases)("$activation, $loss", ({ activation, loss, float64 }) => {
  const found = run(activation, loss);

  it("has PyTorch's output and loss", () => {
    expect(distance(found.output, float64.output)).toBeLessThan(bound);
    expect(distance([found.loss], [float64.loss])).toBeLessThan(bound);
  });

  it.each(Object.keys(float64.gradients) as Name[])("has PyTorch's gradient of %s", (name) => {
    expect(distance(found.gradients[name], float64.gradients[name])).toBeLessThan(bound);
  });
});

/** The exact GELU is for float32 only. */
const inBoth = reference.cases.filter(({ activation }) => activation !== "gelu");

it.each(inBoth)("has PyTorch's numbers in float64: $activation, $loss", (each) => {
  const found = run(each.activation, each.loss, "float64");
  const { float64: expected } = each;
  for (const [own, theirs] of [
    [found.output, expected.output],
    [[found.loss], [expected.loss]],
    ...Object.entries(expected.gradients).map(
      ([name, list]) => [found.gradients[name as Name], list] as const,
    ),
  ] as const) {
    expect(distance(own, theirs) * 2 ** -24).toBeLessThan(1e-14);
  }
});

it("has PyTorch's cross entropy of logits whose exponentials overflow", () => {
  const { shape, logits, labels, float64 } = reference.largeLogits;
  const net = parameters({ logits: shape });
  net.logits.data.set(logits);
  const optimizer = optimize(net, sgd());
  const tape = createTape(optimizer);
  const loss = softmaxCrossEntropy(tape.parameters.logits, Int32Array.from(labels));
  expect(distance([tape.backward(loss)], [float64.loss])).toBeLessThan(bound);
  expect(distance(optimizer.gradients.logits, float64.gradient)).toBeLessThan(bound);
  // The smallest ones by themselves: 1.2e-29, and 9.5e-49, which float32 does not have.
  expect(optimizer.gradients.logits[8]! / float64.gradient[8]!).toBeCloseTo(1, 6);
  expect(optimizer.gradients.logits[11]).toBe(0);
});

it("writes gradients where GaLore projects them from", () => {
  const net = parameters({ w: [4, 3], b: [3] });
  net.w.data.forEach((_, i) => void (net.w.data[i] = Math.sin(i)));
  using optimizer = galore(net, adam({ lr: 0.05 }), { rank: 2, every: 10 });
  const tape = createTape(optimizer);
  const x = tape.input([20, 4]);
  x.data.forEach((_, i) => void (x.data[i] = Math.cos(i * i)));
  const labels = Uint8Array.from({ length: 20 }, (_, i) => (x.data[4 * i]! > 0 ? 2 : i % 2));
  const loss = softmaxCrossEntropy(linear(x, tape.parameters.w, tape.parameters.b), labels);
  const losses = Array.from({ length: 200 }, () => {
    tape.forward(loss);
    tape.backward(loss);
    optimizer.step();
    return loss.data[0]!;
  });
  expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
});
