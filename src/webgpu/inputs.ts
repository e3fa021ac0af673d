/** What a step is given, checked before anything is recorded or counted. */
import { BindingError, checkOptions, GradientError } from "../runtime/errors.ts";
import type { NonFinitePolicy } from "../runtime/settings.ts";
import type { GpuPlan } from "./dispatches/programs.ts";

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** @throws {BindingError} where there is an option that is none, or of another kind */
export function checkStep(options: object): void {
  if (!isObject(options)) {
    throw new BindingError(
      "step: it takes an object of options, such as step({ loss }); gradients are step({ gradients })",
    );
  }
  checkOptions("step", options, ["gradients", "encoder", "loss", "rows"]);
  const { gradients, encoder, rows } = options as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries({ gradients, rows })) {
    if (value !== undefined && !isObject(value)) {
      throw new BindingError(`step: ${name} is an object by the parameters' names`);
    }
  }
  const { beginComputePass } = (encoder ?? {}) as Partial<GPUCommandEncoder>;
  if (encoder !== undefined && typeof beginComputePass !== "function") {
    throw new BindingError("step: encoder is a GPUCommandEncoder, which is not finished yet");
  }
}

/**
 * The loss of a step, where a rule reads it, and whether the step is to be left out for it.
 * @throws {GradientError} where there is none, or it is not finite and such a step is an error
 */
export function takeLoss(
  plans: readonly GpuPlan[],
  nonFinite: NonFinitePolicy,
  loss: number | undefined,
): { readonly value: number; readonly refused: boolean } | undefined {
  if (!plans.some(({ step }) => step.execution.host.plan.usesLoss)) {
    return undefined;
  }
  const finite = Number.isFinite(loss);
  if (typeof loss !== "number" || (nonFinite === "throw" && !finite)) {
    throw new GradientError(
      `a rule steps by the loss, and ${loss ?? "none"} was given: pass it as step({ loss })`,
    );
  }
  return { value: loss, refused: nonFinite === "skip" && !finite };
}
