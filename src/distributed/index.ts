/** Training on many ranks: what joins them, and steps that they make together. */
export type {
  Combinable,
  Combination,
  Communicator,
  Done,
  Travelling,
} from "./communicator.ts";
export { outer } from "./outer.ts";
export { OuterOptimizer } from "./outerOptimizer.ts";
export type { OuterOptions } from "./outerOptions.ts";
