import { defineOptimizer } from "../builtIn.ts";

/**
 * Rprop: a step size for each element, which grows while the gradient keeps its sign.
 *
 * Options: `lr` the step size at the start (default 0.1), `etaMinus` what a change of sign
 * multiplies it by (0.5), `etaPlus` what the same sign multiplies it by (1.2), `minStepSize` least
 * step size (1e-6), `maxStepSize` largest step size (50).
 * Ranges: `lr`, `minStepSize` [0, inf); `etaMinus` (0, 1); `etaPlus` (1, inf); `maxStepSize`
 * [0, inf].
 * State: `before` the gradient that was followed last, `step` the step size, one value an element
 * each.
 *
 * Riedmiller & Braun, 1993, "A Direct Adaptive Method for Faster Backpropagation Learning", with
 * the bounds, and without the step back, of torch.optim.Rprop, which this is; its lr is 0.01. An
 * element whose sign changed stands still for one step. It takes gradients of all the data: of
 * batches even the signs are noise. In optax.rprop (0.2.8) each step is applied one step late. Keras
 * has none. A schedule as `lr` counts only at its start.
 *
 * @example optimize(net, rprop({ lr: 0.01 }))
 */
export const rprop = defineOptimizer({
  name: "rprop",
  title: "Rprop",
  summary: "A step size for each element, which grows while the gradient keeps its sign.",
  paper:
    "Riedmiller & Braun, 1993, A Direct Adaptive Method for Faster Backpropagation Learning: The RPROP Algorithm, https://doi.org/10.1109/ICNN.1993.298623",
  hyper: { lr: 0.1, etaMinus: 0.5, etaPlus: 1.2, minStepSize: 1e-6, maxStepSize: 50 },
  ranges: {
    lr: "[0, inf)",
    etaMinus: "(0, 1)",
    etaPlus: "(1, inf)",
    minStepSize: "[0, inf)",
    maxStepSize: "[0, inf]",
  },
  state: { before: 0, step: "lr" },
  // No sign() of NaN: as in PyTorch such an element stays where it is.
  rule: `
    agreement = g * before
    factor = where(agreement > 0, etaPlus, where(agreement < 0, etaMinus, 1))
    step = clamp(step * factor, minStepSize, maxStepSize)
    before = where(agreement < 0, 0, g)
    p = p - step * where(before > 0, 1, where(before < 0, -1, 0))
  `,
});
