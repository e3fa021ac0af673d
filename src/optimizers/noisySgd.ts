import { defineOptimizer } from "../builtIn.ts";

/**
 * SGD on gradients with Gaussian noise, less and less of it.
 *
 * Options: `lr` step size (default 0.001), `eta` the variance at the first step (0.01), `gamma` how
 * fast it falls: with this power of the step's number (0.55).
 * Ranges: `lr`, `eta`, `gamma` [0, inf).
 *
 * Neelakantan et al., 2015, "Adding Gradient Noise Improves Learning for Very Deep Networks",
 * section 3. The same as Optax' noisy_sgd, but for the numbers drawn; for other optimizers put
 * `addNoise` in front. Not in PyTorch or Keras.
 *
 * @example optimize(net, noisySgd({ lr: 0.1, eta: 0.3 }))
 */
export const noisySgd = defineOptimizer({
  name: "noisySgd",
  title: "Noisy SGD",
  summary: "SGD on gradients with Gaussian noise, less and less of it.",
  paper:
    "Neelakantan et al., 2015, Adding Gradient Noise Improves Learning for Very Deep Networks, https://arxiv.org/abs/1511.06807",
  hyper: { lr: 1e-3, eta: 0.01, gamma: 0.55 },
  ranges: { lr: "[0, inf)", eta: "[0, inf)", gamma: "[0, inf)" },
  rule: `
    u = g + sqrt(eta / t^gamma) * randomNormal()
  `,
});
