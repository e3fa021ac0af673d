/** Trainings with `outer`, whose ranks differ between outer steps: each training has another kind of local state. */
import { type Communicator, type OuterOptimizer, outer } from "../../../src/distributed/index.ts";
import {
  type AnyOptimizer,
  accumulate,
  adam,
  adamw,
  bfloat16,
  block8,
  chain,
  ema,
  frozen,
  galore,
  nesterov,
  noisySgd,
  type OptimizeOptions,
  optimize,
  parameters,
  partition,
  type Rule,
  reduceOnPlateau,
  sgd,
} from "../../../src/index.ts";
import type { FloatArray } from "../../../src/runtime/memory/memory.ts";
import type { AnyParameter } from "../../../src/runtime/parameters.ts";
import { alone } from "../../support/ranksInTurn.ts";

export type Net = Record<string, AnyParameter>;

/** The calls of `step` for each outer step. */
export const every = 3;

/** The calls of a training that is killed: a multiple of `every`, so that it ends after an outer step. */
export const trainedCalls = 15;

interface Training {
  readonly net: (rank: number) => Net;
  readonly inner: (net: Net, rank: number) => AnyOptimizer;
  readonly rule: () => Rule;
  /** Called before each step of a rank. */
  readonly before?: (call: number, rank: number, gradients: Record<string, FloatArray>) => void;
}

const shapes = { w: [7, 33], b: [5], none: [0] };

/** Fills an array with numbers near 1; a `Uint16Array` gets their bits. */
const fill = ({ data }: AnyParameter, from: number) =>
  data.forEach((_, i) => {
    data[i] = data instanceof Uint16Array ? 0x3f00 + i : Math.sin(from + i);
  });

function started(net: Net): Net {
  for (const [name, parameter] of Object.entries(net)) fill(parameter, name.length);
  return net;
}

const within = (rule: () => Rule, options: object = {}) => ({
  net: () => started(parameters(shapes) as Net),
  inner: (net: Net, rank: number): AnyOptimizer =>
    optimize(net as never, rule(), { threads: 1, seed: rank, ...options } as OptimizeOptions),
  rule: (): Rule => nesterov({ lr: 0.7, momentum: 0.9 }),
});

const withFrozen = () => partition([{ match: "b", rule: frozen }], adam());

const plateau = reduceOnPlateau({ initial: 0.1, patience: 1, factor: 0.5 });

export const trainings: Readonly<Record<string, Training>> = {
  adamw: within(adamw),
  "an average outside": {
    ...within(adam),
    rule: () => chain(nesterov({ lr: 0.7, momentum: 0.9 }), ema(0.9)),
  },
  "local SGD": { ...within(() => sgd({ lr: 0.1 })), rule: () => sgd({ lr: 1 }) },
  "parameters in 16 bits": {
    ...within(adam),
    net: () => started(parameters(shapes, { type: bfloat16 }) as Net),
  },
  "two types": {
    ...within(adam),
    net: () =>
      started({ ...parameters({ w: [7, 33] }), ...parameters({ b: [5] }, { type: "float64" }) }),
  },
  "state in blocks": within(adam, { storage: { state: { ...block8, least: 64 } } }),
  "a frozen parameter": within(withFrozen),
  "a frozen parameter of each rank": {
    ...within(withFrozen),
    net(rank) {
      const net = started(parameters(shapes) as Net);
      fill(net["b"]!, rank);
      return net;
    },
  },
  "draws of each rank": within(() => noisySgd({ lr: 0.1 })),
  "micro-steps": {
    ...within(adam),
    inner: (net) => accumulate(net as never, adam() as Rule, { steps: 2, threads: 1 }),
  },
  "directions of each rank": {
    ...within(adam),
    inner: (net) => galore(net as never, adam() as Rule, { rank: 2, threads: 1 }),
  },
  "an outer of each rank": {
    ...within(adam),
    inner(net) {
      const inner = optimize(net as never, adam() as Rule, { threads: 1 });
      return outer(inner, { every: 2, rule: sgd({ lr: 0.5 }), communicator: alone() });
    },
  },
  "steps that one rank leaves out": {
    ...within(adam, { nonFinite: "skip" }),
    before(call, rank, { w }) {
      if (rank === 1 && call % 4 === 2) w![3] = Number.NaN;
    },
  },
  "a plateau of each rank": {
    ...within(() => sgd({ lr: plateau, momentum: 0.9 })),
    before: (call, rank) => void plateau.observe(Math.cos(call * (rank + 1))),
  },
};

/** Its file has 7 to 11 MB on three ranks, so that writing takes a while. */
const large: Training = {
  ...within(adam),
  net: () => started(parameters({ w: [500, 400], b: [400] }) as Net),
};

export interface Run {
  readonly net: Net;
  readonly optimizer: OuterOptimizer;
}

const trainingOf = (name: string): Training => (name === "large" ? large : trainings[name]!);

export function makeRun(name: string, communicator: Communicator): Run {
  const { net: netOf, inner, rule } = trainingOf(name);
  const net = netOf(communicator.rank);
  const within = inner(net, communicator.rank);
  return { net, optimizer: outer(within, { every, rule: rule(), communicator }) };
}

/** Makes a call of `step`, with this rank's own gradients. */
export function call(name: string, { optimizer }: Run, number: number, rank: number): void {
  const gradients = optimizer.gradients as Record<string, FloatArray>;
  for (const gradient of Object.values(gradients)) {
    gradient.forEach((_, i) => {
      gradient[i] = Math.fround(Math.cos((i + 1) * number * (rank + 2)) / 8);
    });
  }
  const given = Object.fromEntries(
    Object.entries(gradients).map(([name, each]) => [name, Float32Array.from(each)]),
  );
  trainingOf(name).before?.(number, rank, given);
  optimizer.step(given as never);
}
