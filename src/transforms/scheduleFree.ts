import { defineTransform } from "../builtIn.ts";

/**
 * Schedule-Free around any optimizer: gradients at a point between the optimizer's own weights and
 * the mean of where these have been.
 *
 * Options: `beta` how near to the mean gradients are taken (default 0.9), `rate` the optimizer's
 * learning rate, where that changes, such as a warm-up (1: all points weigh alike), `weightRatePower`
 * the power of the largest rate so far that weighs a point in the mean (2). It stands behind the
 * optimizer in a chain; leave that without momentum, such as `adamw({ beta1: 0 })`.
 * Ranges: `beta` [0, 1]; `rate`, `weightRatePower` [0, inf).
 * State: `z`, the optimizer's own weights, and `x`, their mean, one value an element each, starting from
 * the parameters; `rateMax` and `weightSum`, one value a tensor. The parameters are the points for
 * gradients; evaluate and save at `optimizer.evaluationWeights()`, the mean.
 *
 * Defazio et al., 2024, "The Road Less Scheduled". The same as optax.contrib.schedule_free, where `rate`
 * counts one step ahead; with SGD and AdamW the authors' own are `scheduleFreeSgd` and
 * `scheduleFreeAdamw`, which keep one array less. Not in PyTorch.
 *
 * @example optimize(net, chain(lamb({ lr: 0.01, beta1: 0 }), scheduleFree()))
 */
export const scheduleFree = defineTransform({
  name: "scheduleFree",
  title: "Schedule-Free",
  summary: "Takes gradients between an optimizer's weights and the mean of where these have been.",
  paper: "Defazio et al., 2024, The Road Less Scheduled, https://arxiv.org/abs/2405.15682",
  hyper: { beta: 0.9, rate: 1, weightRatePower: 2 },
  ranges: { beta: "[0, 1]", rate: "[0, inf)", weightRatePower: "[0, inf)" },
  state: {
    z: "p",
    x: "p",
    rateMax: { kind: "scalar", initial: 0 },
    weightSum: { kind: "scalar", initial: 0 },
  },
  evaluation: "x",
  behind: true,
  // Before the optimizer's step the parameters were what z and x make of them.
  rule: `
    rateMax = max(rateMax, rate)
    weight = rateMax^weightRatePower
    weightSum = weightSum + weight
    c = where(weightSum == 0, 0, weight / weightSum)
    y = (1 - beta) * z + beta * x
    z = z + (p - y)
    x = (1 - c) * x + c * z
    p = (1 - beta) * z + beta * x
  `,
});
