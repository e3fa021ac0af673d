/** Optimizers of Gradus for jax-js. */
export { type ArrayTree, type GradusTransformation, gradus } from "./gradus.ts";
export { GradusState } from "./state.ts";
