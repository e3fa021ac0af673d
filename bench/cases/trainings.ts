/** Training steps of dense networks: forward, loss, backward and Adam. */
import { fillUniform } from "../harness/random.ts";
import type { Peer, TrainingContestant, TrainingProblem } from "../peers/peer.ts";
import type { Case, Entrant, Testimony } from "./case.ts";
import { hyper } from "./updates.ts";

interface Network {
  /** Inputs, hidden units and classes. */
  readonly sizes: readonly number[];
  readonly batch: number;
}

const networks: Readonly<Record<string, Network>> = {
  // Of the Adam paper, section 6.2, without dropout.
  "784-1000-1000-10, batch 128": { sizes: [784, 1000, 1000, 10], batch: 128 },
  "784-128-10, batch 32": { sizes: [784, 128, 10], batch: 32 },
};

const reference = "Gradus";
const checkedSteps = 5;

/**
 * Relative, of losses. TensorFlow.js forms 1 - beta2^t in float32, which is 1.3e-5 off at the first
 * step; by the fifth its loss is 1.6e-5 off. The others' are within 2e-6.
 */
const tolerance = 3e-5;

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

/** The evidence is the losses of the first steps. */
async function enter(contestant: TrainingContestant): Promise<Entrant> {
  const evidence: number[] = [];
  for (let step = 0; step < checkedSteps; step++) {
    await contestant.run(1);
    evidence.push(await contestant.loss());
  }
  return { contestant, evidence };
}

function agree(testimonies: readonly Testimony[]): string {
  const { evidence: expected } = testimonies.find(({ name }) => name === reference)!;
  let worst = 0;
  for (const { name, evidence } of testimonies) {
    for (const [step, loss] of evidence.entries()) {
      const difference = Math.abs(loss / expected[step]! - 1);
      if (!(difference <= tolerance)) {
        throw new Error(
          `${name}: the loss of step ${step + 1} is ${loss}, ${reference}'s is ${expected[step]}`,
        );
      }
      worst = Math.max(worst, difference);
    }
  }
  const range = `${expected[0]!.toFixed(4)} to ${expected.at(-1)!.toFixed(4)}`;
  return (
    `losses of the first ${checkedSteps} steps (${range}), against ${reference}'s: ` +
    `${worst.toExponential(1)} relative at most (allowed ${tolerance.toExponential(1)})`
  );
}

export const trainingCases: readonly Case[] = Object.entries(networks).map(([name, network]) => ({
  ...{ group: "mlp", name, reference, agree, bytes: 100e6 },
  entrants: (peer: Peer) => {
    const ways = Object.entries(peer.trainings?.(problemOf(network)) ?? {});
    return Object.fromEntries(ways.map(([way, make]) => [way, async () => enter(await make())]));
  },
}));
