/** Training steps of the multilayer network of the Adam paper, section 6.2, without dropout. */
import { fillUniform } from "../harness/random.ts";
import type { MlpContestant, MlpProblem, Peer } from "../peers/peer.ts";
import { hyper } from "./adam.ts";
import type { Case, Entrant, Testimony } from "./case.ts";

/** Inputs, hidden units and classes of each case. */
const networks: Readonly<Record<string, readonly number[]>> = {
  "784-1000-1000-10, batch 128": [784, 1000, 1000, 10],
};

const reference = "Gradus";
const batch = 128;
const checkedSteps = 5;

/**
 * Relative, of losses. TensorFlow.js forms 1 - beta2^t in float32, which is 1.3e-5 off at the first
 * step; by the fifth its loss is 1.6e-5 off. The others' are within 2e-6.
 */
const tolerance = 3e-5;

function problemOf(sizes: readonly number[]): MlpProblem {
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

async function lossesOf({ run, loss }: MlpContestant): Promise<number[]> {
  const losses: number[] = [];
  for (let step = 0; step < checkedSteps; step++) {
    await run(1);
    losses.push(await loss());
  }
  return losses;
}

/** The evidence is the losses of the first steps. */
async function enter(sizes: readonly number[], { mlp }: Peer): Promise<Entrant[]> {
  const problem = problemOf(sizes);
  const entrants: Entrant[] = [];
  for (const make of Object.values(mlp)) {
    const contestant = await make(problem);
    entrants.push({ contestant, evidence: await lossesOf(contestant) });
  }
  return entrants;
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

export const mlpCases: readonly Case[] = Object.entries(networks).map(([name, sizes]) => ({
  ...{ group: "mlp", name, reference, agree },
  enter: (peer) => enter(sizes, peer),
}));
