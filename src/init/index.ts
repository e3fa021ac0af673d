/** What parameters start from: `parameters({ w: he([784, 10]), b: zeros([10]) }, { seed: 1 })`. */
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
