/** The interface of objects that checkpoints can save. */
import type { AnyParameter } from "../runtime/parameters.ts";
import type { RankGroup } from "../runtime/state/rankGroup.ts";
import type { RestoreOptions, RestoreReport, SavedState } from "../runtime/state/restore.ts";
import type { OptimizerState } from "../runtime/state/state.ts";
import type { Stateful } from "../runtime/state/stateful.ts";

/** An object that can be saved and resumed: an optimizer, or a wrapper such as `accumulate`. */
export interface Checkpointed {
  /** Values and shape of each parameter, by name. */
  readonly parameters: Readonly<Record<string, AnyParameter>>;
  /** The same as `state()`, but with the arrays themselves, which steps change. */
  stateViews(): OptimizerState;
  /** Continues from a saved state. Parameters are matched by name. */
  restore(state: SavedState, options?: RestoreOptions): RestoreReport;
  /** The number of gradients that wait for an update. */
  readonly pending?: number;
  /** @internal Present if several ranks save and restore together. */
  readonly rankGroup?: RankGroup | undefined;
  /** @internal */
  readonly planRestore: Stateful["planRestore"];
  /** @internal */
  readonly takeOver: Stateful["takeOver"];
}
