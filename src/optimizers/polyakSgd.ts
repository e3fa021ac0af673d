import { defineOptimizer } from "../builtIn.ts";

/**
 * SGD with Polyak's step size: as far as the loss is from its least, by the gradient's square.
 *
 * Options: `lr` multiplies the step (default 1), `maxLr` largest step before that (1), `fStar` least
 * value of the loss (0), `eps` added to the squared norm (0), `nonNegative` takes no step where the
 * loss is below `fStar` (false).
 * Ranges: `lr`, `eps` [0, inf); `maxLr` [0, inf]; `fStar` (-inf, inf).
 * State: none. Steps need the loss: `optimizer.step(gradients, { loss })`.
 *
 * Loizou et al., 2021, "Stochastic Polyak Step-size for SGD", equation 3 (SPS_max, its c being
 * 1 / `lr` and its bound gamma_b `lr * maxLr`: as in Optax, `lr` multiplies the bound, too). Where the
 * squared norm is at most 2^-52 there is no step; without `nonNegative` a loss below `fStar` ascends. The
 * norm is over all parameters. The same as optax.polyak_sgd, whose variant sps+ of
 * Garrigos et al., 2023, is `nonNegative`. Not in PyTorch or Keras.
 *
 * @example optimize(net, polyakSgd({ maxLr: 10 })).step({ w: [1, 2, 3, 4, 5, 6], b: [1, 2, 3] }, { loss: 0.5 })
 */
export const polyakSgd = defineOptimizer({
  name: "polyakSgd",
  title: "SGD with Polyak's step size",
  summary: "Steps as long as the loss is from its least, by the gradient's square.",
  paper:
    "Loizou et al., 2021, Stochastic Polyak Step-size for SGD, https://arxiv.org/abs/2002.10542",
  hyper: { lr: 1, maxLr: 1, fStar: 0, eps: 0, nonNegative: false },
  ranges: { lr: "[0, inf)", maxLr: "[0, inf]", fStar: "(-inf, inf)", eps: "[0, inf)" },
  symbols: { rate: "gamma", fStar: "fMin", maxLr: "etaMax" },
  rule: `
    gap = where(nonNegative, max(loss - fStar, 0), loss - fStar)
    square = globalSum(g^2) + eps
    rate = where(square <= 2^-52, 0, min(gap / square, maxLr))
    u = rate * g
  `,
});
