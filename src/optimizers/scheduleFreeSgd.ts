import { defineOptimizer } from "../builtIn.ts";

/**
 * Schedule-Free SGD: gradients at a point between SGD's and the mean of where SGD has been.
 *
 * Options: `lr` step size (default 1), `momentum` how near to the mean gradients are taken, above 0
 * and below 1 (0.9), `weightDecay` share of each parameter added to the gradient (0), `warmupSteps`
 * over which the step grows linearly (0), `r` power of the step's number (0) and `weightLrPower`
 * power of the largest step size so far (2) that weigh a point in the mean.
 * Ranges: `lr`, `weightDecay`, `warmupSteps`, `r`, `weightLrPower` [0, inf); `momentum` (0, 1).
 * State: `z`, where SGD is, one value an element; `lrMax` and `weightSum`, one value a tensor. The
 * parameters are the points for gradients; evaluate and save at `optimizer.evaluationWeights()`, the mean
 * x.
 *
 * Defazio et al., 2024, "The Road Less Scheduled"; the weights of the mean are those of the
 * authors' schedulefree.SGDScheduleFree. The same as optax.contrib.schedule_free_sgd, whose warm-up
 * starts from 0. Keras' ScheduleFreeSGD has lr 0.0025, and weighs by each step's own lr^2. Not in
 * PyTorch.
 *
 * @example optimize(net, scheduleFreeSgd({ lr: 2, warmupSteps: 500 }))
 */
export const scheduleFreeSgd = defineOptimizer({
  name: "scheduleFreeSgd",
  title: "Schedule-Free SGD",
  summary: "Gradients at a point between SGD's and the mean of where SGD has been.",
  paper: "Defazio et al., 2024, The Road Less Scheduled, https://arxiv.org/abs/2405.15682",
  hyper: { lr: 1, momentum: 0.9, weightDecay: 0, warmupSteps: 0, r: 0, weightLrPower: 2 },
  ranges: {
    lr: "[0, inf)",
    momentum: "(0, 1)",
    weightDecay: "[0, inf)",
    warmupSteps: "[0, inf)",
    r: "[0, inf)",
    weightLrPower: "[0, inf)",
  },
  state: {
    z: "p",
    lrMax: { kind: "scalar", initial: 0 },
    weightSum: { kind: "scalar", initial: 0 },
  },
  symbols: { momentum: "beta" },
  rule: `
    rate = lr * min(t / warmupSteps, 1)
    lrMax = max(lrMax, rate)
    weight = t^r * lrMax^weightLrPower
    weightSum = weightSum + weight
    c = where(weightSum == 0, 0, weight / weightSum)
    x = (p - (1 - momentum) * z) / momentum
    z = z - rate * (g + weightDecay * p)
    x = (1 - c) * x + c * z
    p = (1 - momentum) * z + momentum * x
  `,
  evaluation: "(p - (1 - momentum) * z) / momentum",
});
