import { defineOptimizer } from "../builtIn.ts";

/**
 * AMSGrad: Adam whose rates never rise again.
 *
 * Options: `lr` step size (default 0.001), `beta1` (0.9), `beta2` (0.999), `eps` (1e-8) as in `adam`,
 * `epsRoot` added inside the root (0), `correctedMaximum` takes the largest corrected `v` rather than
 * correcting the largest (false), `biasCorrectionMu` and `biasCorrectionNu` correct `m` and `v` at all
 * (true).
 * Ranges: `lr`, `eps`, `epsRoot` [0, inf); `beta1`, `beta2` [0, 1).
 * State: `m`, `v`, and `w`, the largest `v` so far, one value an element each.
 *
 * Reddi, Kale & Kumar, 2018, "On the Convergence of Adam and Beyond", algorithm 2, with Adam's bias
 * corrections; the same as torch.optim.Adam(amsgrad=True), which takes the largest uncorrected `v`.
 * Optax has `correctedMaximum: true`; the paper corrects neither.
 *
 * @example optimize(net, amsgrad())
 */
export const amsgrad = defineOptimizer({
  name: "amsgrad",
  title: "AMSGrad",
  summary: "Adam whose rates never rise again.",
  paper:
    "Reddi, Kale & Kumar, 2018, On the Convergence of Adam and Beyond, https://arxiv.org/abs/1904.09237",
  hyper: {
    lr: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-8,
    epsRoot: 0,
    correctedMaximum: false,
    biasCorrectionMu: true,
    biasCorrectionNu: true,
  },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    eps: "[0, inf)",
    epsRoot: "[0, inf)",
  },
  state: { m: 0, v: 0, w: 0 },
  symbols: { w: "vHat" },
  rule: `
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g^2
    corrected = where(biasCorrectionNu, v / (1 - beta2^t), v)
    w = max(w, where(correctedMaximum, corrected, v))
    late = where(biasCorrectionNu, w / (1 - beta2^t), w)
    mHat = where(biasCorrectionMu, m / (1 - beta1^t), m)
    u = mHat / (sqrt(where(correctedMaximum, w, late) + epsRoot) + eps)
  `,
});
