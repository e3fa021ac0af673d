/** Training on many ranks: what joins them, and steps that they make together. */
export type {
  Combinable,
  Combination,
  Communicator,
  Done,
  Travelling,
} from "./communicator.ts";
export { OuterOptimizer } from "./outer/outerOptimizer.ts";
export type { OuterOptions } from "./outer/outerOptions.ts";
export { outer } from "./outer.ts";
