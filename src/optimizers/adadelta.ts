import { defineOptimizer } from "../builtIn.ts";

/**
 * AdaDelta: steps in the parameters' own unit, from the ratio of two running averages.
 *
 * Options: `lr` factor on the step (default 1), `rho` decay of both averages (0.95), `eps` inside
 * both roots (1e-6).
 * Ranges: `lr`, `eps` [0, inf); `rho` [0, 1].
 * State: `v` squared gradients, `d` squared steps, one value an element each.
 *
 * Zeiler, 2012, "ADADELTA: An Adaptive Learning Rate Method", algorithm 1; the same as
 * torch.optim.Adadelta, whose rho is 0.9. Keras' default rate is 0.001, Optax has none.
 *
 * @example optimize(net, adadelta())
 */
export const adadelta = defineOptimizer({
  name: "adadelta",
  title: "AdaDelta",
  summary: "Steps in the parameters' own unit, from the ratio of two running averages.",
  paper:
    "Zeiler, 2012, ADADELTA: An Adaptive Learning Rate Method, https://arxiv.org/abs/1212.5701",
  hyper: { lr: 1, rho: 0.95, eps: 1e-6 },
  ranges: { lr: "[0, inf)", rho: "[0, 1]", eps: "[0, inf)" },
  state: { v: 0, d: 0 },
  rule: `
    v = rho * v + (1 - rho) * g^2
    u = sqrt(d + eps) / sqrt(v + eps) * g
    d = rho * d + (1 - rho) * u^2
  `,
});
