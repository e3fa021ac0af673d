import { defineTransform } from "../builtIn.ts";

/**
 * Gradient centralization: takes from each matrix's gradient the mean over the inputs of each
 * output, so that the weights of no output move together.
 *
 * Options: `outputFirst` says that weights are [outputs, inputs], as PyTorch has them (default
 * false: [inputs, outputs], as Keras, TensorFlow.js and `gradus/autodiff` do). Vectors stay as
 * they are. Of more than two dimensions the first is taken as one and the others as the other: for
 * a kernel of [height, width, inputs, outputs] give `parameters` the shape
 * [height * width * inputs, outputs]. It stands before the optimizer in a chain.
 *
 * Yong et al., 2020, "Gradient Centralization: A New Optimization Technique for Deep Neural
 * Networks", equation 1. Optax' centralize and the authors' code take the mean over all dimensions
 * but the first: `outputFirst`. The authors' SGD centralizes what momentum has made of gradients.
 *
 * @example optimize(net, chain(centralize(), sgd({ lr: 0.1, momentum: 0.9 })))
 */
export const centralize = defineTransform({
  name: "centralize",
  title: "Gradient centralization",
  summary: "Takes from each matrix's gradient the mean over the inputs of each output.",
  paper:
    "Yong et al., 2020, Gradient Centralization: A New Optimization Technique for Deep Neural Networks, https://arxiv.org/abs/2004.01461",
  hyper: { outputFirst: false },
  rule: `
    g = where(matrix, g - where(outputFirst, rowMean(g), colMean(g)), g)
  `,
});
