/** Functions rather than gradients: least squares and curve fits. */
export { MinimizeError } from "./errors.ts";
export * from "./leastSquares/index.ts";
