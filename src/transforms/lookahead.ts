import { defineTransform } from "../builtIn.ts";

/**
 * Lookahead: after every few steps of the optimizer, its weights go back part of the way to where
 * they were before these.
 *
 * Options: `syncPeriod` the number of steps in between (default 5), `slowStepSize` the share of the
 * way that the slow weights follow (0.8; 1 leaves the optimizer alone).
 * Ranges: `syncPeriod` whole [1, inf); `slowStepSize` [0, 1].
 * State: `slow`, one value an element, starting from the parameters: the weights that
 * `optimizer.evaluate()` puts in place. It stands behind the optimizer in a chain.
 *
 * Zhang et al., 2019, "Lookahead Optimizer: k steps forward, 1 step back", algorithm 1 (k, alpha),
 * with the defaults of the authors' PyTorch code. Optax' lookahead has the same maths and no
 * defaults; timm and TensorFlow Addons have 6 and 0.5. The optimizer's own state stays as it is
 * (the authors' `pullback_momentum="none"`, Optax' `reset_state=False`).
 *
 * @example optimize(net, chain(adam(), lookahead({ syncPeriod: 6, slowStepSize: 0.5 })))
 */
export const lookahead = defineTransform({
  name: "lookahead",
  title: "Lookahead",
  summary: "Goes back part of the way after every few steps of the optimizer.",
  paper:
    "Zhang et al., 2019, Lookahead Optimizer: k steps forward, 1 step back, https://arxiv.org/abs/1907.08610",
  hyper: { syncPeriod: 5, slowStepSize: 0.8 },
  ranges: { syncPeriod: "whole [1, inf)", slowStepSize: "[0, 1]" },
  state: { slow: "p" },
  evaluation: "slow",
  behind: true,
  rule: `
    due = t % syncPeriod == 0
    slow = where(due, slow + slowStepSize * (p - slow), slow)
    p = where(due, slow, p)
  `,
  symbols: { slowStepSize: "alpha", slow: "phi", syncPeriod: "k" },
});
