/** Adam steps on parameters of several sizes. */
import { fillUniform } from "../harness/random.ts";
import type { AdamContestant, AdamHyper, Peer } from "../peers/peer.ts";
import type { Case, Entrant, Testimony } from "./case.ts";

/** Lengths of the tensors of each case. */
const sizes: Readonly<Record<string, readonly number[]>> = {
  "1 x 64k": [1 << 16],
  "1 x 1M": [1_000_000],
  "1 x 10M": [10_000_000],
};

export const hyper: AdamHyper = { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8 };

const reference = "Gradus, own arrays";
const checkedSteps = 4;

/**
 * Half a unit in the last place of the parameters, which stay below 1, for each step; what is lost
 * on the way to the update is a thousandth of it, since an update is a thousandth of a parameter.
 */
const tolerance = checkedSteps * 2 ** -24;

/** Gradients that differ in size and sign from step to step, so that both averages matter. */
function gradientsOf(lengths: readonly number[], step: number): Float32Array[] {
  return lengths.map((length, index) =>
    fillUniform(new Float32Array(length), 1000 * step + index, 10 ** (1 - step)),
  );
}

/** Adam in float64, from the paper. */
class ExactAdam {
  readonly parameters: readonly Float64Array[];
  readonly #m: readonly Float64Array[];
  readonly #v: readonly Float64Array[];
  #t = 0;

  constructor(parameters: readonly Float32Array[]) {
    this.parameters = parameters.map((array) => Float64Array.from(array));
    this.#m = parameters.map(({ length }) => new Float64Array(length));
    this.#v = parameters.map(({ length }) => new Float64Array(length));
  }

  step(gradients: readonly Float32Array[]): void {
    const { lr, beta1, beta2, eps } = hyper;
    this.#t += 1;
    for (const [index, p] of this.parameters.entries()) {
      const [m, v, g] = [this.#m[index]!, this.#v[index]!, gradients[index]!];
      for (let i = 0; i < p.length; i++) {
        m[i] = beta1 * m[i]! + (1 - beta1) * g[i]!;
        v[i] = beta2 * v[i]! + (1 - beta2) * g[i]! ** 2;
        const root = Math.sqrt(v[i]! / (1 - beta2 ** this.#t));
        p[i]! -= (lr * (m[i]! / (1 - beta1 ** this.#t))) / (root + eps);
      }
    }
  }
}

function largestDifference(
  actual: readonly Float32Array[],
  expected: readonly Float64Array[],
): number {
  let largest = 0;
  for (const [index, array] of expected.entries()) {
    for (let i = 0; i < array.length; i++) {
      const difference = Math.abs(actual[index]![i]! - array[i]!);
      // Written so that NaN counts.
      largest = Math.max(difference, largest);
    }
  }
  return largest;
}

/** Takes the first steps with each contestant; the evidence is how far they end from float64. */
async function compareWithFloat64(
  contestants: readonly AdamContestant[],
  parameters: readonly Float32Array[],
): Promise<Entrant[]> {
  const lengths = parameters.map(({ length }) => length);
  const exact = new ExactAdam(parameters);
  for (let step = 0; step < checkedSteps; step++) {
    const gradients = gradientsOf(lengths, step);
    exact.step(gradients);
    for (const contestant of contestants) {
      await contestant.setGradients(gradients);
      await contestant.run(1);
    }
  }
  const entrants: Entrant[] = [];
  for (const contestant of contestants) {
    const difference = largestDifference(await contestant.read(), exact.parameters);
    entrants.push({ contestant, evidence: [difference] });
  }
  return entrants;
}

async function enter(lengths: readonly number[], { adam }: Peer): Promise<Entrant[]> {
  const parameters = lengths.map((length, index) =>
    fillUniform(new Float32Array(length), index, 0.5),
  );
  const contestants: AdamContestant[] = [];
  for (const make of Object.values(adam)) {
    contestants.push(await make({ hyper, parameters }));
  }
  return compareWithFloat64(contestants, parameters);
}

function agree(testimonies: readonly Testimony[]): string {
  const differences = testimonies.map(({ evidence }) => evidence[0]!);
  const wrong = testimonies.find((_, index) => !(differences[index]! <= tolerance));
  if (wrong !== undefined) {
    throw new Error(`${wrong.name} is ${wrong.evidence[0]} off after ${checkedSteps} steps`);
  }
  return (
    `parameters after ${checkedSteps} steps, against float64: ` +
    `${Math.max(...differences).toExponential(1)} at most (allowed ${tolerance.toExponential(1)})`
  );
}

export const adamCases: readonly Case[] = Object.entries(sizes).map(([name, lengths]) => ({
  ...{ group: "adam", name, reference, agree },
  enter: (peer) => enter(lengths, peer),
}));
