/** What stands between an optimizer of TensorFlow.js and one of Gradus: an interface, and one of it for each kind of backend. */
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
 * A rule bound to variables: how gradients get in and values get out. Values are always assigned as new tensors, for
 * backends cache what they make of a tensor, and others may hold it.
 */
export interface VariableBinding {
  /** What is bound; a variable may have been disposed since. */
  readonly variables: Variables;
  /** The updates made: what schedules and `t` count. */
  readonly steps: number;
  /** The gradients that wait for an update. */
  readonly pending: number;
  /**
   * Takes a gradient for some of the variables, and assigns what the update makes of these. The others stay as they are,
   * with their state and age.
   * @param gradients by name; each has its variable's shape
   * @param loss one number, where the rule steps by it and it is known
   */
  step(gradients: ReadonlyMap<string, Tensor>, loss?: Tensor): StepReport;
  /** Binds more variables, or others in the place of those of the same name and shape; state stays. */
  add(variables: Variables): void;
  /** Leaves variables out, with their state. */
  remove(names: readonly string[]): void;
  /** The weights to evaluate, as new tensors by name, which the caller disposes. */
  evaluationWeights(): ReadonlyMap<string, Tensor>;
  setHyper(settings: HyperSettings, options?: SetHyperOptions): void;
  /** A copy of all that is kept between steps. */
  state(): OptimizerState | Promise<OptimizerState>;
  /** Goes on where a saved state was; throws a RestoreError where it does not fit. */
  restore(state: SavedState): void;
  /** What checkpoints take, with the values that variables have now; not there where those are on a GPU. */
  checkpointed?(): Checkpointed;
  dispose(): void;
}

/** Binds a rule to variables of a backend. */
export type Bind = (
  variables: Variables,
  rule: Rule,
  options: GradusOptimizerOptions,
) => VariableBinding;

/** What binds variables of a backend in another way than by copies through the CPU, by the backend's name. */
export const byBackend = new Map<string, Bind>();

/** What binds variables of a backend, if it is another than copies through the CPU. */
export const bindingOf = (backend: string): Bind | undefined => byBackend.get(backend);
