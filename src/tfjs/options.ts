/** Options of a GradusOptimizer. */
import type { HyperDefaults } from "../rule/definition.ts";
import { checkOptions } from "../runtime/errors.ts";
import type { OptimizeOptions } from "../runtime/optimize.ts";

/** Options of `GradusOptimizer`: those of `optimize`, and `accumulate`. The parameters are the variables, by their names. */
export interface GradusOptimizerOptions<H extends HyperDefaults = HyperDefaults>
  extends Pick<OptimizeOptions<H>, "groups" | "nonFinite" | "seed" | "threads" | "storage"> {
  /** The number of gradients whose mean makes one update, as in `accumulate`. Default 1. */
  readonly accumulate?: number;
}

const names = ["groups", "nonFinite", "seed", "threads", "storage", "accumulate"];

/** @throws {BindingError} if an option does not exist */
export const checkOptimizerOptions = (options: GradusOptimizerOptions): void =>
  checkOptions("GradusOptimizer", options, names);
