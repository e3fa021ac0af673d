/** How an optimizer of TensorFlow.js steps a rule of Gradus: an interface, with one implementation for each kind of backend. */
import type { Tensor, Variable } from "@tensorflow/tfjs-core";
import type { Checkpointed } from "../checkpoint/source.ts";
import type { Rule } from "../rule/definition.ts";
import type { HyperSettings, SetHyperOptions } from "../runtime/setHyper.ts";
import type { SavedState } from "../runtime/state/restore.ts";
import type { OptimizerState } from "../runtime/state/state.ts";
import type { StepReport } from "../runtime/step/report.ts";
import type { GradusOptimizerOptions } from "./options.ts";

/** By name. */
export type Variables = ReadonlyMap<string, Variable>;

/**
 * A rule bound to variables: it takes their gradients and updates their values. Values are always assigned as new tensors, because
 * backends cache data for each tensor, and other code may hold the old one.
 */
export interface VariableBinding {
  /** The bound variables. Some may have been disposed since. */
  readonly variables: Variables;
  /** The number of updates so far, which schedules and `t` use. */
  readonly steps: number;
  /** The number of gradients that wait for an update. */
  readonly pending: number;
  /**
   * Takes gradients for some of the variables, and assigns their new values. The other variables keep their values, state
   * and age.
   * @param gradients by name; each has its variable's shape
   * @param loss one number, if the rule reads it and it is known
   */
  step(gradients: ReadonlyMap<string, Tensor>, loss?: Tensor): StepReport;
  /** Binds more variables. One with the name and shape of a bound one replaces it, and keeps its state. */
  add(variables: Variables): void;
  /** Removes variables, with their state. */
  remove(names: readonly string[]): void;
  /** The evaluation weights, as new tensors by name, which the caller disposes. */
  evaluationWeights(): ReadonlyMap<string, Tensor>;
  setHyper(settings: HyperSettings, options?: SetHyperOptions): void;
  /** A copy of the whole state. */
  state(): OptimizerState | Promise<OptimizerState>;
  /** Continues from a saved state; throws a RestoreError if it does not fit. */
  restore(state: SavedState): void;
  /** The source of a checkpoint, with the present values of the variables. Absent if they are on a GPU. */
  checkpointed?(): Checkpointed;
  dispose(): void;
}

/** Binds a rule to variables of a backend. */
export type Bind = (
  variables: Variables,
  rule: Rule,
  options: GradusOptimizerOptions,
) => VariableBinding;

/** Backends whose variables are bound without copies through the CPU, by the backend's name. */
export const byBackend = new Map<string, Bind>();

/** How a backend's variables are bound; undefined for copies through the CPU. */
export const bindingOf = (backend: string): Bind | undefined => byBackend.get(backend);
