/** What steps are made by: an optimizer of Gradus, with parameters of its own that jax-js' arrays are copied into and out of. */
import type { StepInputs } from "../runtime/settings.ts";
import type { Described, Leaf, Leaves } from "./trees.ts";

export interface Run<O = unknown> {
  readonly optimizer: O;
  /** The parameters, by name. */
  readonly parameters: ReadonlyMap<string, Described>;
  /**
   * Makes a step. Nothing that it is given is consumed.
   * @param parameters by default those that the last step left
   * @returns the new parameters, or what they have changed by: arrays that are the caller's
   */
  step(
    asked: "parameters" | "updates",
    gradients: Leaves,
    parameters: Leaves | undefined,
    inputs: StepInputs | undefined,
  ): Leaves;
  /** Copies of the parameters as they are; within `optimizer.evaluate` of those to evaluate. */
  copies(): Leaves;
  /** Another that stands where this one stands, and goes on by itself. */
  fork(): Run<O>;
  /** Somebody else has the optimizer now, and may change parameters. */
  share(): void;
  dispose(): void;
}

/** A step changes nothing where it waits for more gradients or is left out: then what was given is what comes back. */
export const unchanged = (leaves: Leaves): Leaves =>
  new Map([...leaves].map(([name, leaf]): [string, Leaf] => [name, leaf.ref]));
