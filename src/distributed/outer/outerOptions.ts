/** The options of `outer`, and their checks. */
import type { HyperDefaults, Rule } from "../../rule/definition.ts";
import type { AnyOptimizer } from "../../runtime/contract.ts";
import { BindingError, checkOptions } from "../../runtime/errors.ts";
import type { OptimizeOptions } from "../../runtime/optimize.ts";
import { checkOptimizer, checkOptionsAreThere, checkRule } from "../../wrappers/arguments.ts";
import { checkNumbers } from "../../wrappers/checkNumbers.ts";
import type { Communicator } from "../communicator.ts";
import { isIncremental } from "./isIncremental.ts";

/** Options of {@link outer}. */
export interface OuterOptions<H extends HyperDefaults = HyperDefaults>
  extends Pick<OptimizeOptions<H>, "groups" | "seed" | "backend"> {
  /** Local steps of each rank for one outer step, H in the paper. It counts calls of `step`, also skipped ones. */
  readonly every: number;
  /**
   * Updates the shared weights by the outer gradient. The paper uses `nesterov({ lr: 0.7, momentum: 0.9 })`. With `sgd({ lr: 1 })`, the shared
   * weights are the mean of the ranks' weights, which is local SGD.
   */
  readonly rule: Rule<H>;
  /** Connects the ranks of the run. The caller disposes it. */
  readonly communicator: Communicator;
}

const known = ["every", "rule", "communicator", "groups", "seed", "backend"];

/** @throws {BindingError} if an option is not valid, or the optimizer would hide or undo outer steps */
export function checkOuter(optimizer: AnyOptimizer, options: OuterOptions): void {
  checkOptimizer("outer", optimizer, ["parameters", "trained", "plans"]);
  checkOptionsAreThere("outer", options, "{ every: 50, rule, communicator }");
  checkOptions("outer", options, known);
  const { every, rule, communicator } = options;
  checkNumbers("outer", { every: "whole [1, inf)" }, { every });
  checkRule("outer", rule, "`rule`");
  if (typeof communicator?.allReduce !== "function") {
    throw new BindingError(
      "outer: `communicator` is what joins the ranks, such as await connect()",
    );
  }
  if (optimizer.bindTo === undefined && optimizer.outermost !== undefined) {
    throw new BindingError(`outer: ${optimizer.outermost}`);
  }
  checkInner(optimizer);
}

/** @throws {BindingError} if the optimizer would hide or undo outer steps */
function checkInner({ plans }: AnyOptimizer): void {
  const averaging = plans.flatMap(({ rule }) =>
    rule.parts.filter(({ definition }) => definition.evaluation),
  )[0];
  if (averaging !== undefined) {
    throw new BindingError(
      `outer: \`${averaging.name}\` averages the weights of this rank alone, and those of all are evaluated: an average belongs into outer's \`rule\`, chain(nesterov({ lr: 0.7, momentum: 0.9 }), ema())`,
    );
  }
  const lost = plans.find((plan) => !isIncremental(plan));
  if (lost !== undefined) {
    const names = lost.rule.parts.map(({ name }) => name);
    throw new BindingError(
      `outer: \`${names.join(", ")}\` makes the weights anew from its state at each step, and so would undo outer steps: take another rule within`,
    );
  }
}
