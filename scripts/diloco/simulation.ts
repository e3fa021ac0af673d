/** Trains on many simulated ranks, each with its shard of the images, and measures the results. */
import { fashionMlp } from "../../cli/src/tasks/fashion-mlp.ts";
import { outer } from "../../src/distributed/outer.ts";
import {
  type AnyOptimizer,
  adamw,
  cosine,
  nesterov,
  optimize,
  type ParameterSource,
  type Rule,
  sgd,
} from "../../src/index.ts";
import type { Training } from "../../src/tasks/task.ts";
import { Ranks } from "../../tests/support/ranksInTurn.ts";
import { withShards } from "./shards.ts";

/** The examples that all ranks process together, and those of one rank's step. */
export const examples = 128_000;
export const batch = 8;
/** One layer of 32 units, so that many ranks can take turns on one core. */
const settings = { ...fashionMlp.defaults.settings, hidden: [32] };
/** The learning rate of the inner AdamW, which falls to 0 along a cosine. */
export const rate = 1e-3;

export const outerRules = {
  DiLoCo: () => nesterov({ lr: 0.7, momentum: 0.9 }) as Rule,
  "local SGD": () => sgd({ lr: 1 }) as Rule,
} as const;

export interface Run {
  readonly ranks: number;
  /** Inner steps for each outer one; 0 if ranks add up the gradients of each step. */
  readonly every: number;
  readonly rule: keyof typeof outerRules | "none";
  readonly seed: number;
}

export interface Outcome {
  /** The mean cross-entropy of all training images. */
  readonly loss: number;
  /** The accuracy on the test images. */
  readonly accuracy: number;
}

type MakeTraining = (run: { seed: number; batch: number }) => Training;

/** Creates a task's training runs, on all images or those of a folder. */
async function trainingsOf(folder?: string): Promise<MakeTraining> {
  const make = await fashionMlp.load(folder);
  return (run) => make({ ...run, settings });
}

const shards = new Map<number, Promise<MakeTraining[]>>();
const whole = trainingsOf();

function shardsOf(ranks: number): Promise<MakeTraining[]> {
  const known =
    shards.get(ranks) ?? withShards(ranks, (folders) => Promise.all(folders.map(trainingsOf)));
  shards.set(ranks, known);
  return known;
}

const within = (parameters: ParameterSource, steps: number, peak: number) =>
  optimize(parameters, adamw({ lr: cosine({ initial: peak, steps }) }), { threads: 1 });

const attach = (training: Training, optimizer: AnyOptimizer): void =>
  training.attach(optimizer as Parameters<Training["attach"]>[0]);

/** Evaluates weights on all images. */
async function judge(weights: ParameterSource): Promise<Outcome> {
  const large = 2000;
  const training = (await whole)({ seed: 0, batch: large });
  using optimizer = optimize(training.parameters, sgd(), { threads: 1 });
  attach(training, optimizer);
  for (const [name, { data }] of Object.entries(optimizer.parameters)) {
    data.set((weights[name] as { data: Float32Array }).data);
  }
  // An epoch: each image once.
  const losses = [1, 2, 3, 4, 5, 6].map((step) => training.gradients(step));
  return { loss: losses.reduce((a, b) => a + b) / losses.length, accuracy: training.evaluate() };
}

/** One process that sees as many examples, in batches as large as those of all ranks together. */
async function alone({ ranks, seed }: Run): Promise<Outcome> {
  const training = (await whole)({ seed, batch: batch * ranks });
  const steps = Math.floor(examples / batch / ranks);
  // The noise of a mean falls with the square root of the number of examples.
  using optimizer = within(training.parameters, steps, rate * Math.sqrt(ranks));
  attach(training, optimizer);
  for (let step = 1; step <= steps; step++) {
    training.gradients(step);
    optimizer.step();
  }
  return judge(training.parameters);
}

async function together({ ranks, every, rule, seed }: Run): Promise<Outcome> {
  const makers = await shardsOf(ranks);
  const steps = Math.floor(examples / batch / ranks);
  const { communicators } = new Ranks(ranks);
  const trainings = await Promise.all(
    communicators.map(async (communicator, rank) => {
      // Each rank has its own order of examples; all start with the weights of the first.
      const training = makers[rank]!({ seed: 1000 * seed + rank, batch });
      const optimizer = outer(within(training.parameters, steps, rate), {
        ...{ every, rule: outerRules[rule as keyof typeof outerRules](), communicator },
      });
      attach(training, optimizer);
      await optimizer.beginAsync();
      for (let step = 1; step <= steps; step++) {
        training.gradients(step);
        await optimizer.stepAsync();
      }
      await optimizer.flushAsync();
      optimizer.dispose();
      return training;
    }),
  );
  return judge(trainings[0]!.parameters);
}

export const simulate = (run: Run): Promise<Outcome> =>
  run.rule === "none" ? alone(run) : together(run);
