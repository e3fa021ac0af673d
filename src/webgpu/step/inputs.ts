/** What a step is given, checked before anything is recorded or counted. */
import {
  BindingError,
  checkOptions,
  EvaluationError,
  GradientError,
  RestoreError,
} from "../../runtime/errors.ts";
import type { NonFinitePolicy } from "../../runtime/settings.ts";
import type { GpuPlan } from "../dispatches/programs.ts";
import type { GpuSnapshot } from "../state/snapshot.ts";

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
  checkEncoder("step", encoder);
}

/** @throws {BindingError} where one is given that records nothing */
export function checkEncoder(method: string, encoder: unknown): void {
  const { beginComputePass } = (encoder ?? {}) as Partial<GPUCommandEncoder>;
  if (encoder !== undefined && typeof beginComputePass !== "function") {
    throw new BindingError(`${method}: encoder is a GPUCommandEncoder, which is not finished yet`);
  }
}

/** @throws {EvaluationError} where there is nothing to run */
export function checkCallback(callback: unknown): void {
  if (typeof callback !== "function") {
    throw new EvaluationError("evaluate: the first argument is a function, which is run once");
  }
}

/** @throws {RestoreError} where it is none of what `read()` and checkpoints give */
export function checkedSnapshot(snapshot: GpuSnapshot): GpuSnapshot {
  if (!isObject(snapshot) || !("parameters" in snapshot && "stateViews" in snapshot)) {
    throw new RestoreError(["this is no snapshot: write takes what read() gave"]);
  }
  return snapshot;
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
