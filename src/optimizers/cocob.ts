import { defineOptimizer } from "../builtIn.ts";

/**
 * COCOB: bets on coins that the gradients toss, and so needs no learning rate.
 *
 * Options: `lr` multiplies gradients beforehand, which matters only as a schedule (default 1),
 * `alpha` least number of largest gradients that a bet is divided by: it holds the first steps
 * small (100), `eps` start of the largest gradient (1e-8).
 * Ranges: `lr`, `alpha`, `eps` [0, inf).
 * State: `p0`, where the parameters began, `L` largest gradient, `G` sum of magnitudes, `R` reward,
 * `s` sum of negative gradients, one value an element each.
 *
 * Orabona & Tommasi, 2017, "Training Deep Networks without Learning Rates Through Coin Betting",
 * algorithm 2 (COCOB-Backprop), with the eps of the authors' code, which has no `lr`. The same as
 * optax.contrib.cocob, whose weight decay is `l2()` chained before it. Not in PyTorch or Keras.
 *
 * @example optimize(net, cocob())
 */
export const cocob = defineOptimizer({
  name: "cocob",
  title: "COCOB",
  summary: "Bets on coins that the gradients toss, and so needs no learning rate.",
  paper:
    "Orabona & Tommasi, 2017, Training Deep Networks without Learning Rates Through Coin Betting, https://arxiv.org/abs/1705.07795",
  hyper: { lr: 1, alpha: 100, eps: 1e-8 },
  ranges: { lr: "[0, inf)", alpha: "[0, inf)", eps: "[0, inf)" },
  state: { p0: "p", L: "eps", G: 0, R: 0, s: 0 },
  symbols: { p0: "theta0" },
  rule: `
    d = lr * g
    L = max(L, abs(d))
    G = G + abs(d)
    R = max(R - d * (p - p0), 0)
    s = s - d
    p = p0 + s / L * ((L + R) / max(G + L, alpha * L))
  `,
});
