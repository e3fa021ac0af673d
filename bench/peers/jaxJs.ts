/**
 * jax-js on WebAssembly. It runs on as many threads as there are cores where there is a global
 * `Worker`; Node has none, so here it runs on one. Its optimizers are in another package, which is
 * not on npm; Adam is written with its arrays.
 */
import { readFileSync } from "node:fs";
import { timedAsync } from "../harness/interleave.ts";
import { comparing, fillFrom, startingArrays } from "./arrays.ts";
import {
  type FloatArray,
  type Hyper,
  importPackage,
  type PeerSource,
  refuseAbove,
  type TrainingContestant,
  type TrainingProblem,
  type UpdateContestant,
  type UpdateProblem,
  type Ways,
} from "./peer.ts";

/** Arrays are counted: what takes one disposes it, unless it is given `ref`. */
interface JaxArray {
  readonly ref: JaxArray;
  add(other: JaxArray | number): JaxArray;
  sub(other: JaxArray): JaxArray;
  mul(other: JaxArray | number): JaxArray;
  div(other: JaxArray): JaxArray;
  reshape(shape: readonly number[]): JaxArray;
  transpose(): JaxArray;
  sum(): JaxArray;
  data(): Promise<Float32Array>;
}

type Arrays = readonly JaxArray[];

interface Jax {
  init(device: string): Promise<readonly string[]>;
  defaultDevice(device: string): string;
  jit<A extends unknown[], R>(f: (...args: A) => R): (...args: A) => R;
  valueAndGrad<A extends unknown[]>(
    f: (parameters: Arrays, ...args: A) => JaxArray,
  ): (parameters: Arrays, ...args: A) => [JaxArray, Arrays];
  blockUntilReady<T>(tree: T): Promise<T>;
  readonly tree: { ref<T>(tree: T): T };
  readonly nn: {
    relu(x: JaxArray): JaxArray;
    logSoftmax(x: JaxArray, axis: number): JaxArray;
  };
  readonly numpy: {
    array(data: Float32Array): JaxArray;
    zerosLike(x: JaxArray): JaxArray;
    dot(a: JaxArray, b: JaxArray): JaxArray;
    sqrt(x: JaxArray): JaxArray;
    square(x: JaxArray): JaxArray;
  };
}

interface AdamState {
  readonly p: Arrays;
  readonly m: Arrays;
  readonly v: Arrays;
}

/** Reciprocals of the bias corrections: arrays, so that a compiled step takes them as arguments. */
type Corrections = readonly [JaxArray, JaxArray];

function correctionsAt(jax: Jax, t: number, { beta1, beta2 }: Hyper): Corrections {
  const scalar = (value: number) => jax.numpy.array(new Float32Array([value])).reshape([]);
  return [scalar(1 / (1 - beta1 ** t)), scalar(1 / (1 - beta2 ** t))];
}

/** Adam, or with `weightDecay` AdamW. */
function updateOf(jax: Jax, { lr, beta1, beta2, eps, weightDecay }: Hyper) {
  const { sqrt, square } = jax.numpy;
  return (state: AdamState, gradients: Arrays, corrections: Corrections): AdamState => {
    const m = state.m.map((each, i) => each.mul(beta1).add(gradients[i]!.ref.mul(1 - beta1)));
    const v = state.v.map((each, i) => each.mul(beta2).add(square(gradients[i]!).mul(1 - beta2)));
    const [first, second] = corrections;
    const p = state.p.map((each, i) => {
      const last = i === state.p.length - 1;
      const mHat = m[i]!.ref.mul(last ? first : first.ref);
      const vHat = v[i]!.ref.mul(last ? second : second.ref);
      const kept = weightDecay === 0 ? each : each.mul(1 - lr * weightDecay);
      return kept.sub(mHat.mul(lr).div(sqrt(vHat).add(eps)));
    });
    return { p, m, v };
  };
}

function initialState(jax: Jax, p: Arrays): AdamState {
  const zeros = () => p.map((each) => jax.numpy.zerosLike(each.ref));
  return { p, m: zeros(), v: zeros() };
}

function updateContestant(
  jax: Jax,
  name: string,
  compiled: boolean,
  problem: UpdateProblem,
): UpdateContestant {
  const weightDecay = problem.rule === "adamw" ? problem.hyper.weightDecay : 0;
  const hyper = { ...problem.hyper, weightDecay };
  const update = compiled ? jax.jit(updateOf(jax, hyper)) : updateOf(jax, hyper);
  const arrays = startingArrays(problem) as Float32Array[];
  let state = initialState(
    jax,
    arrays.map((array) => jax.numpy.array(array)),
  );
  let gradients: Arrays = [];
  let t = 0;
  const read = async () => {
    const values = await Promise.all(state.p.map((each) => each.ref.data()));
    return comparing(() => values);
  };
  return {
    name,
    run: timedAsync(async () => {
      t += 1;
      state = update(state, jax.tree.ref(gradients), correctionsAt(jax, t, hyper));
      await jax.blockUntilReady(state);
    }),
    setGradients: (tile: FloatArray) => {
      const next = arrays.map(({ length }) => new Float32Array(length));
      fillFrom(next, tile);
      gradients = next.map((array) => jax.numpy.array(array));
    },
    distance: async (expected) => (await read()).distance(expected),
    sample: async (count) => (await read()).sample(count),
  };
}

