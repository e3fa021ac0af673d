/** TensorFlow.js on WebAssembly (one thread, SIMD; it has no threads in Node) and on plain JavaScript. */
import { timed } from "../harness/interleave.ts";
import {
  type AdamContestant,
  type AdamProblem,
  importPackage,
  type MlpContestant,
  type MlpProblem,
  type PeerSource,
} from "./peer.ts";

interface Tensor {
  dataSync(): Float32Array;
  dispose(): void;
}

interface Variable extends Tensor {
  readonly name: string;
}

interface AdamOptimizer {
  applyGradients(gradients: Readonly<Record<string, Tensor>>): void;
  minimize(loss: () => Tensor, returnCost: true, variables: readonly Variable[]): Tensor;
}

interface TensorFlow {
  readonly version_core: string;
  enableProdMode(): void;
  setBackend(name: string): Promise<boolean>;
  getBackend(): string;
  tensor(values: Float32Array, shape: readonly number[]): Tensor;
  variable(start: Tensor): Variable;
  matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;
  transpose(x: Tensor): Tensor;
  zerosLike(x: Tensor): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  relu(x: Tensor): Tensor;
  customGrad(
    f: (
      a: Tensor,
      b: Tensor,
      save: (tensors: readonly Tensor[]) => void,
    ) => {
      value: Tensor;
      gradFunc: (dy: Tensor, saved: readonly Tensor[]) => readonly Tensor[];
    },
  ): (a: Tensor, b: Tensor) => Tensor;
  readonly losses: { softmaxCrossEntropy(labels: Tensor, logits: Tensor): Tensor };
  readonly train: {
    adam(lr: number, beta1: number, beta2: number, eps: number): AdamOptimizer;
  };
}

/** A layer's product; only the first layer's `a` needs no gradient. */
type Product = (a: Tensor, b: Tensor, layer: number) => Tensor;

/** The gradient of a product with operands transposed first: its kernel is slow on transposed ones. */
function productByTransposes(tf: TensorFlow): Product {
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
  return (a, b, layer) => (layer === 0 ? first : later)(a, b);
}

function adamContestant(tf: TensorFlow, name: string, problem: AdamProblem): AdamContestant {
  const { lr, beta1, beta2, eps } = problem.hyper;
  const variables = problem.parameters.map((array) =>
    tf.variable(tf.tensor(array.slice(), [array.length])),
  );
  const optimizer = tf.train.adam(lr, beta1, beta2, eps);
  let gradients: Record<string, Tensor> = {};
  return {
    name,
    run: timed(() => optimizer.applyGradients(gradients)),
    setGradients: (values) => {
      for (const tensor of Object.values(gradients)) {
        tensor.dispose();
      }
      gradients = Object.fromEntries(
        values.map((array, i) => [variables[i]!.name, tf.tensor(array.slice(), [array.length])]),
      );
    },
    read: () => variables.map((variable) => variable.dataSync()),
  };
}

function batchesOf(tf: TensorFlow, { sizes, batch, batches }: MlpProblem) {
  const classes = sizes.at(-1)!;
  return batches.map(({ inputs, labels }) => {
    const targets = new Float32Array(batch * classes);
    for (const [row, label] of labels.entries()) {
      targets[row * classes + label] = 1;
    }
    return {
      inputs: tf.tensor(inputs.slice(), [batch, sizes[0]!]),
      targets: tf.tensor(targets, [batch, classes]),
    };
  });
}

function mlpContestant(
  tf: TensorFlow,
  backend: string,
  name: string,
  product: Product,
  problem: MlpProblem,
): MlpContestant {
  const { sizes, weights, biases } = problem;
  const { lr, beta1, beta2, eps } = problem.hyper;
  const layers = weights.map((array, layer) => ({
    weight: tf.variable(tf.tensor(array.slice(), [sizes[layer]!, sizes[layer + 1]!])),
    bias: tf.variable(tf.tensor(biases[layer]!.slice(), [sizes[layer + 1]!])),
  }));
  const variables = layers.flatMap(({ weight, bias }) => [weight, bias]);
  const optimizer = tf.train.adam(lr, beta1, beta2, eps);
  const batches = batchesOf(tf, problem);
  let latest = Number.NaN;
  let t = 0;
  const steps = timed(() => {
    const { inputs, targets } = batches[t++ % batches.length]!;
    const lossOf = () => {
      let x = inputs;
      for (const [index, { weight, bias }] of layers.entries()) {
        x = tf.add(product(x, weight, index), bias);
        x = index < layers.length - 1 ? tf.relu(x) : x;
      }
      return tf.losses.softmaxCrossEntropy(targets, x);
    };
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

export const tensorflowJs: PeerSource = {
  name: "TensorFlow.js",
  load: async () => {
    const tf = await importPackage<TensorFlow>("@tensorflow/tfjs");
    await importPackage("@tensorflow/tfjs-backend-wasm");
    // Without the checks and warnings that are for development.
    tf.enableProdMode();
    if (!(await tf.setBackend("wasm"))) {
      throw new Error("its WebAssembly backend did not start");
    }
    const wasm = "TensorFlow.js wasm";
    const transposing = "TensorFlow.js wasm, products transposed by hand";
    const cpu = "TensorFlow.js cpu";
    const plain: Product = (a, b) => tf.matMul(a, b);
    return {
      version: tf.version_core,
      adam: { [wasm]: (problem) => adamContestant(tf, wasm, problem) },
      mlp: {
        [wasm]: (problem) => mlpContestant(tf, "wasm", wasm, plain, problem),
        [transposing]: (problem) =>
          mlpContestant(tf, "wasm", transposing, productByTransposes(tf), problem),
        [cpu]: async (problem) => {
          await tf.setBackend("cpu");
          return mlpContestant(tf, "cpu", cpu, plain, problem);
        },
      },
    };
  },
};
