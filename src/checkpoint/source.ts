import type { AnyParameter } from "../runtime/parameters.ts";
import type { RestoreOptions, RestoreReport, SavedState } from "../runtime/restore.ts";
import type { OptimizerState } from "../runtime/state.ts";

/** What can be saved and resumed: an optimizer, or what stands around one, such as `accumulate`. */
export interface Checkpointed {
  readonly parameters: Readonly<Record<string, AnyParameter>>;
  stateViews(): OptimizerState;
  restore(state: SavedState, options?: RestoreOptions): RestoreReport;
}
