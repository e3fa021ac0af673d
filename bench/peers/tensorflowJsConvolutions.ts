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

/** The gradient with respect to the filters, [rows, columns, channels, filters]. */
type FilterGradient = (x: Tensor, dy: Tensor, filters: Tensor) => Tensor;

/** Its own gradient is a kernel (Conv2DBackpropFilter) that its WebAssembly does not have. */
function convolutionWith(
  tf: TensorFlow,
  filterGradient: FilterGradient,
  padding: number,
): Convolution {
  const make = (first: boolean) =>
    tf.customGrad((x, filters, save) => {
      save([x, filters]);
      return {
        value: tf.conv2d(x, filters, 1, padding),
        gradFunc: (dy, [input, used]) => [
          first ? tf.zerosLike(input!) : tf.conv2dTranspose(dy, used!, input!.shape, 1, padding),
          filterGradient(input!, dy, used!),
        ],
      };
    });
  const [first, later] = [make(true), make(false)];
  return (x, filters, stage) => (stage === 0 ? first : later)(x, filters);
}

const padded = (tf: TensorFlow, x: Tensor, padding: number): Tensor =>
  tf.pad(x, [
    [0, 0],
    [padding, padding],
    [padding, padding],
    [0, 0],
  ]);

/** What each filter weight was multiplied with, a column each: then the gradient is one product. */
const byPatches =
  (tf: TensorFlow, padding: number): FilterGradient =>
  (x, dy, filters) => {
    const [batch, rows, columns, channels] = x.shape as [number, number, number, number];
    const [height, width, , count] = filters.shape as [number, number, number, number];
    const source = padded(tf, x, padding);
    const shifted = Array.from({ length: height * width }, (_, index) => {
      const begin = [0, Math.floor(index / width), index % width, 0];
      return tf.slice(source, begin, [batch, rows, columns, channels]);
    });
    const pixels = batch * rows * columns;
    const patches = tf.reshape(tf.concat(shifted, 3), [pixels, height * width * channels]);
    const product = tf.matMul(tf.transpose(patches), tf.reshape(dy, [pixels, count]));
    return tf.reshape(product, filters.shape);
  };

/** Channels as batch and examples as channels: then the gradient is a convolution with dy as filters. */
const byConvolution =
  (tf: TensorFlow, padding: number): FilterGradient =>
  (x, dy) => {
    const source = tf.transpose(x, [3, 1, 2, 0]);
    const gradient = tf.conv2d(source, tf.transpose(dy, [1, 2, 0, 3]), 1, padding);
    return tf.transpose(gradient, [1, 2, 0, 3]);
  };

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
  // Also of the first dense layer the inputs need a gradient here.
  const transposing = productByTransposes(tf, false);
  const withGradient = (filterGradient: FilterGradient): Way => ({
    ...{ backend: "wasm", product: transposing },
    convolution: convolutionWith(tf, filterGradient, padding),
  });
  const ways: Readonly<Record<string, Way>> = {
    "TensorFlow.js wasm": { backend: "wasm", convolution: own, product: matMul },
    "TensorFlow.js wasm, filters' gradient by products": withGradient(byPatches(tf, padding)),
    "TensorFlow.js wasm, filters' gradient by convolution": withGradient(
      byConvolution(tf, padding),
    ),
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
