/**
 * Optimizers for jax-js, with the interface of Optax: `[params, state] = gradus(adamw()).step(gradients, state, params)`.
 *
 * @packageDocumentation
 */
export { type GradusTransformation, gradus } from "./gradus.ts";
export type { HostOptimizer } from "./hostRun.ts";
export { GradusState } from "./state.ts";
