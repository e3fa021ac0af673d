/** Options of a GradusOptimizer. */
import type { HyperDefaults } from "../rule/definition.ts";
import { checkOptions } from "../runtime/errors.ts";
import type { OptimizeOptions } from "../runtime/optimize.ts";

/** Options of `GradusOptimizer`: those of `optimize`, and accumulation. Parameters are variables, by their names. */
export interface GradusOptimizerOptions<H extends HyperDefaults = HyperDefaults>
  extends Pick<OptimizeOptions<H>, "groups" | "nonFinite" | "seed" | "threads" | "storage"> {
  /** The gradients whose mean makes an update, as `accumulate` has it: a whole number. Default 1. */
  readonly accumulate?: number;
}

const names = ["groups", "nonFinite", "seed", "threads", "storage", "accumulate"];

/** @throws {BindingError} where there is an option that is none */
export const checkOptimizerOptions = (options: GradusOptimizerOptions): void =>
  checkOptions("GradusOptimizer", options, names);
