import { defineOptimizer } from "../builtIn.ts";

/**
 * CAME: Adafactor with momentum, less of it where directions have departed from their mean.
 *
 * Options: `lr` step size (default 2e-4), `beta1` decay of the mean of directions (0.9), `beta2`
 * decay of the mean of squares (0.999), `beta3` decay of the mean of squared departures (0.9999),
 * `eps1` added to squares (1e-30), `eps2` added to squared departures (1e-16), `d` most that the
 * root mean square of a direction may be (1), `weightDecay` share of each parameter taken off,
 * times `lr` (0).
 * Ranges: `lr`, `eps1`, `eps2`, `weightDecay` [0, inf); `beta1`, `beta2`, `beta3` [0, 1); `d`
 * (0, inf].
 * State: `m`, one value an element; `r` and `s`, one a row, `c` and `q`, one a column; of vectors,
 * whose directions no departure damps, `v`, one value an element, in place of those four. More than
 * two dimensions count as [first, rest].
 *
 * Luo et al., 2023, "CAME: Confidence-guided Adaptive Memory Efficient Optimization", algorithm 2,
 * as the authors' code has it, whose `lr` is 2e-4 in its example. Moments are not corrected: the first
 * squares count as 1 - beta2 of themselves, and clipping by `d` makes up for it. Of more than two
 * dimensions the code factors the last two. Not in PyTorch, Optax or Keras.
 *
 * @example optimize(net, came({ lr: 2e-4, weightDecay: 1e-2 }))
 */
export const came = defineOptimizer({
  name: "came",
  title: "CAME",
  summary: "Adafactor with momentum, less of it where directions have departed from their mean.",
  paper:
    "Luo et al., 2023, CAME: Confidence-guided Adaptive Memory Efficient Optimization, https://arxiv.org/abs/2307.02047",
  hyper: {
    lr: 2e-4,
    beta1: 0.9,
    beta2: 0.999,
    beta3: 0.9999,
    eps1: 1e-30,
    eps2: 1e-16,
    d: 1,
    weightDecay: 0,
  },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2: "[0, 1)",
    beta3: "[0, 1)",
    eps1: "[0, inf)",
    eps2: "[0, inf)",
    d: "(0, inf]",
    weightDecay: "[0, inf)",
  },
  state: {
    m: 0,
    r: { kind: "column", initial: 0 },
    c: { kind: "row", initial: 0 },
    v: 0,
    s: { kind: "column", initial: 0 },
    q: { kind: "row", initial: 0 },
  },
  symbols: { eps1: "epsilon1", eps2: "epsilon2", departure: "U", r: "R", c: "C", s: "S", q: "Q" },
  rule: `
    r = beta2 * r + (1 - beta2) * rowMean(g^2 + eps1)
    c = beta2 * c + (1 - beta2) * colMean(g^2 + eps1)
    v = beta2 * v + (1 - beta2) * (g^2 + eps1)
    u = g / where(matrix, sqrt(r / mean(r)) * sqrt(c), sqrt(v))
    u = u / max(1, rootMeanSquare(u) / d)
    m = beta1 * m + (1 - beta1) * u
    departure = (u - m)^2 + eps2
    s = beta3 * s + (1 - beta3) * rowMean(departure)
    q = beta3 * q + (1 - beta3) * colMean(departure)
    u = m / where(matrix, sqrt(s / mean(s)) * sqrt(q), 1) + weightDecay * p
  `,
});
