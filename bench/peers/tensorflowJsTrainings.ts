/** TensorFlow.js' training steps of dense networks, and the parts that all networks share. */
import { timed } from "../harness/interleave.ts";
import type { TrainingContestant, TrainingProblem, Ways } from "./peer.ts";
import type { Tensor, TensorFlow, Variable } from "./tensorflowJsApi.ts";

/** A layer's product. */
export type Product = (a: Tensor, b: Tensor, layer: number) => Tensor;

/**
 * A product whose gradient transposes its operands first: the kernel is slow on transposed ones.
 *
 * @param inputsFirst whether `a` of the first layer is the network's input, which needs no gradient
 */
export function productByTransposes(tf: TensorFlow, inputsFirst: boolean): Product {
  const make = (first: boolean) =>
    tf.customGrad((a, b, save) => {
      save([a, b]);
      return {
        value: tf.matMul(a, b),
        gradFunc: (dy, saved) => [
          first ? tf.zerosLike(saved[0]!) : tf.matMul(dy, tf.transpose(saved[1]!)),
          tf.matMul(tf.transpose(saved[0]!), dy),
        ],
      };
    });
  const [first, later] = [make(true), make(false)];
  return (a, b, layer) => (inputsFirst && layer === 0 ? first : later)(a, b);
}

function batchesOf(
  tf: TensorFlow,
  { sizes, batch, batches }: TrainingProblem,
  shape: readonly number[],
) {
  const classes = sizes.at(-1)!;
  return batches.map(({ inputs, labels }) => {
    const targets = new Float32Array(batch * classes);
    for (const [row, label] of labels.entries()) {
      targets[row * classes + label] = 1;
    }
    return {
      inputs: tf.tensor(inputs.slice(), [batch, ...shape]),
      targets: tf.tensor(targets, [batch, classes]),
    };
  });
}

interface Network {
  readonly variables: readonly Variable[];
  /** The shape of each example's inputs. */
  readonly shape: readonly number[];
  readonly logits: (inputs: Tensor) => Tensor;
}

export function trainingContestant(
  tf: TensorFlow,
  backend: string,
  name: string,
  { variables, shape, logits }: Network,
  problem: TrainingProblem,
): TrainingContestant {
  const { lr, beta1, beta2, eps } = problem.hyper;
  const optimizer = tf.train.adam(lr, beta1, beta2, eps);
  const batches = batchesOf(tf, problem, shape);
  let latest = Number.NaN;
  let t = 0;
  const steps = timed(() => {
    const { inputs, targets } = batches[t++ % batches.length]!;
    const lossOf = () => tf.losses.softmaxCrossEntropy(targets, logits(inputs));
    const cost = optimizer.minimize(lossOf, true, variables);
    latest = cost.dataSync()[0]!;
    cost.dispose();
  });
  return {
    name,
    run: async (count) => {
      await tf.setBackend(backend);
      return steps(count);
    },
    loss: () => latest,
  };
}

export function denseNetwork(tf: TensorFlow, product: Product, problem: TrainingProblem): Network {
  const { sizes, weights, biases } = problem;
  const layers = weights.map((array, layer) => ({
    weight: tf.variable(tf.tensor(array.slice(), [sizes[layer]!, sizes[layer + 1]!])),
    bias: tf.variable(tf.tensor(biases[layer]!.slice(), [sizes[layer + 1]!])),
  }));
  return {
    variables: layers.flatMap(({ weight, bias }) => [weight, bias]),
    shape: [sizes[0]!],
    logits: (inputs) => {
      let x = inputs;
      for (const [index, { weight, bias }] of layers.entries()) {
        x = tf.add(product(x, weight, index), bias);
        x = index < layers.length - 1 ? tf.relu(x) : x;
      }
      return x;
    },
  };
}

export function trainings(tf: TensorFlow, problem: TrainingProblem): Ways<TrainingContestant> {
  const wasm = "TensorFlow.js wasm";
  const transposing = "TensorFlow.js wasm, products transposed by hand";
  const cpu = "TensorFlow.js cpu";
  const plain: Product = (a, b) => tf.matMul(a, b);
  const make = (backend: string, name: string, product: Product) => async () => {
    await tf.setBackend(backend);
    return trainingContestant(tf, backend, name, denseNetwork(tf, product, problem), problem);
  };
  return {
    [wasm]: make("wasm", wasm, plain),
    [transposing]: make("wasm", transposing, productByTransposes(tf, true)),
    [cpu]: make("cpu", cpu, plain),
  };
}
