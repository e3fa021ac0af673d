/** What a checkpoint is of. */
import type { Parameter } from "../runtime/parameters.ts";
import type { RestoreOptions, RestoreReport, SavedState } from "../runtime/restore.ts";
import type { Resumable } from "../runtime/resumable.ts";
import type { OptimizerState } from "../runtime/state.ts";

/** What can be saved and resumed: an optimizer, or what stands around one, such as `accumulate`. */
export interface Checkpointed {
  readonly parameters: Readonly<Record<string, Parameter>>;
  stateViews(): OptimizerState;
  restore(state: SavedState, options?: RestoreOptions): RestoreReport;
  /** @internal */
  readonly takeOver: Resumable["takeOver"];
}
