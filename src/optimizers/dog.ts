import { defineOptimizer } from "../builtIn.ts";

/**
 * DoG, distance over gradients: SGD whose step size is the distance gone over the norm of all
 * gradients.
 *
 * Options: `lr` multiplies the step, best left at 1 (default 1), `repsRel` first distance, as a
 * share of 1 + the norm of the parameters (1e-6; 1e-4 with batch normalization), `initialDistance`
 * first distance itself (0: by `repsRel`), `initialRate` first step size instead of either (0: by
 * the distance), `eps` added to the sum of squared norms (1e-8).
 * Ranges: `lr`, `initialDistance`, `initialRate`, `eps` [0, inf); `repsRel` (0, inf).
 * State: `p0`, where the parameters began, one value an element; `distance` and `G`, sum of squared
 * norms, the same for all tensors. Its authors call averaging crucial: chain `ema` behind it.
 *
 * Ivgi et al., 2023, "DoG is SGD's Best Friend: A Parameter-Free Dynamic Step Size Schedule". The same
 * as the authors' dog.DoG and as optax.contrib.dog, whose init_step is ("heuristic", repsRel),
 * ("distance", initialDistance) or ("learning_rate", initialRate), the authors' init_eta. For each
 * tensor by itself see `ldog`. Their weight_decay is `l2()` chained before it. Not in PyTorch or
 * Keras.
 *
 * @example optimize(net, chain(dog(), ema({ decay: 0.999 })))
 */
export const dog = defineOptimizer({
  name: "dog",
  title: "DoG",
  summary: "SGD whose step size is the distance gone over the norm of all gradients.",
  paper:
    "Ivgi et al., 2023, DoG is SGD's Best Friend: A Parameter-Free Dynamic Step Size Schedule, https://arxiv.org/abs/2302.12022",
  hyper: { lr: 1, repsRel: 1e-6, initialDistance: 0, initialRate: 0, eps: 1e-8 },
  ranges: {
    lr: "[0, inf)",
    repsRel: "(0, inf)",
    initialDistance: "[0, inf)",
    initialRate: "[0, inf)",
    eps: "[0, inf)",
  },
  state: {
    p0: "p",
    distance: { kind: "scalar", initial: 0 },
    G: { kind: "scalar", initial: 0 },
  },
  symbols: { p0: "theta0", distance: "rBar" },
  rule: `
    near = where(initialDistance == 0, repsRel * (1 + globalNorm(p)), initialDistance)
    first = where(initialRate == 0, near, 0)
    distance = where(t == 1, first, max(distance, globalNorm(p - p0)))
    G = G + globalSum(g^2)
    rate = distance / sqrt(G + eps)
    u = where(initialRate == 0, rate, where(t == 1, initialRate, rate)) * g
  `,
});
