/** What can be saved between two steps, as one class that optimizers and their wrappers extend. */
import { Feature } from "../../feature.ts";
import {
  planRestore,
  type RestoreOptions,
  type RestorePlan,
  type RestoreReport,
  type ResumePoint,
  type SavedState,
} from "./restore.ts";
import { copied, type OptimizerState } from "./state.ts";

/** Makes room for what a saved state has, where that is something which one sets (setHyper.ts). */
export const restoring = new Feature<
  (optimizer: object, state: SavedState, options: RestoreOptions) => void
>();

/**
 * What goes on where a saved state of it was: every optimizer, and each wrapper around one.
 *
 * @example
 * // Takes every optimizer and every wrapper.
 * const copyOf = (source: Stateful) => structuredClone(source.state());
 * optimizer.step({ w: [1, 2, 3, 4, 5, 6], b: [1, 2, 3] });
 * const copy = copyOf(optimizer);
 * optimize(net, adam()).restore(copy).step; // 1
 */
export abstract class Stateful {
  /**
   * As `state`, with the arrays themselves, which steps change: for whoever writes them away at once.
   * @throws {EvaluationError} inside `evaluate()`, where the weights to evaluate are no state to go on from
   * @throws {DisposedError} after `dispose()`
   */
  abstract stateViews(): OptimizerState;

  /** Takes over what is no array; throws where it cannot, and then has changed nothing. */
  abstract resumeAt(point: ResumePoint): void;

  /** A copy of all that is kept between steps: what `restore` takes. */
  state(): OptimizerState {
    return copied(this.stateViews());
  }

  /**
   * Goes on where a saved state was, by name: its parameters have the same shapes and rules.
   * Hyperparameters stay those of now; the report says which differ. Values of parameters are no part of a
   * state.
   *
   * @param state what `state()` gave, here or elsewhere
   * @throws {RestoreError} which lists all that does not fit, unless `partial` is set; nothing was changed
   * @throws {EvaluationError} inside `evaluate()`
   * @throws {DisposedError} after `dispose()`
   * @example
   * const saved = optimizer.state();
   * optimizer.step({ w: new Float32Array(6).fill(1), b: [1, 2, 3] });
   * optimizer.restore(saved).step; // 0
   */
  restore(state: SavedState, options: RestoreOptions = {}): RestoreReport {
    return this.takeOver(this.planRestore(state, options));
  }

  /** @internal Compares; nothing is taken over yet. */
  planRestore(state: SavedState, options: RestoreOptions): RestorePlan {
    restoring.given?.(this, state, options);
    return planRestore(this.stateViews(), state, options);
  }

  /** @internal Takes over what was planned; all is read before anything is written, for files may fail. */
  takeOver({ report, point, copies }: RestorePlan): RestoreReport {
    const arrays = copies.map(({ from }) => ("read" in from ? from.read() : from));
    this.resumeAt(point);
    for (const [index, { to }] of copies.entries()) {
      to.set(arrays[index]!);
    }
    return report;
  }
}
