import { defineOptimizer } from "../builtIn.ts";

/**
 * Adafactor: divides by second moments that a matrix keeps as one value a row and one a column.
 *
 * Options: `lr` largest step size relative to the parameter's (default 0.01), `beta2Decay` power of
 * the step's number in beta2 = 1 - t^beta2Decay (-0.8), `decayOffset` taken off that number, which
 * counts more steps (0), `eps1` smallest divisor (1e-15), `epsRoot` added to squared gradients (0),
 * `eps2` smallest root mean square of a parameter that steps are relative to (1e-3), `d` most that the
 * root mean square of a direction may be (1), `beta1` decay of a mean of directions (0: none),
 * `weightDecay` share of each parameter taken off, times `lr` (0), `relativeStep` lets steps shrink as
 * 1 / sqrt(t) (true), `scaleParameter` makes them relative to the parameter (true), `factored` false
 * keeps one value an element of matrices, too (true).
 * Ranges: `lr`, `eps1`, `epsRoot`, `eps2`, `weightDecay` [0, inf); `beta1` [0, 1); `beta2Decay`,
 * `decayOffset` (-inf, 0]; `d` (0, inf].
 * State: `r`, one value a row, and `c`, one a column; of vectors, or where it is not `factored`, `v`,
 * one value an element. With `beta1` also `m`, one value an element. More than two dimensions count as
 * [first, rest].
 *
 * Shazeer & Stern, 2018, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost", algorithms 4
 * and 5, with eps1, lr and decay as torch.optim.Adafactor has them: the paper adds 1e-30 to squared
 * gradients, whose root this eps1 is by default. With a far smaller one, an element whose square
 * vanishes in float32 would have all others clipped. In torch eps1 is the type's machine epsilon by
 * default, and of more than two dimensions the last two are factored. Optax' eps is the paper's,
 * `eps1: 0, epsRoot: 1e-30`; it has `relativeStep: false`, decay that `lr` does not multiply, and
 * factors from 128 rows and columns on: give smaller ones `factored: false` by groups. Keras also
 * keeps `v` of matrices, and takes row sums apart from column sums. Transformers' has the paper's
 * eps1.
 *
 * @example optimize(net, adafactor())
 * @example optimize(net, adafactor({ lr: 1e-3, relativeStep: false, scaleParameter: false }))
 */
export const adafactor = defineOptimizer({
  name: "adafactor",
  title: "Adafactor",
  summary: "Second moments that a matrix keeps as one value a row and one a column.",
  paper:
    "Shazeer & Stern, 2018, Adafactor: Adaptive Learning Rates with Sublinear Memory Cost, https://arxiv.org/abs/1804.04235",
  hyper: {
    lr: 1e-2,
    beta1: 0,
    beta2Decay: -0.8,
    decayOffset: 0,
    eps1: 1e-15,
    epsRoot: 0,
    eps2: 1e-3,
    d: 1,
    weightDecay: 0,
    relativeStep: true,
    scaleParameter: true,
    factored: true,
  },
  ranges: {
    lr: "[0, inf)",
    beta1: "[0, 1)",
    beta2Decay: "(-inf, 0]",
    decayOffset: "(-inf, 0]",
    eps1: "[0, inf)",
    epsRoot: "[0, inf)",
    eps2: "[0, inf)",
    d: "(0, inf]",
    weightDecay: "[0, inf)",
  },
  state: { r: { kind: "column", initial: 0 }, c: { kind: "row", initial: 0 }, v: 0, m: 0 },
  symbols: { r: "R", c: "C", beta2: "beta2Hat", eps1: "epsilon1", eps2: "epsilon2" },
  // Means and maxima are written as PyTorch takes them: it shows in what infinities and NaN become.
  rule: `
    beta2 = 1 - (t - decayOffset)^beta2Decay
    square = g^2 + epsRoot
    change = rowMean(square) - r
    r = where(beta2 > 0.5, r + (1 - beta2) * change, rowMean(square) - beta2 * change)
    c = c + (1 - beta2) * (colMean(square) - c)
    v = v + (1 - beta2) * (square - v)
    vHat = where(matrix, where(factored, r / max(mean(r), eps1) * c, v), v)
    u = g / max(sqrt(vHat), eps1)
    excess = rootMeanSquare(u) / d
    u = u / where(excess > 1, excess, 1)
    rho = where(relativeStep, min(1, 1 / (lr * sqrt(t))), 1)
    pRms = rootMeanSquare(p)
    u = where(scaleParameter, where(pRms > eps2, pRms, eps2), 1) * rho * u
    m = beta1 * m + (1 - beta1) * u
    u = where(beta1 == 0, u, m) + weightDecay * p
  `,
});
