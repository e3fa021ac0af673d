/**
 * Minimizes functions, and fits models to data by least squares. A method consists of a direction and a search (a line search
 * or a trust region), and the search can be chosen.
 *
 * @packageDocumentation
 */
export {
  type CheckGradientOptions,
  checkGradient,
  type ElementCheck,
  type GradientCheck,
} from "./checkGradient.ts";
export { MinimizeError } from "./errors.ts";
export * from "./leastSquares/index.ts";
export type {
  Direction,
  Ending,
  Method,
  Objective,
  Point,
  Reason,
  Search,
  Searcher,
  SearchStep,
  Solver,
} from "./method.ts";
export { type BfgsOptions, bfgs } from "./methods/bfgs.ts";
export { type DescentParts, type DirectionMaker, descent } from "./methods/descent.ts";
export { gradientDescent } from "./methods/gradientDescent.ts";
export { type LbfgsOptions, lbfgs } from "./methods/lbfgs.ts";
export { type LbfgsbOptions, lbfgsb } from "./methods/lbfgsb.ts";
export { type NelderMeadOptions, nelderMead } from "./methods/nelderMead.ts";
export { type NewtonCgOptions, newtonCg } from "./methods/newtonCg.ts";
export { iterate, minimize } from "./minimize.ts";
export type { HessianProduct, ObjectiveFunction, ValueAndGradient } from "./objective.ts";
export type { Bounds, MinimizeOptions } from "./options.ts";
export type { MinimizationResult, MinimizationState, SavedMinimization } from "./result.ts";
export { type BacktrackingOptions, backtracking } from "./searches/backtracking.ts";
export { doglegRegion } from "./searches/doglegRegion.ts";
export type { Line } from "./searches/line.ts";
export { type LineSearch, lineSearch, type WolfeOptions } from "./searches/lineSearch.ts";
export { moreThuente } from "./searches/moreThuente.ts";
export { steihaugRegion } from "./searches/steihaugRegion.ts";
export type { TrustRegionOptions } from "./searches/trustRegion.ts";
export { type ZoomOptions, zoom } from "./searches/zoom.ts";
export type { Form, GradientForm, ValuesLike } from "./variables.ts";
