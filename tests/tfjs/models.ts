/** Two small problems, with the same numbers each time: a classifier of layers, and a regression with plain variables. */
import * as tf from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";

/** Pseudorandom numbers between -1 and 1, the same everywhere. */
export const numbers = (count: number, seed: number): Float32Array =>
  Float32Array.from({ length: count }, (_, index) => Math.sin(12.9898 * (index + 1) + seed));

export const matrix = (rows: number, columns: number, seed: number): tf.Tensor2D =>
  tf.tensor2d(numbers(rows * columns, seed), [rows, columns]);

/** A problem whose loss can be computed repeatedly, on variables that start with the same numbers. */
export interface Problem {
  readonly loss: () => tf.Scalar;
  readonly variables: readonly tf.Variable[];
  dispose(): void;
}

/** A classifier with a hidden layer. */
function classifier(): Problem {
  const given = [matrix(16, 4, 1), matrix(4, 6, 2), matrix(6, 3, 3)] as const;
  const [x, w1, w2] = given;
  const variables = [
    tf.variable(w1),
    tf.variable(tf.zeros([6])),
    tf.variable(w2),
    tf.variable(tf.zeros([3])),
  ] as const;
  const labels = tf.oneHot(
    tf.tensor1d(
      Array.from({ length: 16 }, (_, index) => index % 3),
      "int32",
    ),
    3,
  );
  const [a, b, c, d] = variables;
  const loss = () => {
    const hidden = tf.tanh(tf.add(tf.matMul(x, a as tf.Tensor2D), b));
    const scores = tf.add(tf.matMul(hidden, c as tf.Tensor2D), d);
    const likely = tf.logSoftmax(scores);
    return tf.neg(tf.mean(tf.sum(tf.mul(labels, likely), 1))) as tf.Scalar;
  };
  return { loss, variables, dispose: () => tf.dispose([...given, labels, ...variables]) };
}

/** A line through points, with a matrix, a vector and a scalar. */
function regression(): Problem {
  const [x, y] = [matrix(12, 5, 4), matrix(12, 2, 5)];
  const variables = [
    tf.variable(matrix(5, 2, 6)),
    tf.variable(tf.tensor1d(numbers(2, 7))),
    tf.variable(tf.scalar(0.5)),
  ] as const;
  const [w, b, scale] = variables;
  const loss = () => {
    const line = tf.add(tf.mul(tf.matMul(x, w as tf.Tensor2D), scale), b);
    return tf.mean(tf.square(tf.sub(line, y))) as tf.Scalar;
  };
  return { loss, variables, dispose: () => tf.dispose([x, y, ...variables]) };
}

export const problems = { classifier, regression };

/** A model of layers, with averages that are not trained. WebAssembly has no derivative for a convolution's filters. */
export function normalized(optimizer: tf.Optimizer): layers.LayersModel {
  const started = (seed: number) => layers.initializers.randomNormal({ seed, stddev: 0.3 });
  const model = layers.sequential({
    layers: [
      layers.layers.dense({
        ...{ inputShape: [6], units: 8, activation: "tanh" },
        kernelInitializer: started(5),
      }),
      layers.layers.batchNormalization(),
      layers.layers.dense({ units: 2, kernelInitializer: started(6) }),
    ],
  });
  model.compile({ optimizer, loss: "meanSquaredError" });
  return model;
}

export interface Data {
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
}

export const points = (): Data => ({ x: matrix(20, 6, 8), y: matrix(20, 2, 9) });

/** Trains for some epochs in the same order. @returns the loss of each */
export async function train(
  model: layers.LayersModel,
  { x, y }: Data,
  epochs: number,
): Promise<number[]> {
  const { history } = await model.fit(x, y, { epochs, batchSize: 5, shuffle: false, verbose: 0 });
  return history["loss"] as number[];
}

/** All weights of a model, bit for bit. */
export const weightsOf = (model: layers.LayersModel): Float32Array[] =>
  model.getWeights().map((weight) => weight.dataSync().slice() as Float32Array);
