import { defineOptimizer } from "../builtIn.ts";

/**
 * RAdam: Adam that waits with its adaptive rates until their variance is known.
 *
 * Options: `lr` step size (default 0.001), `beta1` decay of the mean of gradients (0.9), `beta2`
 * decay of the mean of their squares (0.999), `eps` added to the root (1e-8), `correctFirst` adds
 * `eps` to the root of the corrected mean instead (false), `epsRoot` added to the corrected mean
 * (0), `threshold` length of the average from which on its rates are adaptive (5), `nesterov` steps
 * by the momentum of the next step (false).
 * Ranges: `lr`, `eps`, `epsRoot` [0, inf); `beta1`, `beta2` [0, 1); `threshold`
 * [4, inf).
 * State: `m`, `v`, one value an element each.
 *
 * Liu et al., 2020, "On the Variance of the Adaptive Learning Rate and Beyond", algorithm 2: the
 * first five steps at the default beta2 are momentum alone, and no warm-up is needed. The same as
 * torch.optim.RAdam, eps included, which is added to the root before its correction; optax.radam
 * has `correctFirst: true`. The authors' code can skip the first steps instead. Keras has none.
 *
 * @example optimize(net, radam({ lr: 3e-4 }))
 */
export const radam = defineOptimizer({
  name: "radam",
  title: "RAdam",
  summary: "Adam that waits with its adaptive rates until their variance is known.",
  paper:
    "Liu et al., 2020, On the Variance of the Adaptive Learning Rate and Beyond, https://arxiv.org/abs/1908.03265",
  hyper: {
    lr: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-8,
    epsRoot: 0,
    correctFirst: false,
    threshold: 5,
    nesterov: false,
  },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    eps: "[0, inf)",
    epsRoot: "[0, inf)",
    threshold: "[4, inf)",
  },
  state: { m: 0, v: 0 },
  // As PyTorch writes it: an infinite m, which early steps let through, is NaN at the next.
  rule: `
    m = m + (1 - beta1) * (g - m)
    v = beta2 * v + (1 - beta2) * g^2
    ahead = beta1 / (1 - beta1^(t + 1)) * m + (1 - beta1) / (1 - beta1^t) * g
    mHat = where(nesterov, ahead, m / (1 - beta1^t))
    rhoMax = 2 / (1 - beta2) - 1
    rho = rhoMax - 2 * t * beta2^t / (1 - beta2^t)
    r = sqrt((rho - 4) * (rho - 2) * rhoMax / ((rhoMax - 4) * (rhoMax - 2) * rho))
    c = sqrt(1 - beta2^t)
    root = sqrt(where(epsRoot == 0, v, v + c^2 * epsRoot)) + where(correctFirst, c * eps, eps)
    u = where(rho > threshold, r * c * mHat / root, mHat)
  `,
});
