import { defineOptimizer } from "../builtIn.ts";

/**
 * Stochastic gradient descent, with momentum as PyTorch has it.
 *
 * Options: `lr` step size (default 0.001), `momentum` decay of the buffer (0: none), `dampening`
 * share of each gradient that the buffer leaves out after the first step (0), `nesterov` looks one
 * step ahead (false).
 * Ranges: `lr`, `momentum` [0, inf); `dampening` [0, 1].
 * State: `b`, one value an element; none without momentum.
 *
 * Robbins & Monro, 1951, "A Stochastic Approximation Method"; Sutskever et al., 2013, for momentum.
 * The same as torch.optim.SGD: the learning rate stays outside the buffer, so that changing it
 * takes effect at once. For the buffer of velocities see `momentum` and `nesterov`.
 *
 * @example optimize(net, sgd({ lr: 0.1, momentum: 0.9, nesterov: true }))
 */
export const sgd = defineOptimizer({
  name: "sgd",
  title: "SGD",
  summary: "Steps against the gradient, or against a decaying sum of gradients.",
  paper:
    "Robbins & Monro, 1951, A Stochastic Approximation Method, https://doi.org/10.1214/aoms/1177729586",
  hyper: { lr: 1e-3, momentum: 0, dampening: 0, nesterov: false },
  ranges: { lr: "[0, inf)", momentum: "[0, inf)", dampening: "[0, 1]" },
  state: { b: 0 },
  rule: `
    b = momentum * b + where(t == 1, 1, 1 - dampening) * g
    u = where(momentum == 0, g, where(nesterov, g + momentum * b, b))
  `,
});
