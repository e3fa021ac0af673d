/** Training steps of networks with jax-js. */
import { timedAsync } from "../harness/interleave.ts";
import { permuted } from "./arrays.ts";
import {
  type AdamState,
  type Arrays,
  type Corrections,
  correctionsAt,
  initialState,
  type Jax,
  type JaxArray,
  updateOf,
} from "./jaxJsAdam.ts";
import type { ConvolutionProblem, TrainingContestant, TrainingProblem, Ways } from "./peer.ts";

interface Network {
  /** The parameters of all layers. */
  readonly parameters: Arrays;
  /** The shape of each example's inputs. */
  readonly shape: readonly number[];
  readonly logits: (parameters: Arrays, inputs: JaxArray) => JaxArray;
}

/** What is compiled into one function: the whole step; its gradients and Adam separately; or nothing. */
type Compiled = "whole" | "parts" | "nothing";

function batchesOf(jax: Jax, { sizes, batch, batches }: TrainingProblem, shape: readonly number[]) {
  const classes = sizes.at(-1)!;
  return batches.map(({ inputs, labels }) => {
    // The targets contain the factor -1 / batch of the mean, so that the loss needs no extra pass.
    const targets = new Float32Array(batch * classes);
    for (const [row, label] of labels.entries()) {
      targets[row * classes + label] = -1 / batch;
    }
    return {
      inputs: jax.numpy.array(inputs.slice()).reshape([batch, ...shape]),
      targets: jax.numpy.array(targets).reshape([batch, classes]),
    };
  });
}

function stepOf(jax: Jax, { logits }: Network, compiled: Compiled, { hyper }: TrainingProblem) {
  const lossOf = (parameters: Arrays, inputs: JaxArray, targets: JaxArray) =>
    jax.nn.logSoftmax(logits(parameters, inputs), -1).mul(targets).sum();
  const gradient = jax.valueAndGrad(lossOf);
  const update = updateOf(jax, { ...hyper, weightDecay: 0 });
  const [firstPart, secondPart] =
    compiled === "parts" ? [jax.jit(gradient), jax.jit(update)] : [gradient, update];
  const step = (state: AdamState, x: JaxArray, y: JaxArray, c: Corrections) => {
    const [loss, gradients] = firstPart(jax.tree.ref(state.p), x, y);
    return { loss, state: secondPart(state, gradients, c) };
  };
  return compiled === "whole" ? jax.jit(step) : step;
}

function trainingContestant(
  jax: Jax,
  name: string,
  network: Network,
  compiled: Compiled,
  problem: TrainingProblem,
): TrainingContestant {
  const step = stepOf(jax, network, compiled, problem);
  const batches = batchesOf(jax, problem, network.shape);
  let state = initialState(jax, network.parameters);
  let latest = Number.NaN;
  let t = 0;
  return {
    name,
    run: timedAsync(async () => {
      const { inputs, targets } = batches[t % batches.length]!;
      t += 1;
      const corrections = correctionsAt(jax, t, problem.hyper);
      const result = step(state, inputs.ref, targets.ref, corrections);
      state = await jax.blockUntilReady(result.state);
      latest = (await result.loss.data())[0]!;
    }),
    loss: () => latest,
  };
}

/** The weights and biases of all layers, layer by layer; weights are [outputs, inputs] if `transposed`. */
function denseLayers(
  jax: Jax,
  { sizes, biases }: TrainingProblem,
  weights: readonly Float32Array[],
  transposed: boolean,
): Arrays {
  return weights.flatMap((array, layer) => {
    const [inputs, outputs] = [sizes[layer]!, sizes[layer + 1]!];
    const weight = transposed
      ? jax.numpy.array(permuted(array, [inputs, outputs], [1, 0])).reshape([outputs, inputs])
      : jax.numpy.array(array.slice()).reshape([inputs, outputs]);
    return [weight, jax.numpy.array(biases[layer]!.slice())];
  });
}

function dense({ nn, numpy }: Jax, layers: Arrays, inputs: JaxArray, transposed: boolean) {
  let x = inputs;
  for (let index = 0; index < layers.length; index += 2) {
    const weight = transposed ? layers[index]!.transpose() : layers[index]!;
    x = numpy.dot(x, weight).add(layers[index + 1]!);
    x = index + 2 < layers.length ? nn.relu(x) : x;
  }
  return x;
}

function denseNetwork(jax: Jax, problem: TrainingProblem, transposed: boolean): Network {
  return {
    parameters: denseLayers(jax, problem, problem.weights, transposed),
    shape: [problem.sizes[0]!],
    logits: (layers, inputs) => dense(jax, layers, inputs, transposed),
  };
}

const trainingWays: Readonly<Record<string, readonly [Compiled, transposed: boolean]>> = {
  "jax-js, one jit": ["whole", false],
  "jax-js, one jit, weights [outputs, inputs]": ["whole", true],
  "jax-js, jit of gradients and of Adam": ["parts", false],
};

export function trainings(jax: Jax, problem: TrainingProblem): Ways<TrainingContestant> {
  return Object.fromEntries(
    Object.entries(trainingWays).map(([name, [compiled, transposed]]) => [
      name,
      () => {
        const network = denseNetwork(jax, problem, transposed);
        return trainingContestant(jax, name, network, compiled, problem);
      },
    ]),
  );
}

/** A network for its convolutions, which have channels first. */
function convolutionNetwork(jax: Jax, problem: ConvolutionProblem): Network {
  const { stages, image, batch, sizes, padding, window, stride, weights } = problem;
  const filters = stages.flatMap(({ shape, filters: array, bias }) => {
    const [count, rows, columns, channels] = shape;
    const values = jax.numpy.array(permuted(array, shape, [0, 3, 1, 2]));
    return [
      values.reshape([count, channels, rows, columns]),
      jax.numpy.array(bias.slice()).reshape([count, 1, 1]),
    ];
  });
  const left = [...stages.at(-1)!.output, weights[0]!.length / sizes[0]!];
  const first = permuted(weights[0]!, left, [2, 0, 1, 3]);
  return {
    parameters: [...filters, ...denseLayers(jax, problem, [first, ...weights.slice(1)], false)],
    shape: [image[2], image[0], image[1]],
    logits: (layers, inputs) => {
      let x = inputs;
      for (let index = 0; index < filters.length; index += 2) {
        const edges = [
          [padding, padding],
          [padding, padding],
        ] as const;
        x = jax.lax.convGeneralDilated(x, layers[index]!, [1, 1], edges);
        x = jax.nn.relu(x.add(layers[index + 1]!));
        x = jax.lax.reduceWindow(x, jax.numpy.max, [window, window], [stride, stride]);
      }
      return dense(jax, layers.slice(filters.length), x.reshape([batch, sizes[0]!]), false);
    },
  };
}

const convolutionWays: Readonly<Record<string, Compiled>> = {
  "jax-js, one jit": "whole",
  "jax-js, eager": "nothing",
};

export function convolutions(jax: Jax, problem: ConvolutionProblem): Ways<TrainingContestant> {
  if (problem.image[2] !== 1) {
    throw new Error("takes images of one channel, which are the same with channels first");
  }
  return Object.fromEntries(
    Object.entries(convolutionWays).map(([name, compiled]) => [
      name,
      () => trainingContestant(jax, name, convolutionNetwork(jax, problem), compiled, problem),
    ]),
  );
}
