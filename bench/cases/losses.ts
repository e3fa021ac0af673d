/** Compares training steps by the losses of the first ones. */
import type { TrainingContestant } from "../peers/peer.ts";
import type { Entrant, Testimony } from "./case.ts";

export const reference = "Gradus";
const checkedSteps = 5;

/**
 * The relative tolerance of losses. TensorFlow.js computes 1 - beta2^t in float32, with an error of 1.3e-5 at the first step;
 * by the fifth step its loss is 1.6e-5 off. The other libraries are within 2e-6.
 */
const tolerance = 3e-5;

/** The evidence is the losses of the first steps. */
export async function enter(contestant: TrainingContestant): Promise<Entrant> {
  const evidence: number[] = [];
  for (let step = 0; step < checkedSteps; step++) {
    await contestant.run(1);
    evidence.push(await contestant.loss());
  }
  return { contestant, evidence };
}

export function agree(testimonies: readonly Testimony[]): string {
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
