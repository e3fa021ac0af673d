import { defineOptimizer } from "../builtIn.ts";

/**
 * LDoG, layer-wise DoG: each tensor's step size is the distance that it has gone over the norm of all
 * its gradients.
 *
 * Options: `lr` multiplies the step, best left at 1 (default 1), `repsRel` first distance, as a share
 * of 1 + the norm of the tensor (1e-6; 1e-4 with batch normalization), `initialRate` first step size
 * instead (0: by `repsRel`), `eps` added to the sum of squared norms (1e-8).
 * Ranges: `lr`, `initialRate`, `eps` [0, inf); `repsRel` (0, inf).
 * State: `p0`, where the parameters began, one value an element; `distance` and `G`, sum of squared
 * norms, one a tensor. Its authors call averaging crucial: chain `polynomialAverage` behind it.
 *
 * Ivgi et al., 2023, "DoG is SGD's Best Friend: A Parameter-Free Dynamic Step Size Schedule", as the
 * authors' dog.LDoG has it (init_eta is `initialRate`). Their weight_decay is `l2()` chained before it.
 * Not in PyTorch, Optax or Keras.
 *
 * @example optimize(net, chain(ldog(), polynomialAverage()))
 */
export const ldog = defineOptimizer({
  name: "ldog",
  title: "LDoG",
  summary: "SGD by the distance that each tensor has gone over the norm of its gradients.",
  paper:
    "Ivgi et al., 2023, DoG is SGD's Best Friend: A Parameter-Free Dynamic Step Size Schedule, https://arxiv.org/abs/2302.12022",
  hyper: { lr: 1, repsRel: 1e-6, initialRate: 0, eps: 1e-8 },
  ranges: { lr: "[0, inf)", repsRel: "(0, inf)", initialRate: "[0, inf)", eps: "[0, inf)" },
  state: {
    p0: "p",
    distance: { kind: "scalar", initial: 0 },
    G: { kind: "scalar", initial: 0 },
  },
  symbols: { p0: "theta0", distance: "rBar" },
  rule: `
    first = where(initialRate == 0, repsRel * (1 + norm(p)), 0)
    distance = where(t == 1, first, max(distance, norm(p - p0)))
    G = G + sum(g^2)
    rate = distance / sqrt(G + eps)
    u = where(initialRate == 0, rate, where(t == 1, initialRate, rate)) * g
  `,
});
