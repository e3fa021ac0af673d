/** Adam steps on parameters of several sizes. */
import { type InterleaveOptions, interleave } from "../harness/interleave.ts";
import { fillUniform } from "../harness/random.ts";
import { type CaseResult, measurementsOf } from "../harness/results.ts";
import { enter, type Field } from "../peers/index.ts";
import type { AdamContestant, AdamHyper, AdamProblem } from "../peers/peer.ts";

/** Lengths of the tensors of each case. */
export const adamCases: Readonly<Record<string, readonly number[]>> = {
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

/** Takes the first steps with each contestant and compares with float64. */
async function check(
  contestants: readonly AdamContestant[],
  { parameters }: AdamProblem,
): Promise<string> {
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
  let worst = 0;
  for (const { name, read } of contestants) {
    const difference = largestDifference(await read(), exact.parameters);
    if (!(difference <= tolerance)) {
      throw new Error(
        `${name} is ${difference} off after ${checkedSteps} steps; nothing was timed`,
      );
    }
    worst = Math.max(worst, difference);
  }
  return (
    `parameters after ${checkedSteps} steps, against float64: ` +
    `${worst.toExponential(1)} at most (allowed ${tolerance.toExponential(1)})`
  );
}

export async function runAdam(
  name: string,
  field: Field,
  options: InterleaveOptions,
): Promise<CaseResult> {
  const lengths = adamCases[name]!;
  const parameters = lengths.map((length, index) =>
    fillUniform(new Float32Array(length), index, 0.5),
  );
  const problem: AdamProblem = { hyper, parameters };
  const { contestants, absences } = await enter(field, problem, ({ adam }) => adam);
  const agreement = await check(contestants, problem);
  const samples = await interleave(contestants, options);
  return {
    ...{ group: "adam", name, unit: "step", reference, agreement, absences },
    measurements: measurementsOf(samples, reference),
  };
}
