/** A problem that ranks train together, and that one process trains with the mean of their gradients. */
import type { Communicator } from "../../../src/distributed/communicator.ts";
import { inProcess } from "../../../src/distributed/index.ts";
import {
  type DistributedOptions,
  type GradientSource,
  type OptimizeOptions,
  optimize,
  type Parameter,
  parameters,
  type Rule,
} from "../../../src/index.ts";
import { createRandom } from "../../../src/tasks/random.ts";
import { combinedInTree } from "../../support/ranksInTurn.ts";

export type FloatArray = Float32Array | Float64Array;
export type Type = "float32" | "float64";

/** Vectors, a scalar, matrices whose rows do not end at the chunks' ends, and a tensor of four dimensions. */
export const shapes = {
  a: [40],
  b: [5],
  conv: [4, 3, 3, 3],
  frozen: [3],
  w: [24, 10],
  one: [],
  wide: [7, 33],
} as const;

export type Net = Readonly<Record<string, Parameter>>;
export type Gradients = Readonly<Record<string, FloatArray>>;

export function netOf(type: Type = "float32", seed = 1): Net {
  const net = parameters(shapes, { type });
  const random = createRandom(seed);
  for (const { data } of Object.values(net))
    data.forEach((_, i) => void (data[i] = random.normal()));
  return net;
}

/** The gradients of one rank at a step: of a bowl, with the rank's own noise. */
export function gradientsOf(net: Net, step: number, rank: number): Gradients {
  const random = createRandom(1000 * step + rank);
  return Object.fromEntries(
    Object.entries(net).map(([name, { data }]) => [
      name,
      data.map((value) => 0.5 * value + 0.1 * random.normal()),
    ]),
  );
}

export const lossOf = (step: number, rank: number): number => 3 + Math.sin(step + 7 * rank);

/** The mean over ranks: their sum in the tree, divided once. */
export function meanOf<A extends FloatArray>(arrays: readonly A[]): A {
  const sum = combinedInTree(arrays, "sum") as A;
  sum.forEach((value, i) => void (sum[i] = value / arrays.length));
  return sum;
}

export const meanGradients = (all: readonly Gradients[]): Gradients =>
  Object.fromEntries(
    Object.keys(all[0]!).map((name) => [name, meanOf(all.map((each) => each[name]!))]),
  );

export type RankWork<T> = (communicator: Communicator, rank: number) => Promise<T>;

/** Sets what a reduceScatter leaves undefined to NaN, so that a read of it shows. */
const strict = (communicator: Communicator): Communicator => ({
  ...{ transport: communicator.transport, rank: communicator.rank, size: communicator.size },
  synchronous: communicator.synchronous,
  allReduce: communicator.allReduce.bind(communicator),
  async reduceScatter(array, bounds, operation) {
    await communicator.reduceScatter(array, bounds, operation);
    array.fill(Number.NaN, 0, bounds[communicator.rank]);
    array.fill(Number.NaN, bounds[communicator.rank + 1]);
  },
  allGather: communicator.allGather.bind(communicator),
  broadcast: communicator.broadcast.bind(communicator),
  barrier: communicator.barrier.bind(communicator),
  abort: communicator.abort.bind(communicator),
  [Symbol.dispose]: () => communicator[Symbol.dispose](),
});

/** Runs the same on each rank. Errors of ranks are thrown, the first rank's before the others'. */
export const onRanks = <T>(size: number, work: RankWork<T>): Promise<T[]> =>
  Promise.all(inProcess(size).map((communicator, rank) => work(strict(communicator), rank)));

/** The error of each rank. */
export const thrownOn = (size: number, work: RankWork<unknown>): Promise<string[]> =>
  onRanks(size, async (communicator, rank) => {
    try {
      await work(communicator, rank);
    } catch (error) {
      return String(error);
    }
    return "nothing";
  });

/** By parameter. */
export type Values = Readonly<Record<string, FloatArray>>;
export const valuesOf = (net: Net): Values =>
  Object.fromEntries(Object.entries(net).map(([name, { data }]) => [name, data.slice()]));

export type Settings = Omit<DistributedOptions, "communicator">;

/** The argument of `step`, by the names of parameters. */
export type Passed = Readonly<Record<string, GradientSource | null>>;

/** The gradients that ranks pass, and the mean that one process passes. */
export interface Gives {
  onRank(gradients: Gradients, step: number, rank: number): Passed;
  /** The same as whole gradients. */
  kept(gradients: Gradients, step: number, rank: number): Gradients;
  inOneProcess(mean: Gradients, step: number, size: number): Passed;
}

export const whole: Gives = {
  onRank: (gradients) => gradients,
  kept: (gradients) => gradients,
  inOneProcess: (mean) => mean,
};

interface Extent {
  readonly type?: Type;
  readonly steps?: number;
  readonly gives?: Gives;
}

/** The values of a rank after so many steps. */
export async function onRank(
  communicator: Communicator,
  makeRule: () => Rule,
  settings: Settings = {},
  { type = "float32", steps = 5, gives = whole }: Extent = {},
): Promise<Values> {
  const { rank } = communicator;
  // All start from the parameters of rank 0.
  const net = netOf(type, rank + 1);
  using optimizer = optimize(net, makeRule(), { ...settings, communicator });
  for (let step = 1; step <= steps; step++) {
    const own = gradientsOf(step === 1 ? netOf(type) : net, step, rank);
    const inputs = { loss: lossOf(step, rank) };
    // Both ways to pass gradients: in the optimizer's arrays, and as an argument.
    const isWritten = gives === whole && step > 1;
    if (isWritten) {
      const { gradients } = optimizer;
      for (const [name, array] of Object.entries(own)) gradients[name]!.set(array);
    }
    const passed = isWritten ? undefined : gives.onRank(own, step, rank);
    await optimizer.stepAsync(passed as never, inputs);
  }
  return valuesOf(net);
}

/** The values of all ranks after so many steps. */
export const together = (
  size: number,
  makeRule: () => Rule,
  settings: Settings = {},
  extent: Extent = {},
): Promise<Values[]> =>
  onRanks(size, (communicator) => onRank(communicator, makeRule, settings, extent));

/** The values of one process that trains with the means. */
export function inOneProcess(
  size: number,
  makeRule: () => Rule,
  settings: OptimizeOptions = {},
  { type = "float32", steps = 5, gives = whole }: Extent = {},
): Values {
  const net = netOf(type);
  using optimizer = optimize(net, makeRule(), settings);
  const ranks = Array.from({ length: size }, (_, rank) => rank);
  for (let step = 1; step <= steps; step++) {
    const given = ranks.map((rank) => gives.kept(gradientsOf(net, step, rank), step, rank));
    const mean = gives.inOneProcess(meanGradients(given), step, size);
    const [loss] = meanOf(ranks.map((rank) => Float64Array.of(lossOf(step, rank))));
    optimizer.step(mean as never, { loss: loss! });
  }
  return valuesOf(net);
}
