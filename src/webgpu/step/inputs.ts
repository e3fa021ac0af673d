/** Checks a step's inputs, before anything is recorded or counted. */
import {
  BindingError,
  checkOptions,
  EvaluationError,
  GradientError,
  RestoreError,
} from "../../runtime/errors.ts";
import type { NonFinitePolicy } from "../../runtime/settings.ts";
import type { GpuPlan } from "../dispatches/programs.ts";
import type { WrittenSnapshot } from "../state/snapshot.ts";

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const inputNames = ["encoder", "loss", "rows"];

/**
 * @param names the names of parameters
 * @throws {BindingError} where gradients or inputs have the wrong type, or are confused with each other
 */
export function checkStep(gradients: unknown, inputs: object, names: readonly string[]): void {
  if (gradients !== undefined && !isObject(gradients)) {
    throw new BindingError("step: gradients must be an object with the names of parameters");
  }
  const input = [...inputNames, "gradients"].find(
    (name) => gradients !== undefined && name in gradients && !names.includes(name),
  );
  if (input !== undefined) {
    const instead = input === "gradients" ? "step(gradients)" : `step(undefined, { ${input} })`;
    throw new BindingError(
      `step: \`${input}\` is not a parameter: step takes gradients and then inputs, so write ${instead}`,
    );
  }
  if (!isObject(inputs)) {
    throw new BindingError("step: inputs must be an object, such as step(undefined, { loss })");
  }
  checkOptions("step", inputs, inputNames);
  const { encoder, rows } = inputs as Readonly<Record<string, unknown>>;
  if (rows !== undefined && !isObject(rows)) {
    throw new BindingError("step: rows must be an object with the names of parameters");
  }
  checkEncoder("step", encoder);
}

/** @throws {BindingError} where the given value is not a command encoder */
export function checkEncoder(method: string, encoder: unknown): void {
  const { beginComputePass } = (encoder ?? {}) as Partial<GPUCommandEncoder>;
  if (encoder !== undefined && typeof beginComputePass !== "function") {
    throw new BindingError(`${method}: encoder must be a GPUCommandEncoder that is not finished`);
  }
}

/** @throws {EvaluationError} where it is not a function */
export function checkCallback(callback: unknown): void {
  if (typeof callback !== "function") {
    throw new EvaluationError("evaluate: the first argument must be a function");
  }
}

/** @throws {RestoreError} where it is not a snapshot of `read()`, perhaps with a checkpoint loaded */
export function checkedSnapshot(snapshot: WrittenSnapshot): WrittenSnapshot {
  if (!isObject(snapshot) || !("parameters" in snapshot && "stateViews" in snapshot)) {
    throw new RestoreError(["this is not a snapshot: pass the result of read()"]);
  }
  return snapshot;
}

/**
 * The loss of a step, if a rule reads it, and whether the step is to be skipped because of it.
 * @throws {GradientError} where there is none, or it is not finite and this is an error
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
      `the rule needs the loss, but ${loss ?? "none"} was given: pass it as step(gradients, { loss })`,
    );
  }
  return { value: loss, refused: nonFinite === "skip" && !finite };
}
