/** Gradus' training steps of networks, with its autodiff. */
import {
  conv2d,
  createTape,
  linear,
  maxPool2d,
  relu,
  reshape,
  softmaxCrossEntropy,
  type Tape,
  type Tensor,
} from "../../src/autodiff/index.ts";
import { adam, optimize, type Parameter, parameters } from "../../src/index.ts";
import { timed } from "../harness/interleave.ts";
import type { ConvolutionProblem, TrainingContestant, TrainingProblem } from "./peer.ts";

type Layers = Readonly<Record<string, Parameter<Float32Array>>>;
type NamedShape = [name: string, shape: readonly number[]];

interface Network {
  readonly layers: Layers;
  /** The shape of each example's inputs. */
  readonly shape: readonly number[];
  readonly logits: (inputs: Tensor, tape: Tape<Layers>) => Tensor;
}

function trainingContestant(
  name: string,
  { layers, shape, logits }: Network,
  { batch, batches, hyper: { lr, beta1, beta2, eps } }: TrainingProblem,
  threads: number,
): TrainingContestant {
  const optimizer = optimize(layers, adam({ lr, beta1, beta2, eps }), { threads });
  const tape = createTape(optimizer, { threads });
  const inputs = tape.input([batch, ...shape]);
  const labels = new Uint8Array(batch);
  const loss = softmaxCrossEntropy(logits(inputs, tape), labels);
  let step = 0;
  let latest = Number.NaN;
  return {
    name,
    run: timed(() => {
      const source = batches[step++ % batches.length]!;
      inputs.data.set(source.inputs);
      labels.set(source.labels);
      latest = tape.backward(loss);
      optimizer.step();
    }),
    loss: () => latest,
  };
}

const denseShapes = ({ sizes }: TrainingProblem): NamedShape[] =>
  sizes.slice(1).flatMap((size, layer): NamedShape[] => [
    [`w${layer}`, [sizes[layer]!, size]],
    [`b${layer}`, [size]],
  ]);

function fillDense(layers: Layers, { weights, biases }: TrainingProblem): void {
  for (const [layer, array] of weights.entries()) {
    layers[`w${layer}`]!.data.set(array);
    layers[`b${layer}`]!.data.set(biases[layer]!);
  }
}

function dense(x: Tensor, tape: Tape<Layers>, { weights }: TrainingProblem): Tensor {
  return weights.reduce((input: Tensor, _, layer) => {
    const output = linear(input, tape.parameters[`w${layer}`]!, tape.parameters[`b${layer}`]!);
    return layer < weights.length - 1 ? relu(output) : output;
  }, x);
}

export function denseContestant(
  name: string,
  problem: TrainingProblem,
  threads: number,
): TrainingContestant {
  const layers = parameters(Object.fromEntries(denseShapes(problem)));
  fillDense(layers, problem);
  const logits: Network["logits"] = (inputs, tape) => dense(inputs, tape, problem);
  return trainingContestant(name, { layers, shape: [problem.sizes[0]!], logits }, problem, threads);
}

export function convolutionContestant(
  name: string,
  problem: ConvolutionProblem,
  threads: number,
): TrainingContestant {
  const { stages, image, padding, window, stride, batch, sizes } = problem;
  const shapes = stages.flatMap(({ shape }, index): NamedShape[] => [
    [`filters${index}`, shape],
    [`filterBias${index}`, [shape[0]]],
  ]);
  const layers = parameters(Object.fromEntries([...shapes, ...denseShapes(problem)]));
  for (const [index, { filters, bias }] of stages.entries()) {
    layers[`filters${index}`]!.data.set(filters);
    layers[`filterBias${index}`]!.data.set(bias);
  }
  fillDense(layers, problem);
  const logits: Network["logits"] = (inputs, tape) => {
    const { parameters: own } = tape;
    const features = stages.reduce((x: Tensor, _, index) => {
      const y = conv2d(x, own[`filters${index}`]!, own[`filterBias${index}`]!, { padding });
      return maxPool2d(relu(y), window, { stride });
    }, inputs);
    return dense(reshape(features, [batch, sizes[0]!]), tape, problem);
  };
  return trainingContestant(name, { layers, shape: image, logits }, problem, threads);
}
