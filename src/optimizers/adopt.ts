import { defineOptimizer } from "../builtIn.ts";

/**
 * ADOPT: Adam that converges with any beta2, by dividing each gradient by a root it is not part of.
 *
 * Options: `lr` step size (default 0.001), `beta1` decay of the mean of normalized gradients (0.9),
 * `beta2` decay of the mean of squares (0.9999), `eps` least divisor (1e-6), `clip` holds
 * normalized gradients within (t - 1)^(1/4) (true), `nesterov` steps by the mean that another such
 * gradient would make (false), `weightDecay` share of each parameter taken off, times `lr` (0).
 * Ranges: `lr`, `eps`, `weightDecay` [0, inf); `beta1`, `beta2` [0, 1).
 * State: `m`, `v`, one value an element each. The first step only fills `v`.
 *
 * Taniguchi et al., 2024, "ADOPT: Modified Adam Can Converge with Any beta2 with the Optimal Rate",
 * with the clipping that its authors added later; `clip: false` is without. The same as the
 * authors' code with `decouple=True` and as optax.contrib.adopt (`use_clipping`), which has no
 * weight decay. Not in PyTorch or Keras.
 *
 * @example optimize(net, adopt({ lr: 1e-3 }))
 */
export const adopt = defineOptimizer({
  name: "adopt",
  title: "ADOPT",
  summary: "Adam that divides each gradient by the root of the squares before it.",
  paper:
    "Taniguchi et al., 2024, ADOPT: Modified Adam Can Converge with Any beta2 with the Optimal Rate, https://arxiv.org/abs/2411.02853",
  hyper: {
    lr: 1e-3,
    beta1: 0.9,
    beta2: 0.9999,
    eps: 1e-6,
    clip: true,
    nesterov: false,
    weightDecay: 0,
  },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    eps: "[0, inf)",
    weightDecay: "[0, inf)",
  },
  state: { m: 0, v: 0 },
  rule: `
    limit = (t - 1)^0.25
    d = g / max(sqrt(v), eps)
    d = where(clip, clamp(d, -limit, limit), d)
    m = where(t == 1, 0, beta1 * m + (1 - beta1) * d)
    v = where(t == 1, g^2, beta2 * v + (1 - beta2) * g^2)
    ahead = where(nesterov, beta1 * m + (1 - beta1) * d, m)
    u = where(t == 1, 0, ahead + weightDecay * p)
  `,
});
