/** Adam's update without bias correction, as a rule: the variant in the paper's section 6.4. */
import { defineOptimizer } from "../../src/index.ts";

export const uncorrectedAdam = defineOptimizer({
  name: "uncorrectedAdam",
  hyper: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8 },
  state: { m: 0, v: 0 },
  rule: `
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g^2
    u = m / (sqrt(v) + eps)
  `,
});
