import { defineTransform } from "../builtIn.ts";

/**
 * Keeps an average of the parameters in which later ones weigh more, by a power of the step.
 *
 * Options: `gamma` the power (default 8; a bare number sets it; 0 is the plain mean).
 * Ranges: `gamma` [0, inf).
 * State: `average`, one value an element. It stands behind the optimizer in a chain; evaluate with
 * `optimizer.evaluate`.
 *
 * Shamir & Zhang, 2013, "Stochastic Gradient Descent for Non-smooth Optimization", section 4: the
 * averaging that DoG's authors recommend with it (their PolynomialDecayAverager, gamma 8). Not in
 * PyTorch, Optax or Keras.
 *
 * @example optimize(net, chain(dog(), polynomialAverage()))
 */
export const polynomialAverage = defineTransform({
  name: "polynomialAverage",
  title: "Polynomial averaging",
  summary: "Keeps an average of the parameters in which later ones weigh more.",
  paper:
    "Shamir & Zhang, 2013, Stochastic Gradient Descent for Non-smooth Optimization, https://arxiv.org/abs/1212.1824",
  hyper: { gamma: 8 },
  ranges: { gamma: "[0, inf)" },
  argument: "gamma",
  state: { average: "p" },
  behind: true,
  rule: `
    share = (gamma + 1) / (t + gamma)
    average = (1 - share) * average + share * p
  `,
  evaluation: "average",
});
