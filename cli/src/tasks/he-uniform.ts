import type { Random } from "gradus/tasks";

/**
 * Fills weights that each output sums `inputs` of: uniform, with variance 2 / inputs (He, Zhang, Ren and
 * Sun, "Delving Deep into Rectifiers", 2015, section 2.2). The uniform distribution rather than the
 * normal: its draws are the same bits in each JavaScript engine.
 */
export function heUniform(weights: Float32Array, inputs: number, random: Random): void {
  const bound = Math.sqrt(6 / inputs);
  for (let index = 0; index < weights.length; index++) {
    weights[index] = bound * (2 * random.uniform() - 1);
  }
}
