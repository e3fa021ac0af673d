import type { Random } from "gradus/tasks";

/**
 * Fills weights with He's uniform initialization: a variance of 2 / inputs (He, Zhang, Ren and Sun, "Delving Deep into
 * Rectifiers", 2015, section 2.2). It is uniform rather than normal, because the draws then have the same bits in each
 * JavaScript engine.
 * @param inputs how many inputs each output sums
 */
export function heUniform(weights: Float32Array, inputs: number, random: Random): void {
  const bound = Math.sqrt(6 / inputs);
  for (let index = 0; index < weights.length; index++) {
    weights[index] = bound * (2 * random.uniform() - 1);
  }
}
