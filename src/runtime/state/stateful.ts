/** The base class of everything whose state can be saved and restored between steps. */
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

/** Makes hyperparameters settable that were set in a saved state (setHyper.ts). */
export const restoring = new Feature<
  (optimizer: object, state: SavedState, options: RestoreOptions) => void
>();

/**
 * An object that can continue from a saved state: an optimizer or a wrapper around one.
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
   * The same as `state`, but with the arrays themselves, which steps change. Use it to write them to a file at once.
   * @throws {EvaluationError} inside `evaluate()`, because training cannot continue from the weights to evaluate
   * @throws {DisposedError} after `dispose()`
   */
  abstract stateViews(): OptimizerState;

  /** Takes over everything but arrays. If it throws, nothing was changed. */
  abstract resumeAt(point: ResumePoint): void;

  /** A copy of everything that is kept between steps, for `restore`. */
  state(): OptimizerState {
    return copied(this.stateViews());
  }

  /**
   * Continues from a saved state. Parameters are matched by name, and must have the same shapes and rules. Hyperparameters keep
   * their present values; the report says which differ. The values of the parameters are not part of a state.
   *
   * @param state the result of `state()`, here or elsewhere
   * @throws {RestoreError} if something does not fit and `partial` is not set. It lists all differences; nothing was changed
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

  /** @internal Compares only; it changes nothing. */
  planRestore(state: SavedState, options: RestoreOptions): RestorePlan {
    restoring.given?.(this, state, options);
    return planRestore(this.stateViews(), state, options);
  }

  /** @internal Carries out a plan. It reads everything before it writes anything, because reading files may fail. */
  takeOver({ report, point, copies }: RestorePlan): RestoreReport {
    const arrays = copies.map(({ from }) => ("read" in from ? from.read() : from));
    this.resumeAt(point);
    for (const [index, { to }] of copies.entries()) {
      to.set(arrays[index]!);
    }
    return report;
  }
}
