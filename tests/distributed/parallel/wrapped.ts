/** A rank, `wrapped.mjs FOLDER SHARD_STATE`: wrappers around and within distributed optimizers, each with its final values. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { serialize } from "node:v8";
import type { Communicator } from "../../../src/distributed/communicator.ts";
import { connect, dataParallel } from "../../../src/distributed/index.ts";
import {
  type AnyOptimizer,
  accumulate,
  adam,
  chain,
  clipByGlobalNorm,
  type DistributedOptions,
  ema,
  galore,
  lossScale,
  optimize,
  privatize,
  type Rule,
  sam,
  sgd,
  unscale,
} from "../../../src/index.ts";
import { gradientsOf, lossOf, type Net, netOf, type Values, valuesOf } from "./training.ts";

type Step = Pick<AnyOptimizer, "dispose"> & { step: (...given: never[]) => unknown };
type Make = (net: Net) => Step;

const rule = () => chain(clipByGlobalNorm(1), adam({ lr: 0.1 })) as Rule;
const quiet = { examples: 2, clip: 0.5, noiseMultiplier: 0, seed: 1 };

/** Makes the wrapped optimizers of each rank, with further options for `optimize`. */
const made: Readonly<Record<string, (options: DistributedOptions) => Make>> = {
  plain: (options) => (net) => optimize(net, rule(), options),
  accumulate: (options) => (net) =>
    accumulate(net, (own) => optimize(own, rule(), options), { steps: 2 }),
  privatize: (options) => (net) => privatize(net, (own) => optimize(own, rule(), options), quiet),
  sam: (options) => (net) => {
    const optimizer = sam(optimize(net, rule(), options), { rho: 0.5 });
    const step = (gradients: never) => optimizer.step(() => ({ gradients }));
    return { step, dispose: () => optimizer.inner.dispose() };
  },
  galore:
    ({ communicator }) =>
    (net) =>
      dataParallel(
        galore(net, adam({ lr: 0.1 }), { rank: 2, every: 2 }),
        communicator as Communicator,
      ),
};

/** The values of a rank after six steps. */
function train(make: Make, rank: number): Values {
  const net = netOf();
  const optimizer = make(net);
  for (let step = 1; step <= 6; step++) {
    optimizer.step(...([gradientsOf(net, step, rank), { loss: lossOf(step, rank) }] as never[]));
  }
  optimizer.dispose();
  return valuesOf(net);
}

/** Loss scales that each rank updates itself: they stay equal. */
function scaled(options: DistributedOptions, rank: number): readonly number[] {
  const net = netOf();
  const scale = lossScale({ initial: 4, growthInterval: 2 });
  using optimizer = optimize(net, chain(unscale(scale), adam()) as Rule, {
    ...options,
    nonFinite: "skip",
  });
  return [1, 2, 3, 4, 5].map((step) => {
    const gradients = gradientsOf(net, step, rank);
    if (step === 3 && rank === 1) gradients["a"]![0] = Number.POSITIVE_INFINITY;
    scale.observe(optimizer.step(gradients as never));
    return scale();
  });
}

/** A micro-step that is not finite on one rank: the update is skipped on all. */
function leftOut(options: DistributedOptions, rank: number): readonly unknown[] {
  const net = netOf();
  const make = (own: Net) => optimize(own, rule(), { ...options, nonFinite: "skip" });
  using optimizer = accumulate(net, make as never, { steps: 2, nonFinite: "skip" });
  const updated = [1, 2, 3, 4].map((step) => {
    const gradients = gradientsOf(net, step, rank);
    if (step === 1 && rank === 1) gradients["a"]![0] = Number.NaN;
    const report = optimizer.step(gradients as never);
    return [report.updated, report.skipped, optimizer.pending];
  });
  return [updated, optimizer.steps, optimizer.skippedSteps, valuesOf(net)];
}

/** The distance that noise moves the weights, with a rule that is only noise. */
function noise(options: DistributedOptions): number {
  const net = netOf("float64");
  const before = valuesOf(net);
  const make = (own: Net) => optimize(own, sgd({ lr: 1 }) as Rule, options);
  using optimizer = privatize(net, make as never, { ...quiet, clip: 1, noiseMultiplier: 8 });
  const zero = Object.fromEntries(
    Object.entries(before).map(([name, array]) => [name, array.map(() => 0)]),
  );
  for (let i = 0; i < 2; i++) optimizer.step(zero as never);
  const moves = Object.entries(valuesOf(net)).flatMap(([name, array]) =>
    [...array].map((value, i) => value - before[name]![i]!),
  );
  return Math.sqrt(moves.reduce((sum, x) => sum + x * x, 0) / moves.length);
}

/** The output of a rank. */
export interface Answer {
  readonly values: Readonly<Record<string, Values>>;
  readonly scales: readonly number[];
  readonly leftOut: readonly unknown[];
  readonly noise: number;
  readonly weights: Values;
}

/** The weights to evaluate, and the parameters afterwards. */
function evaluated(options: DistributedOptions, rank: number): Values {
  const net = netOf();
  using optimizer = optimize(net, chain(adam({ lr: 0.1 }), ema(0.5)) as Rule, options);
  for (const step of [1, 2]) optimizer.step(gradientsOf(netOf(), step, rank) as never);
  const trained = JSON.stringify(valuesOf(net));
  const weights = optimizer.evaluationWeights();
  if (JSON.stringify(valuesOf(net)) !== trained) throw new Error("parameters are not back");
  return { ...weights } as Values;
}

function answer(options: DistributedOptions, rank: number): Answer {
  const entries = Object.entries(made).map(([name, make]) => [name, train(make(options), rank)]);
  return {
    values: Object.fromEntries(entries),
    scales: scaled(options, rank),
    leftOut: leftOut(options, rank),
    noise: noise(options),
    weights: evaluated(options, rank),
  };
}

const [folder, shardState] = process.argv.slice(2) as [string, string];
const communicator = await connect();
const { rank } = communicator;
const answered = answer({ communicator, shardState: shardState === "true" }, rank);
writeFileSync(join(folder, `${rank}`), serialize(answered));
