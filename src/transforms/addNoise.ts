import { defineTransform } from "../builtIn.ts";

/**
 * Adds Gaussian noise to the gradients, less and less of it.
 *
 * Options: `eta` the variance at the first step (default 0.01), `gamma` how fast it falls: with
 * this power of the step's number (0.55). It stands before the optimizer in a chain.
 * Ranges: `eta`, `gamma` [0, inf).
 *
 * Neelakantan et al., 2015, "Adding Gradient Noise Improves Learning for Very Deep Networks",
 * section 3: eta is one of 0.01, 0.3 and 1, and gamma 0.55. The same as Optax' add_noise, but for
 * the numbers drawn.
 *
 * @example optimize(net, chain(addNoise({ eta: 0.3 }), adam()))
 */
export const addNoise = defineTransform({
  name: "addNoise",
  title: "Gradient noise",
  summary: "Adds Gaussian noise to the gradients, less and less of it.",
  paper:
    "Neelakantan et al., 2015, Adding Gradient Noise Improves Learning for Very Deep Networks, https://arxiv.org/abs/1511.06807",
  hyper: { eta: 0.01, gamma: 0.55 },
  ranges: { eta: "[0, inf)", gamma: "[0, inf)" },
  rule: `
    g = g + sqrt(eta / t^gamma) * randomNormal()
  `,
});
