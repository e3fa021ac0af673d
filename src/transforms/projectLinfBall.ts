import { defineTransform } from "../builtIn.ts";

/**
 * Keeps the magnitude of each element of the parameters at `radius` or less.
 *
 * Options: `radius` size of the ball (default 1; a bare number sets it). It stands behind the
 * optimizer in a chain.
 * Ranges: `radius` [0, inf].
 *
 * The Euclidean projection onto the ball of the maximum norm; the same as Optax'
 * projection_linf_ball. With the critic of a Wasserstein GAN it is weight clipping (Arjovsky,
 * Chintala & Bottou, 2017, algorithm 1).
 *
 * @example optimize(net, chain(rmsprop({ lr: 5e-5 }), projectLinfBall(0.01)))
 */
export const projectLinfBall = defineTransform({
  name: "projectLinfBall",
  title: "Projection onto the ball of the maximum norm",
  summary: "Moves each parameter into a range around zero after the step.",
  hyper: { radius: 1 },
  ranges: { radius: "[0, inf]" },
  argument: "radius",
  behind: true,
  rule: `
    p = clamp(p, -radius, radius)
  `,
});
