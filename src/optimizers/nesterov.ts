import { defineOptimizer } from "../builtIn.ts";

/**
 * Nesterov's accelerated gradient: momentum whose gradient is taken where the velocity leads.
 *
 * Options: `lr` step size η (default 0.01), `momentum` decay γ of the velocity (0.9).
 * Ranges: `lr`, `momentum` [0, inf).
 * State: `v`, one value an element.
 *
 * Nesterov, 1983, "A method for solving the convex programming problem with convergence rate
 * O(1/k²)"; in the form of Bengio, Boulanger-Lewandowski & Pascanu, 2013, section 3.5: `p` is the
 * point ahead, so gradients are taken at the parameters as they are. The same as Keras'
 * SGD(nesterov=True); PyTorch keeps the learning rate outside (`sgd({ momentum, nesterov: true })`):
 * equal at a constant rate.
 *
 * @example optimize(net, nesterov({ lr: 0.1 }))
 */
export const nesterov = defineOptimizer({
  name: "nesterov",
  title: "Nesterov",
  summary: "Momentum whose gradient is taken where the velocity leads.",
  paper:
    "Nesterov, 1983, A method for solving the convex programming problem with convergence rate O(1/k²), Soviet Mathematics Doklady 27",
  hyper: { lr: 1e-2, momentum: 0.9 },
  ranges: { lr: "[0, inf)", momentum: "[0, inf)" },
  state: { v: 0 },
  symbols: { momentum: "gamma" },
  rule: `
    v = momentum * v + lr * g
    p = p - (momentum * v + lr * g)
  `,
});
