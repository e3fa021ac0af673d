/** Makes the steps: an optimizer of Gradus, with its own parameters, into and out of which jax-js arrays are copied. */
import type { StepInputs } from "../runtime/settings.ts";
import type { Described, Leaf, Leaves } from "./trees.ts";

export interface Run<O = unknown> {
  readonly optimizer: O;
  /** The parameters, by name. */
  readonly parameters: ReadonlyMap<string, Described>;
  /**
   * Makes a step. It consumes none of its arguments.
   * @param parameters default: the parameters after the last step
   * @returns the new parameters, or the updates; the arrays belong to the caller
   */
  step(
    asked: "parameters" | "updates",
    gradients: Leaves,
    parameters: Leaves | undefined,
    inputs: StepInputs | undefined,
  ): Leaves;
  /** Copies of the present parameters. Inside `optimizer.evaluate`, these are the evaluation weights. */
  copies(): Leaves;
  /** A copy with the same parameters and state, which continues separately. */
  fork(): Run<O>;
  /** From now on, other code has the optimizer and may change parameters. */
  share(): void;
  dispose(): void;
}

/** The result of a step that changes nothing, because it waits for more gradients or is skipped: the arrays that it was given. */
export const unchanged = (leaves: Leaves): Leaves =>
  new Map([...leaves].map(([name, leaf]): [string, Leaf] => [name, leaf.ref]));
