/** Inputs of a step besides gradients. */
import { didYouMean } from "../../suggest.ts";
import { GradientError } from "../errors.ts";
import type { NonFinitePolicy, StepInputs } from "../settings.ts";

const known = ["loss"];

/**
 * The loss of a step; NaN if none was given.
 * @throws {GradientError} if the inputs are invalid, or a rule reads the loss and it is not a number
 */
export function lossOf(
  inputs: StepInputs | undefined,
  reads: boolean,
  policy: NonFinitePolicy,
): number {
  if (inputs !== undefined && (typeof inputs !== "object" || inputs === null)) {
    throw new GradientError(`step: the second argument must be { loss }, not ${String(inputs)}`);
  }
  for (const name in inputs) {
    if (!known.includes(name)) {
      throw new GradientError(`step: there is no input \`${name}\`${didYouMean(name, known)}`);
    }
  }
  const loss = inputs?.loss;
  if (loss !== undefined && typeof loss !== "number") {
    throw new GradientError(`step: the loss must be a number, not ${typeof loss}`);
  }
  if (reads && (loss === undefined || (policy === "throw" && !Number.isFinite(loss)))) {
    throw new GradientError(
      `the rule needs the loss, but ${loss ?? "none"} was given: pass it as step(gradients, { loss })`,
    );
  }
  return loss ?? Number.NaN;
}
