/**
 * What optimizers race on. A surface is one ground (`surface.ts`), a small network is another: the race, the sweep and the
 * export of numbers know no more of either than what stands here. To add one: a member of `GroundState` (`state.ts`), a
 * class that keeps this interface, and its line in `grounds.ts`.
 */
import type { Rule } from "gradus";
import type { GroundState } from "../state.ts";

/** One problem. What is random in it - the first weights, batches, noise - is the same for each racer. */
export interface Ground {
  readonly kind: GroundState["kind"];
  /** What is recorded of each racer at the start and after each step; the first is the value that the race is about. */
  readonly columns: readonly string[];
  /** The least that the first column can be, where that is known. */
  readonly least: number | undefined;
  /** What each racer moves: names with shapes. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /**
   * Binds an optimizer to parameters of its own, at the start.
   * @throws what the library says of the rule
   */
  enter(rule: Rule): Racer;
}

/** One optimizer on its way. */
export interface Racer {
  /** Settled when it can begin, where that is not at once; rejected with what the library says against the rule. */
  readonly entered?: Promise<void> | undefined;
  /** Fills as many numbers as the ground has columns. */
  record(row: Float64Array): void;
  /**
   * Computes a gradient where it is, and makes one step.
   * @returns a promise where the step is made on a GPU: nothing else may be asked of it until that is settled
   */
  step(): void | Promise<void>;
  /** What it looks like where it is: bytes that the ground's view draws. Nothing where there is nothing to see. */
  picture?(): Uint8Array | undefined;
  /** Gives back what it holds. */
  dispose(): void;
}
