import { defineTransform } from "../builtIn.ts";

/**
 * Stochastic weight averaging: keeps the plain mean of the parameters after some of the steps.
 *
 * Options: `start` the first step whose parameters count (default 1; the paper begins at three
 * quarters of the training), `every` the number of steps from one that counts to the next (1; the
 * paper's cycle length c). They number the averaged steps: neither may be a schedule that changes.
 * Ranges: `start`, `every` whole [1, inf).
 * State: `average`, one value an element; until `start` it is the parameters themselves; the weights
 * that `optimizer.evaluate()` puts in place. It stands behind the optimizer in a chain.
 *
 * Izmailov et al., 2018, "Averaging Weights Leads to Wider Optima and Better Generalization",
 * algorithm 1. The same as PyTorch's AveragedModel, updated at steps start, start + every, ...;
 * that holds the initial parameters before its first update. Normalization layers whose statistics
 * are not parameters need them computed again for the average (PyTorch's update_bn).
 *
 * @example optimize(net, chain(sgd({ lr: 0.05 }), swa({ start: 750, every: 10 })))
 */
export const swa = defineTransform({
  name: "swa",
  title: "Stochastic weight averaging",
  summary: "Keeps the plain mean of the parameters after some of the steps.",
  paper:
    "Izmailov et al., 2018, Averaging Weights Leads to Wider Optima and Better Generalization, https://arxiv.org/abs/1803.05407",
  hyper: { start: 1, every: 1 },
  ranges: { start: "whole [1, inf)", every: "whole [1, inf)" },
  state: { average: "p" },
  behind: true,
  rule: `
    n = floor((t - start) / every)
    due = (t - start) % every == 0
    next = where(due, average + (p - average) / (n + 1), average)
    average = where(t <= start, p, next)
  `,
  evaluation: "average",
});
