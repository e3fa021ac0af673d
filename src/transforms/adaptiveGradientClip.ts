import { defineTransform } from "../builtIn.ts";

/**
 * Adaptive gradient clipping: scales the gradient of each output's weights down where its norm is
 * too large beside that of the weights.
 *
 * Options: `clipping` the largest ratio of the norms (default 0.01; a bare number sets it), `eps`
 * what the norm of weights counts as at least (1e-3), `outputFirst` says that weights are [outputs,
 * inputs], as PyTorch has them (false: [inputs, outputs], as Keras, TensorFlow.js and
 * `gradus/autodiff` do). A vector is taken as a whole. Of more than two dimensions the first is
 * taken as one and the others as the other: for a kernel of [height, width, inputs, outputs] give
 * `parameters` the shape [height * width * inputs, outputs]. It stands before the optimizer.
 * Ranges: `clipping` [0, inf]; `eps` [0, inf).
 *
 * Brock et al., 2021, "High-Performance Large-Scale Image Recognition Without Normalization",
 * equation 3. The same as Optax' adaptive_grad_clip for weights of at most two dimensions, with
 * `outputFirst` as timm's adaptive_clip_grad. The authors leave the last layer unclipped: a group
 * with `clipping: Infinity`.
 *
 * @example optimize(net, chain(adaptiveGradientClip(0.01), sgd({ momentum: 0.9, nesterov: true })))
 */
export const adaptiveGradientClip = defineTransform({
  name: "adaptiveGradientClip",
  title: "Adaptive gradient clipping",
  summary: "Scales the gradient of each output's weights down where it is too large for them.",
  paper:
    "Brock et al., 2021, High-Performance Large-Scale Image Recognition Without Normalization, https://arxiv.org/abs/2102.06171",
  hyper: { clipping: 1e-2, eps: 1e-3, outputFirst: false },
  ranges: { clipping: "[0, inf]", eps: "[0, inf)" },
  argument: "clipping",
  // Infinity times a norm of 0 is NaN: only a finite ratio is multiplied.
  rule: `
    pNorm = where(matrix, where(outputFirst, rowNorm(p), colNorm(p)), norm(p))
    gNorm = where(matrix, where(outputFirst, rowNorm(g), colNorm(g)), norm(g))
    maxNorm = where(clipping * 0 == 0, clipping * max(pNorm, eps), clipping)
    g = where(gNorm < maxNorm, g, g * (maxNorm / max(gNorm, 1e-6)))
  `,
});
