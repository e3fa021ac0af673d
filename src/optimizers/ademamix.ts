import { defineOptimizer } from "../builtIn.ts";

/**
 * AdEMAMix: AdamW with a second, far slower mean of gradients beside the first.
 *
 * Options: `lr` step size (default 0.001), `beta1` decay of the fast mean (0.9), `beta2` decay of
 * the mean of squares (0.999), `beta3` decay of the slow mean (0.9999), `alpha` weight of the slow
 * mean (5), `eps` added to the root (1e-8), `epsRoot` added inside the root (0), `weightDecay`
 * share of each parameter taken off, times `lr` (0), `alphaWarmup` and `beta3Warmup`, steps over
 * which `alpha` rises from 0 and `beta3` from `beta1` (0: none; the paper takes the number of all
 * steps).
 * Ranges: `lr`, `alpha`, `eps`, `epsRoot`, `weightDecay`, `alphaWarmup`, `beta3Warmup` [0, inf);
 * `beta1`, `beta2`, `beta3` [0, 1).
 * State: `m1` fast, `m2` slow, `v`, one value an element each.
 *
 * Pagliardini et al., 2024, "The AdEMAMix Optimizer: Better, Faster, Older", algorithm 1 and the
 * schedulers of section 3, under which the slow mean's half-life grows linearly. The authors' code
 * has alpha 2, and adds 1e-8 to each beta within the schedule of beta3. optax.contrib.ademamix
 * leaves the two schedules to its caller: `alpha` and `beta3` here may be schedules too. Not in
 * PyTorch or Keras.
 *
 * @example optimize(net, ademamix({ alphaWarmup: 10_000, beta3Warmup: 10_000 }))
 */
export const ademamix = defineOptimizer({
  name: "ademamix",
  title: "AdEMAMix",
  summary: "AdamW with a second, far slower mean of gradients beside the first.",
  paper:
    "Pagliardini et al., 2024, The AdEMAMix Optimizer: Better, Faster, Older, https://arxiv.org/abs/2409.03137",
  hyper: {
    lr: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    beta3: 0.9999,
    alpha: 5,
    eps: 1e-8,
    epsRoot: 0,
    weightDecay: 0,
    alphaWarmup: 0,
    beta3Warmup: 0,
  },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    beta3: "[0, 1)",
    alpha: "[0, inf)",
    eps: "[0, inf)",
    epsRoot: "[0, inf)",
    weightDecay: "[0, inf)",
    alphaWarmup: "[0, inf)",
    beta3Warmup: "[0, inf)",
  },
  state: { m1: 0, m2: 0, v: 0 },
  rule: `
    a = where(t < alphaWarmup, t / alphaWarmup * alpha, alpha)
    r = t / beta3Warmup
    slow = where(t < beta3Warmup, exp(1 / ((1 - r) / log(beta1) + r / log(beta3))), beta3)
    m1 = beta1 * m1 + (1 - beta1) * g
    m2 = slow * m2 + (1 - slow) * g
    v = beta2 * v + (1 - beta2) * g^2
    u = (m1 / (1 - beta1^t) + a * m2) / (sqrt(v / (1 - beta2^t) + epsRoot) + eps) + weightDecay * p
  `,
});
