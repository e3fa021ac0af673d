import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { expectSameBits } from "../../tests/support/bits.ts";
import { randomNumbers } from "../../tests/support/numbers.ts";
import { adam, optimize, parameters } from "../index.ts";
import {
  conv2d,
  createTape,
  linear,
  maxPool2d,
  relu,
  reshape,
  softmaxCrossEntropy,
  type Tape,
  type Tensor,
} from "./index.ts";

type Shapes = Readonly<Record<string, readonly number[]>>;

/** Losses, gradients and parameters of some steps, the last ones made by so many threads. */
async function train(
  shapes: Shapes,
  input: readonly number[],
  network: (x: Tensor, tape: Tape<Record<string, unknown>>) => Tensor,
  threads: number,
): Promise<Record<string, ArrayLike<number>>> {
  const net = parameters(shapes);
  const numbers = randomNumbers(5);
  const fill = (array: Float32Array, size: number) =>
    array.forEach((_, i) => {
      array[i] = numbers.between(-size, size);
    });
  for (const { data, shape } of Object.values(net)) fill(data, 1 / Math.sqrt(shape[0]!));
  using optimizer = optimize(net, adam({ lr: 0.01 }), { threads });
  using tape = createTape(optimizer, { threads });
  const x = tape.input(input);
  const labels = Uint8Array.from({ length: input[0]! }, (_, i) => i % 10);
  const loss = softmaxCrossEntropy(network(x, tape as never), labels);
  const losses: number[] = [];
  for (let step = 0; step < 4; step++) {
    fill(x.data, 1);
    losses.push(tape.backward(loss));
    optimizer.step();
    while (optimizer.threads < threads) await sleep(1);
  }
  return {
    losses,
    ...Object.fromEntries(Object.entries(net).map(([name, { data }]) => [name, data.slice()])),
    ...Object.fromEntries(
      Object.entries(optimizer.gradients).map(([name, data]) => [`${name}.g`, data.slice()]),
    ),
  };
}

const dense: Shapes = { w1: [300, 260], b1: [260], w2: [260, 10], b2: [10] };
const convolutional: Shapes = {
  ...{ k1: [12, 3, 3, 1], c1: [12], k2: [24, 3, 3, 12], c2: [24] },
  ...{ w: [24 * 7 * 7, 10], b: [10], spare: [70_000] },
};

describe("threads share products and convolutions, with the same bits", () => {
  it.each([
    [
      "a dense network",
      dense,
      [64, 300],
      (x: Tensor, { parameters: p }: Tape<Record<string, unknown>>) =>
        linear(relu(linear(x, p["w1"]!, p["b1"]!)), p["w2"]!, p["b2"]!),
    ],
    [
      "a convolutional one",
      convolutional,
      [20, 28, 28, 1],
      (x: Tensor, { parameters: p }: Tape<Record<string, unknown>>) => {
        const first = relu(conv2d(x, p["k1"]!, p["c1"]!, { padding: 1 }));
        const second = relu(conv2d(maxPool2d(first, 2), p["k2"]!, p["c2"]!, { padding: 1 }));
        return linear(reshape(maxPool2d(second, 2), [20, 24 * 7 * 7]), p["w"]!, p["b"]!);
      },
    ],
  ] as const)("of %s", async (_, shapes, input, network) => {
    const alone = await train(shapes, input, network, 1);
    const together = await train(shapes, input, network, 3);
    expect(Object.keys(together)).toEqual(Object.keys(alone));
    for (const [name, array] of Object.entries(alone)) {
      expectSameBits(together[name]!, array, (i) => `${name}[${i}]`);
    }
  });

  it("as many as the tape may have: a whole number, or auto", () => {
    using optimizer = optimize(parameters({ w: [2, 2] }), adam());
    expect(() => createTape(optimizer, { threads: 0 })).toThrow(
      'createTape: expected threads to be "auto" or a whole number, 1 or more, found 0',
    );
  });
});
