import { createTape, linear, relu, softmaxCrossEntropy } from "../../src/autodiff/index.ts";
import {
  adam,
  type NonFinitePolicy,
  optimize,
  type Parameter,
  parameters,
} from "../../src/index.ts";
import { timed } from "../harness/interleave.ts";
import type {
  AdamContestant,
  AdamProblem,
  MlpContestant,
  MlpProblem,
  Peer,
  PeerSource,
} from "./peer.ts";

interface Ways {
  /** Whether the parameters are ordinary arrays, rather than from `parameters()`. */
  readonly foreignParameters?: boolean;
  /** Whether gradients are handed to `step()`, rather than written into `opt.gradients`. */
  readonly foreignGradients?: boolean;
  readonly nonFinite?: NonFinitePolicy;
}

const nameOf = (index: number): string => `w${index}`;

function ownParameters(start: readonly Float32Array[]): Record<string, Parameter<Float32Array>> {
  const own = parameters(
    Object.fromEntries(start.map(({ length }, index) => [nameOf(index), [length]])),
  );
  for (const [index, array] of start.entries()) {
    own[nameOf(index)]!.data.set(array);
  }
  return own;
}

function foreignParameters(
  start: readonly Float32Array[],
): Record<string, Parameter<Float32Array>> {
  return Object.fromEntries(
    start.map((array, index) => [nameOf(index), { data: array.slice(), shape: [array.length] }]),
  );
}

function adamContestant(name: string, problem: AdamProblem, ways: Ways): AdamContestant {
  const start = problem.parameters;
  const source = ways.foreignParameters ? foreignParameters(start) : ownParameters(start);
  const opt = optimize(source, adam({ ...problem.hyper }), {
    nonFinite: ways.nonFinite ?? "throw",
  });
  const passed = ways.foreignGradients ? foreignParameters(start) : undefined;
  const given =
    passed && Object.fromEntries(Object.entries(passed).map(([key, { data }]) => [key, data]));
  const gradients: Readonly<Record<string, Float32Array>> = given ?? opt.gradients;
  return {
    name,
    run: timed(() => opt.step(given)),
    setGradients: (values) =>
      values.forEach((array, index) => {
        gradients[nameOf(index)]!.set(array);
      }),
    read: () => start.map((_, index) => source[nameOf(index)]!.data),
  };
}

function initialLayers({ sizes, weights, biases }: MlpProblem) {
  const shapes = sizes.slice(1).flatMap((size, layer): [string, readonly number[]][] => [
    [`w${layer}`, [sizes[layer]!, size]],
    [`b${layer}`, [size]],
  ]);
  const layers = parameters(Object.fromEntries(shapes));
  for (const [layer, array] of weights.entries()) {
    layers[`w${layer}`]!.data.set(array);
    layers[`b${layer}`]!.data.set(biases[layer]!);
  }
  return layers;
}

function mlpContestant(problem: MlpProblem): MlpContestant {
  const { sizes, batch, batches } = problem;
  const opt = optimize(initialLayers(problem), adam({ ...problem.hyper }));
  const tape = createTape(opt);
  const images = tape.input([batch, sizes[0]!]);
  const labels = new Uint8Array(batch);
  const last = sizes.length - 2;
  let x = images;
  for (let layer = 0; layer <= last; layer++) {
    x = linear(x, tape.parameters[`w${layer}`]!, tape.parameters[`b${layer}`]!);
    x = layer < last ? relu(x) : x;
  }
  const loss = softmaxCrossEntropy(x, labels);
  let step = 0;
  let latest = Number.NaN;
  return {
    name: "Gradus",
    run: timed(() => {
      const source = batches[step++ % batches.length]!;
      images.data.set(source.inputs);
      labels.set(source.labels);
      latest = tape.backward(loss);
      opt.step();
    }),
    loss: () => latest,
  };
}

const ways: Readonly<Record<string, Ways>> = {
  "Gradus, own arrays": {},
  "Gradus, own arrays, nonFinite allow": { nonFinite: "allow" },
  "Gradus, foreign gradients": { foreignGradients: true },
  "Gradus, foreign parameters": { foreignParameters: true },
  "Gradus, foreign parameters and gradients": { foreignParameters: true, foreignGradients: true },
};

const peer: Peer = {
  version: "this checkout",
  adam: Object.fromEntries(
    Object.entries(ways).map(([name, each]) => [
      name,
      (problem: AdamProblem) => adamContestant(name, problem, each),
    ]),
  ),
  mlp: { Gradus: mlpContestant },
};

export const gradus: PeerSource = { name: "Gradus", load: async () => peer };
