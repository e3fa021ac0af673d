/**
 * Initial values of parameters: `parameters({ w: he([784, 10]), b: zeros([10]) }, { seed: 1 })`.
 *
 * @packageDocumentation
 */
export type { Initializer } from "../runtime/parameters.ts";
export {
  embedding,
  type NormalOptions,
  normal,
  ones,
  truncatedNormal,
  type UniformOptions,
  uniform,
  zeros,
} from "./distributions.ts";
export { type OrthogonalOptions, orthogonal } from "./orthogonal.ts";
export { type Distribution, glorot, he, lecun, type ScaledOptions } from "./scaled.ts";
