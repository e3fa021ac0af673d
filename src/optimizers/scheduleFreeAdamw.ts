import { defineOptimizer } from "../builtIn.ts";

/**
 * Schedule-Free AdamW: gradients at a point between AdamW's and the mean of where AdamW has been.
 *
 * Options: `lr` step size (default 0.0025), `beta1` how near to the mean gradients are taken, above
 * 0 and below 1 (0.9), `beta2` decay of the mean of squares (0.999), `eps` added to the root
 * (1e-8), `weightDecay` share of each parameter taken off, times `lr` (0), `warmupSteps` over which
 * the step grows linearly (0), `r` power of the step's number (0) and `weightLrPower` power of the
 * largest step size so far (2) that weigh a point in the mean.
 * Ranges: `lr`, `eps`, `weightDecay`, `warmupSteps`, `r`, `weightLrPower` [0, inf); `beta1` (0, 1);
 * `beta2` [0, 1).
 * State: `z`, where AdamW is, and `v`, one value an element each; `lrMax` and `weightSum`, one
 * value a tensor. The parameters are the points for gradients; evaluate and save at
 * `optimizer.evaluationWeights()`, the mean x.
 *
 * Defazio et al., 2024, "The Road Less Scheduled", algorithm 1, as the authors' schedulefree
 * package has it: eps and warm-up as there, decay at the parameters. The same as
 * optax.contrib.schedule_free_adamw, whose warm-up starts from 0. Keras' ScheduleFreeAdamW weighs
 * all points alike (`weightLrPower: 0`) and takes its decay off the parameters, but not off z. Not
 * in PyTorch.
 *
 * @example optimize(net, scheduleFreeAdamw({ warmupSteps: 1000, weightDecay: 0.1 }))
 */
export const scheduleFreeAdamw = defineOptimizer({
  name: "scheduleFreeAdamw",
  title: "Schedule-Free AdamW",
  summary: "Gradients at a point between AdamW's and the mean of where AdamW has been.",
  paper: "Defazio et al., 2024, The Road Less Scheduled, https://arxiv.org/abs/2405.15682",
  hyper: {
    lr: 2.5e-3,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-8,
    weightDecay: 0,
    warmupSteps: 0,
    r: 0,
    weightLrPower: 2,
  },
  ranges: {
    lr: "[0, inf)",
    beta1: "(0, 1)",
    beta2: "[0, 1)",
    eps: "[0, inf)",
    weightDecay: "[0, inf)",
    warmupSteps: "[0, inf)",
    r: "[0, inf)",
    weightLrPower: "[0, inf)",
  },
  state: {
    z: "p",
    v: 0,
    lrMax: { kind: "scalar", initial: 0 },
    weightSum: { kind: "scalar", initial: 0 },
  },
  rule: `
    rate = lr * min(t / warmupSteps, 1)
    lrMax = max(lrMax, rate)
    weight = t^r * lrMax^weightLrPower
    weightSum = weightSum + weight
    c = where(weightSum == 0, 0, weight / weightSum)
    v = beta2 * v + (1 - beta2) * g^2
    x = (p - (1 - beta1) * z) / beta1
    z = z - rate * (g / (sqrt(v / (1 - beta2^t)) + eps) + weightDecay * p)
    x = (1 - c) * x + c * z
    p = (1 - beta1) * z + beta1 * x
  `,
  evaluation: "(p - (1 - beta1) * z) / beta1",
});
