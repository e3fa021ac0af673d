/** Measures Adam's steps in units of the learning rate. */
import { adam, optimize, parameters } from "../../src/index.ts";

/** The longest step of one weight for these gradients, divided by the learning rate. */
export function longestStep(gradients: Iterable<number>, beta1 = 0.9, beta2 = 0.999): number {
  const { w } = parameters({ w: [1] }, { type: "float64" });
  using optimizer = optimize({ w }, adam({ lr: 1, beta1, beta2, eps: 0 }));
  let longest = 0;
  for (const gradient of gradients) {
    w.data[0] = 0;
    optimizer.gradients.w[0] = gradient;
    optimizer.step();
    longest = Math.max(longest, Math.abs(w.data[0]));
  }
  return longest;
}

/** Zeros, and then one gradient: the paper's most severe case of sparsity. */
export const spike = (steps: number) =>
  Array.from({ length: steps }, (_, i) => (i === steps - 1 ? 1 : 1e-30));

/** Gradients that grow by beta2 / beta1 in each step. By the Cauchy-Schwarz inequality, no others make `m / sqrt(v)` larger. */
export const growing = (steps: number, beta1 = 0.9, beta2 = 0.999) =>
  Array.from({ length: steps }, (_, i) => (beta2 / beta1) ** (i - steps));

/** The limit for such gradients: `(1 - beta1) / sqrt((1 - beta2) (1 - beta1^2 / beta2))`. */
export const leastUpperBound = (beta1: number, beta2: number) =>
  (1 - beta1) / Math.sqrt((1 - beta2) * (1 - beta1 ** 2 / beta2));
