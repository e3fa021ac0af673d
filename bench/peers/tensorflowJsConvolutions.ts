/** TensorFlow.js' training steps of convolutional networks. */
import { permuted } from "./arrays.ts";
import type { ConvolutionProblem, TrainingContestant, Ways } from "./peer.ts";
import type { Tensor, TensorFlow } from "./tensorflowJsApi.ts";
import {
  denseNetwork,
  type Product,
  productByTransposes,
  trainingContestant,
} from "./tensorflowJsTrainings.ts";

type Convolution = (x: Tensor, filters: Tensor, stage: number) => Tensor;

/**
 * The gradient of filters. Its WebAssembly has no kernel for it (Conv2DBackpropFilter), but this gradient is a convolution, too:
 * with channels as batch, examples as channels, and dy as filters.
 */
function filterGradient(tf: TensorFlow, x: Tensor, dy: Tensor, padding: number): Tensor {
  const [source, filters] = [tf.transpose(x, [3, 1, 2, 0]), tf.transpose(dy, [1, 2, 0, 3])];
  return tf.transpose(tf.conv2d(source, filters, 1, padding), [1, 2, 0, 3]);
}

/**
 * The gradient of the inputs, by a convolution with rotated filters, which must be of odd size. It is faster than the kernel
 * conv2dTranspose.
 */
function inputGradient(tf: TensorFlow, dy: Tensor, filters: Tensor, padding: number): Tensor {
  const turned = tf.transpose(tf.reverse(filters, [0, 1]), [0, 1, 3, 2]);
  return tf.conv2d(dy, turned, 1, padding);
}

function convolutionByHand(tf: TensorFlow, padding: number): Convolution {
  const make = (first: boolean) =>
    tf.customGrad((x, filters, save) => {
      save([x, filters]);
      return {
        value: tf.conv2d(x, filters, 1, padding),
        gradFunc: (dy, [input, used]) => [
          first ? tf.zerosLike(input!) : inputGradient(tf, dy, used!, padding),
          filterGradient(tf, input!, dy, padding),
        ],
      };
    });
  const [first, later] = [make(true), make(false)];
  return (x, filters, stage) => (stage === 0 ? first : later)(x, filters);
}

interface Way {
  readonly backend: "wasm" | "cpu";
  readonly convolution: Convolution;
  readonly product: Product;
}

function convolutionContestant(
  tf: TensorFlow,
  name: string,
  { backend, convolution, product }: Way,
  problem: ConvolutionProblem,
): TrainingContestant {
  const { image, window, stride, batch, sizes } = problem;
  const stages = problem.stages.map(({ shape, filters, bias }) => {
    const order = [1, 2, 3, 0];
    const array = permuted(filters, shape, order);
    return {
      filters: tf.variable(
        tf.tensor(
          array,
          order.map((axis) => shape[axis]!),
        ),
      ),
      bias: tf.variable(tf.tensor(bias.slice(), [shape[0]])),
    };
  });
  const dense = denseNetwork(tf, product, problem);
  const logits = (inputs: Tensor) => {
    let x = inputs;
    for (const [index, { filters, bias }] of stages.entries()) {
      x = tf.relu(tf.add(convolution(x, filters, index), bias));
      x = tf.maxPool(x, window, stride, "valid");
    }
    return dense.logits(tf.reshape(x, [batch, sizes[0]!]));
  };
  const variables = [...stages.flatMap(({ filters, bias }) => [filters, bias]), ...dense.variables];
  return trainingContestant(tf, backend, name, { variables, shape: image, logits }, problem);
}

export function convolutions(
  tf: TensorFlow,
  problem: ConvolutionProblem,
): Ways<TrainingContestant> {
  const { padding } = problem;
  const own: Convolution = (x, filters) => tf.conv2d(x, filters, 1, padding);
  const matMul: Product = (a, b) => tf.matMul(a, b);
  const byHand: Way = {
    ...{ backend: "wasm", convolution: convolutionByHand(tf, padding) },
    // Here the inputs of the first dense layer need a gradient, too.
    product: productByTransposes(tf, false),
  };
  const ways: Readonly<Record<string, Way>> = {
    "TensorFlow.js wasm": { backend: "wasm", convolution: own, product: matMul },
    "TensorFlow.js wasm, gradients by hand": byHand,
    "TensorFlow.js cpu": { backend: "cpu", convolution: own, product: matMul },
  };
  return Object.fromEntries(
    Object.entries(ways).map(([name, way]) => [
      name,
      async () => {
        await tf.setBackend(way.backend);
        return convolutionContestant(tf, name, way, problem);
      },
    ]),
  );
}
