/**
 * Optimizers of Gradus for jax-js.
 *
 * @packageDocumentation
 */
export { type GradusTransformation, gradus } from "./gradus.ts";
export type { HostOptimizer } from "./hostRun.ts";
export { GradusState } from "./state.ts";
