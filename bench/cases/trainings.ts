/** Measures training steps of dense networks: forward, loss, backward and Adam. */
import { fillUniform } from "../harness/random.ts";
import type { Peer, TrainingProblem } from "../peers/peer.ts";
import type { Case } from "./case.ts";
import { agree, enter, reference } from "./losses.ts";
import { hyper } from "./updates.ts";

interface Network {
  /** Inputs, hidden units and classes. */
  readonly sizes: readonly number[];
  readonly batch: number;
}

const networks: Readonly<Record<string, Network>> = {
  // The network of the Adam paper, section 6.2, without dropout.
  "784-1000-1000-10, batch 128": { sizes: [784, 1000, 1000, 10], batch: 128 },
  "784-128-10, batch 32": { sizes: [784, 128, 10], batch: 32 },
};

function problemOf({ sizes, batch }: Network): TrainingProblem {
  const classes = sizes.at(-1)!;
  const layers = sizes.slice(1).map((outputs, layer) => ({ inputs: sizes[layer]!, outputs }));
  return {
    ...{ hyper, sizes, batch },
    weights: layers.map(({ inputs, outputs }, layer) =>
      fillUniform(new Float32Array(inputs * outputs), layer, Math.sqrt(6 / inputs)),
    ),
    biases: layers.map(({ outputs }) => new Float32Array(outputs)),
    batches: Array.from({ length: 4 }, (_, index) => ({
      inputs: fillUniform(new Float32Array(batch * sizes[0]!), 100 + index, 1),
      labels: Uint8Array.from({ length: batch }, (_, row) => (7 * row + index) % classes),
    })),
  };
}

export const trainingCases: readonly Case[] = Object.entries(networks).map(([name, network]) => ({
  ...{ group: "mlp", name, reference, agree, bytes: 100e6 },
  entrants: (peer: Peer) => {
    const ways = Object.entries(peer.trainings?.(problemOf(network)) ?? {});
    return Object.fromEntries(ways.map(([way, make]) => [way, async () => enter(await make())]));
  },
}));
