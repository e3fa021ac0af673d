/** Runs several ranks with an outer optimizer, each with its own gradients. */
import type { Communicator } from "../../src/distributed/communicator.ts";
import type { OuterOptimizer } from "../../src/distributed/outer/outerOptimizer.ts";
import { outer } from "../../src/distributed/outer.ts";
import { type AnyOptimizer, optimize, parameters, type Rule } from "../../src/index.ts";
import { Ranks } from "../support/ranksInTurn.ts";

export const makeNet = () => {
  const net = parameters({ b: [2], w: [3, 4] }, { type: "float64" });
  for (const { data } of Object.values(net)) data.forEach((_, i) => void (data[i] = Math.cos(i)));
  return net;
};
export type Net = ReturnType<typeof makeNet>;

export const valuesOf = (net: Net): number[] => [...net.b.data, ...net.w.data];

export function setValues(net: Net, values: readonly number[]): void {
  net.b.data.set(values.slice(0, 2));
  net.w.data.set(values.slice(2));
}

/** The gradient of |w - target|² / 2, with a target that depends on the rank and the step. */
export const slope = (net: Net, rank: number, step: number) => {
  const along = (data: Float64Array, from: number) =>
    data.map((p, i) => p - Math.sin((rank + 1) * (7 * step + (i + from) ** 2)));
  return { b: along(net.b.data, 0), w: along(net.w.data, 2) };
};

export interface Rank {
  readonly net: Net;
  readonly optimizer: OuterOptimizer<Net>;
}

export interface RunOptions {
  readonly every: number;
  readonly rule: Rule;
  /** The inner optimizer. */
  readonly make: (net: Net, rank: number) => AnyOptimizer<Net>;
}

export const within = (rule: () => Rule) => (net: Net) => optimize(net, rule());

export function makeRank(communicator: Communicator, { every, rule, make }: RunOptions): Rank {
  const net = makeNet();
  const inner = make(net, communicator.rank);
  return { net, optimizer: outer(inner, { every, rule, communicator }) };
}

export const makeRanks = (size: number, options: RunOptions): Rank[] =>
  new Ranks(size).communicators.map((communicator) => makeRank(communicator, options));

/** Makes the steps of all ranks together, from one step to another. */
export const stepAll = (ranks: readonly Rank[], from: number, to: number): Promise<unknown> =>
  Promise.all(
    ranks.map(async ({ net, optimizer }, rank) => {
      for (let step = from; step <= to; step++) await optimizer.stepAsync(slope(net, rank, step));
    }),
  );
