/** Computes each minibatch in parts of a fixed size, so that a run does not depend on the number of processes. */
import type * as library from "gradus";
import type { ReducibleArray } from "gradus/distributed";
import type { BatchPart, Task, Training } from "gradus/tasks";
import { reduceInto, treeReduce } from "../../../src/distributed/reduce.ts";
import { UsageError } from "../errors.ts";

/** This process, as one of several that share minibatches. */
interface Rank {
  readonly rank: number;
  readonly size: number;
}

interface Divided {
  readonly batch: number;
  /** The number of micro-batches of a minibatch, a power of two. Default: one for each rank. */
  readonly microBatches?: number | undefined;
}

/**
 * The micro-batches of each minibatch that this process computes; undefined stands for the whole minibatch.
 * @throws {UsageError} if the minibatch cannot be divided evenly
 */
export function microBatchesOf(
  { name, splitsBatches }: Pick<Task, "name" | "splitsBatches">,
  { batch, microBatches }: Divided,
  { rank, size }: Rank,
): readonly (BatchPart | undefined)[] {
  const count = microBatches ?? size;
  if (count % size !== 0) {
    throw new UsageError(
      `--micro-batches ${count} cannot be shared evenly by ${size} ranks: use a power of two of ranks, at most ${count}`,
    );
  }
  if (count === 1) return [undefined];
  if (!splitsBatches) {
    throw new UsageError(
      `${name} cannot be trained on several ranks or in micro-batches, because it does not split minibatches (a task that does sets \`splitsBatches\`)`,
    );
  }
  if (batch % count !== 0) {
    const parts =
      microBatches === undefined ? `over ${count} ranks` : `into ${count} micro-batches`;
    throw new UsageError(
      `a minibatch of ${batch} cannot be split evenly ${parts}: make --batch a multiple of ${count}`,
    );
  }
  const each = count / size;
  return Array.from({ length: each }, (_, i) => ({ index: rank * each + i, count }));
}

type Library = Pick<typeof library, "optimize" | "optimizers">;

/** Arrays by the names of parameters. */
type Arrays = Readonly<Record<string, Float32Array | Float64Array>>;

/** Another run of the task, which only computes gradients and makes no steps. */
function follower(training: Training, { optimize, optimizers }: Library, threads: Threads) {
  const optimizer = optimize(training.parameters, optimizers.sgd(), threads);
  training.attach(optimizer);
  const parameters = Object.entries(optimizer.parameters as Record<string, library.Parameter>);
  return { training, parameters, gradients: optimizer.gradients as Arrays };
}

type Threads = Pick<library.OptimizeOptions, "threads">;

/**
 * Makes one run of several, each of which computes one micro-batch. Losses and gradients are added in the same tree as those of ranks, and
 * divided exactly, by a power of two. So the mean has the same bits on any number of ranks.
 * @param trainings runs with equal parameters; those of the first one are trained
 * @throws {UsageError} if the task keeps parameters in 16 bits, because sums would be rounded
 */
export function inMicroBatches(
  trainings: readonly [Training, ...Training[]],
  library: Library,
  threads: Threads,
): Training {
  const [first, ...others] = trainings;
  if (others.length === 0) return first;
  const followers = others.map((training) => follower(training, library, threads));
  let trained: Readonly<Record<string, library.Parameter>> = {};
  let gradients: Arrays = {};
  return {
    parameters: first.parameters,
    attach(optimizer) {
      first.attach(optimizer);
      trained = optimizer.parameters as typeof trained;
      gradients = optimizer.gradients as Arrays;
      if (Object.values(trained).some((parameter) => "storage" in parameter && parameter.storage)) {
        throw new UsageError("--micro-batches: the task keeps its parameters in 16 bits");
      }
    },
    gradients(step) {
      const losses = [first.gradients(step)];
      for (const { training, parameters } of followers) {
        for (const [name, { data }] of parameters) data.set(trained[name]!.data);
        losses.push(training.gradients(step));
      }
      for (const [name, own] of Object.entries(gradients)) {
        const parts = followers.map((each) => each.gradients[name]!);
        treeReduce<ReducibleArray>([own, ...parts], (left, right) =>
          reduceInto(left, right, "sum"),
        );
        for (let i = 0; i < own.length; i++) own[i]! /= trainings.length;
      }
      return treeReduce(losses, (left, right) => left + right) / trainings.length;
    },
    evaluate: () => first.evaluate(),
  };
}
