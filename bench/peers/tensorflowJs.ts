/** TensorFlow.js on WebAssembly (one thread, SIMD; it has no threads in Node) and on plain JavaScript. */
import { timed } from "../harness/interleave.ts";
import { comparing, emptyArray, fillFrom, lengthOf, startingArrays } from "./arrays.ts";
import {
  importPackage,
  type PeerSource,
  type RuleName,
  refuseAbove,
  type TrainingContestant,
  type TrainingProblem,
  type UpdateContestant,
  type UpdateProblem,
  type Ways,
} from "./peer.ts";

interface Tensor {
  dataSync(): Float32Array;
  dispose(): void;
}

interface Variable extends Tensor {
  readonly name: string;
}

interface Optimizer {
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
    adam(lr: number, beta1: number, beta2: number, eps: number): Optimizer;
    sgd(lr: number): Optimizer;
    momentum(lr: number, momentum: number): Optimizer;
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

/** Its optimizers; there is no AdamW among them. */
function optimizerOf(tf: TensorFlow, { rule, hyper }: UpdateProblem): Optimizer | undefined {
  const { lr, beta1, beta2, eps, momentum } = hyper;
  const made: Partial<Record<RuleName, () => Optimizer>> = {
    adam: () => tf.train.adam(lr, beta1, beta2, eps),
    sgd: () => tf.train.sgd(lr),
    momentum: () => tf.train.momentum(lr, momentum),
  };
  return made[rule]?.();
}

function updateContestant(
  tf: TensorFlow,
  backend: string,
  name: string,
  problem: UpdateProblem,
): UpdateContestant {
  const { shapes, type } = problem;
  const tensorsOf = (arrays: readonly (Float32Array | Float64Array)[]) =>
    arrays.map((array, index) => tf.tensor(array as Float32Array, shapes[index]!));
  const variables = tensorsOf(startingArrays(problem)).map((tensor) => tf.variable(tensor));
  const optimizer = optimizerOf(tf, problem)!;
  let gradients: Record<string, Tensor> = {};
  const steps = timed(() => optimizer.applyGradients(gradients));
  return {
    name,
    run: async (count) => {
      await tf.setBackend(backend);
      return steps(count);
    },
    setGradients: async (tile) => {
      await tf.setBackend(backend);
      for (const tensor of Object.values(gradients)) {
        tensor.dispose();
      }
      const arrays = shapes.map((shape) => emptyArray(type, lengthOf(shape)));
      fillFrom(arrays, tile);
      gradients = Object.fromEntries(
        tensorsOf(arrays).map((tensor, index) => [variables[index]!.name, tensor]),
      );
    },
    ...comparing(() => variables.map((variable) => variable.dataSync())),
  };
}

function batchesOf(tf: TensorFlow, { sizes, batch, batches }: TrainingProblem) {
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

function trainingContestant(
  tf: TensorFlow,
  backend: string,
  name: string,
  product: Product,
  problem: TrainingProblem,
): TrainingContestant {
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

/** Larger ones do not fit into its memory with what its steps leave behind. */
const mostElements = 25e6;

function updates(tf: TensorFlow, problem: UpdateProblem): Ways<UpdateContestant> {
  refuseAbove(mostElements, problem);
  // It has no float64.
  if (problem.type === "float64" || optimizerOf(tf, problem) === undefined) {
    return {};
  }
  return Object.fromEntries(
    ["wasm", "cpu"].map((backend) => {
      const name = `TensorFlow.js ${backend}`;
      const make = async () => {
        await tf.setBackend(backend);
        return updateContestant(tf, backend, name, problem);
      };
      return [name, make];
    }),
  );
}

function trainings(tf: TensorFlow, problem: TrainingProblem): Ways<TrainingContestant> {
  const wasm = "TensorFlow.js wasm";
  const transposing = "TensorFlow.js wasm, products transposed by hand";
  const cpu = "TensorFlow.js cpu";
  const plain: Product = (a, b) => tf.matMul(a, b);
  const make = (backend: string, name: string, product: Product) => async () => {
    await tf.setBackend(backend);
    return trainingContestant(tf, backend, name, product, problem);
  };
  return {
    [wasm]: make("wasm", wasm, plain),
    [transposing]: make("wasm", transposing, productByTransposes(tf)),
    [cpu]: make("cpu", cpu, plain),
  };
}

export const tensorflowJs: PeerSource = {
  ...{ name: "TensorFlow.js", library: "TensorFlow.js", threads: 1 },
  load: async () => {
    const tf = await importPackage<TensorFlow>("@tensorflow/tfjs");
    await importPackage("@tensorflow/tfjs-backend-wasm");
    // Without the checks and warnings that are for development.
    tf.enableProdMode();
    if (!(await tf.setBackend("wasm"))) {
      throw new Error("its WebAssembly backend did not start");
    }
    return {
      version: tf.version_core,
      updates: (problem) => updates(tf, problem),
      trainings: (problem) => trainings(tf, problem),
    };
  },
};
