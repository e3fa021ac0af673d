/** Training steps of a convolutional network: forward, loss, backward and Adam. */
import { fillUniform } from "../harness/random.ts";
import { lengthOf } from "../peers/arrays.ts";
import type { ConvolutionProblem, Peer } from "../peers/peer.ts";
import type { Case } from "./case.ts";
import { agree, enter, reference } from "./losses.ts";
import { hyper } from "./updates.ts";

type Stage = ConvolutionProblem["stages"][number];

/** The network of the task `fashion-cnn`: a smaller one than in the Adam paper, section 6.3, without dropout. */
const network = {
  image: [28, 28, 1],
  filters: [8, 16],
  dense: [128, 10],
  batch: 128,
  filter: 5,
  padding: 2,
  window: 3,
  stride: 2,
} as const;

/** He's bound: the weights of a unit with so many inputs are uniform within it. */
const boundOf = (inputs: number): number => Math.sqrt(6 / inputs);

function stagesOf(): Stage[] {
  const { filter, window, stride } = network;
  let input: Stage["output"] = network.image;
  const pooled = (pixels: number) => Math.floor((pixels - window) / stride) + 1;
  return network.filters.map((count, index) => {
    const [rows, columns, channels] = input;
    const shape = [count, filter, filter, channels] as const;
    input = [pooled(rows), pooled(columns), count];
    const bound = boundOf(filter * filter * channels);
    return {
      ...{ shape, output: input, bias: new Float32Array(count) },
      filters: fillUniform(new Float32Array(lengthOf(shape)), 50 + index, bound),
    };
  });
}

function createProblem(): ConvolutionProblem {
  const { image, batch, padding, window, stride } = network;
  const stages = stagesOf();
  const sizes = [lengthOf(stages.at(-1)!.output), ...network.dense];
  const classes = sizes.at(-1)!;
  return {
    ...{ hyper, image, stages, padding, window, stride, sizes, batch },
    weights: network.dense.map((outputs, layer) => {
      const inputs = sizes[layer]!;
      return fillUniform(new Float32Array(inputs * outputs), layer, boundOf(inputs));
    }),
    biases: network.dense.map((outputs) => new Float32Array(outputs)),
    batches: Array.from({ length: 4 }, (_, index) => ({
      inputs: fillUniform(new Float32Array(batch * lengthOf(image)), 100 + index, 1),
      labels: Uint8Array.from({ length: batch }, (_, row) => (7 * row + index) % classes),
    })),
  };
}

export const convolutionCases: readonly Case[] = [
  {
    ...{ group: "cnn", name: "fashion-cnn, batch 128", reference, agree, bytes: 200e6 },
    entrants: (peer: Peer) => {
      const ways = Object.entries(peer.convolutions?.(createProblem()) ?? {});
      return Object.fromEntries(ways.map(([way, make]) => [way, async () => enter(await make())]));
    },
  },
];