interface TrainingWays {
  /** Whether weights are stored as [outputs, inputs], rather than as [inputs, outputs]. */
  readonly transposed?: boolean;
  /** Whether gradients and update are compiled as one function, rather than each as one. */
  readonly whole?: boolean;
}

function transpose(array: Float32Array, rows: number): Float32Array {
  const columns = array.length / rows;
  return Float32Array.from(array, (_, i) => array[(i % rows) * columns + Math.floor(i / rows)]!);
}

/** Weight and bias of each layer, in turn. */
function layersOf(
  jax: Jax,
  { sizes, weights, biases }: TrainingProblem,
  transposed: boolean,
): Arrays {
  return weights.flatMap((array, layer) => {
    const [inputs, outputs] = [sizes[layer]!, sizes[layer + 1]!];
    const weight = transposed
      ? jax.numpy.array(transpose(array, inputs)).reshape([outputs, inputs])
      : jax.numpy.array(array.slice()).reshape([inputs, outputs]);
    return [weight, jax.numpy.array(biases[layer]!.slice())];
  });
}

function lossOf(jax: Jax, transposed: boolean) {
  const { nn, numpy } = jax;
  return (layers: Arrays, inputs: JaxArray, targets: JaxArray): JaxArray => {
    let x = inputs;
    for (let index = 0; index < layers.length; index += 2) {
      const weight = transposed ? layers[index]!.transpose() : layers[index]!;
      x = numpy.dot(x, weight).add(layers[index + 1]!);
      x = index + 2 < layers.length ? nn.relu(x) : x;
    }
    return nn.logSoftmax(x, -1).mul(targets).sum();
  };
}

function batchesOf(jax: Jax, { sizes, batch, batches }: TrainingProblem) {
  const classes = sizes.at(-1)!;
  return batches.map(({ inputs, labels }) => {
    // Minus the mean is a factor of the targets, so that the loss needs no pass of its own for it.
    const targets = new Float32Array(batch * classes);
    for (const [row, label] of labels.entries()) {
      targets[row * classes + label] = -1 / batch;
    }
    return {
      inputs: jax.numpy.array(inputs.slice()).reshape([batch, sizes[0]!]),
      targets: jax.numpy.array(targets).reshape([batch, classes]),
    };
  });
}

function trainingContestant(
  jax: Jax,
  name: string,
  { transposed = false, whole = false }: TrainingWays,
  problem: TrainingProblem,
): TrainingContestant {
  const { hyper } = problem;
  const gradient = jax.valueAndGrad(lossOf(jax, transposed));
  const update = updateOf(jax, { ...hyper, weightDecay: 0 });
  const [firstPart, secondPart] = whole ? [gradient, update] : [jax.jit(gradient), jax.jit(update)];
  const step = (state: AdamState, x: JaxArray, y: JaxArray, c: Corrections) => {
    const [loss, gradients] = firstPart(jax.tree.ref(state.p), x, y);
    return { loss, state: secondPart(state, gradients, c) };
  };
  const compiled = whole ? jax.jit(step) : step;
  const batches = batchesOf(jax, problem);
  let state = initialState(jax, layersOf(jax, problem, transposed));
  let latest = Number.NaN;
  let t = 0;
  return {
    name,
    run: timedAsync(async () => {
      const { inputs, targets } = batches[t % batches.length]!;
      t += 1;
      const result = compiled(state, inputs.ref, targets.ref, correctionsAt(jax, t, hyper));
      state = await jax.blockUntilReady(result.state);
      latest = (await result.loss.data())[0]!;
    }),
    loss: () => latest,
  };
}

const trainingWays: Readonly<Record<string, TrainingWays>> = {
  "jax-js, one jit": { whole: true },
  "jax-js, one jit, weights [outputs, inputs]": { whole: true, transposed: true },
  "jax-js, jit of gradients and of Adam": {},
};

function installedVersion(): string {
  // The package does not export its package.json.
  const main = import.meta.resolve("@jax-js/jax");
  const text = readFileSync(new URL("../package.json", main), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** Larger ones do not fit into its memory with what its steps leave behind. */
const mostElements = 25e6;

/** 200 take it a second a step. */
const mostTensors = 200;

function updates(jax: Jax, problem: UpdateProblem): Ways<UpdateContestant> {
  refuseAbove(mostElements, problem);
  if (problem.shapes.length > mostTensors) {
    throw new Error(`takes part up to ${mostTensors} tensors`);
  }
  const { rule, type } = problem;
  // Its WebAssembly backend has no float64.
  if ((rule !== "adam" && rule !== "adamw") || type === "float64") {
    return {};
  }
  return {
    "jax-js, jit": () => updateContestant(jax, "jax-js, jit", true, problem),
    "jax-js, eager": () => updateContestant(jax, "jax-js, eager", false, problem),
  };
}

export const jaxJs: PeerSource = {
  ...{ name: "jax-js", library: "jax-js", threads: 1 },
  load: async () => {
    const jax = await importPackage<Jax>("@jax-js/jax");
    await jax.init("wasm");
    jax.defaultDevice("wasm");
    return {
      version: installedVersion(),
      updates: (problem) => updates(jax, problem),
      trainings: (problem) =>
        Object.fromEntries(
          Object.entries(trainingWays).map(([name, ways]) => [
            name,
            () => trainingContestant(jax, name, ways, problem),
          ]),
        ),
    };
  },
};
