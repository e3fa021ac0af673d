import { defineOptimizer } from "../builtIn.ts";

/**
 * DoWG, distance over weighted gradients: SGD by the squared distance gone over gradients weighed
 * by it.
 *
 * Options: `lr` multiplies the step, best left at 1 (default 1), `eps` first squared distance, also
 * added to the divisor (1e-4), `initialSquaredDistance` the first one by itself (0: `eps`).
 * Ranges: `lr`, `initialSquaredDistance` [0, inf); `eps` (0, inf).
 * State: `p0`, where the parameters began, one value an element; `r`, squared distance, and `v`,
 * weighted sum of squared norms, the same for all tensors.
 *
 * Khaled et al., 2023, "DoWG Unleashed: An Efficient Universal Parameter-Free Gradient Descent
 * Method", algorithm 1, with the eps of the authors' dowg.DoWG. optax.contrib.dowg has
 * init_estim_sq_dist for `initialSquaredDistance`; its weight_decay is `l2()` chained before it. Not
 * in PyTorch or Keras.
 *
 * @example optimize(net, dowg())
 */
export const dowg = defineOptimizer({
  name: "dowg",
  title: "DoWG",
  summary: "SGD by the squared distance gone over the norms of gradients weighed by it.",
  paper:
    "Khaled et al., 2023, DoWG Unleashed: An Efficient Universal Parameter-Free Gradient Descent Method, https://arxiv.org/abs/2305.16284",
  hyper: { lr: 1, eps: 1e-4, initialSquaredDistance: 0 },
  ranges: { lr: "[0, inf)", eps: "(0, inf)", initialSquaredDistance: "[0, inf)" },
  state: {
    p0: "p",
    r: {
      kind: "scalar",
      initial: "where(initialSquaredDistance == 0, eps, initialSquaredDistance)",
    },
    v: { kind: "scalar", initial: 0 },
  },
  symbols: { p0: "theta0" },
  rule: `
    r = max(r, globalSum((p - p0)^2))
    v = v + r * globalSum(g^2)
    u = r / (sqrt(v) + eps) * g
  `,
});
