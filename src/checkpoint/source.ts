/** What a checkpoint is of. */
import type { AnyParameter } from "../runtime/parameters.ts";
import type { RankGroup } from "../runtime/state/rankGroup.ts";
import type { RestoreOptions, RestoreReport, SavedState } from "../runtime/state/restore.ts";
import type { OptimizerState } from "../runtime/state/state.ts";
import type { Stateful } from "../runtime/state/stateful.ts";

/** What can be saved and resumed: an optimizer, or what stands around one, such as `accumulate`. */
export interface Checkpointed {
  /** By name: values and shape. */
  readonly parameters: Readonly<Record<string, AnyParameter>>;
  /** As `state()`, with the arrays themselves, which steps change. */
  stateViews(): OptimizerState;
  /** Goes on where a saved state was, by the names of parameters. */
  restore(state: SavedState, options?: RestoreOptions): RestoreReport;
  /** The gradients that wait for an update. */
  readonly pending?: number;
  /** @internal Of an optimizer of several ranks, which save and restore together. */
  readonly rankGroup?: RankGroup | undefined;
  /** @internal */
  readonly planRestore: Stateful["planRestore"];
  /** @internal */
  readonly takeOver: Stateful["takeOver"];
}
