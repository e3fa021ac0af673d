import { createRandom } from "./random.ts";
import { requireInteger } from "./require-integer.ts";

/** Shuffled minibatches without end, epoch after epoch. */
export interface Batches {
  /** Example numbers in a batch. */
  readonly size: number;
  /** Batches in an epoch: `floor(count / size)`. The examples left over sit that epoch out. */
  readonly stepsPerEpoch: number;
  /** Batches taken so far. A run that resumes sets it to what it was: nothing is replayed. */
  step: number;
  /** The epoch, from 0, that the next batch belongs to. */
  readonly epoch: number;
  /**
   * The example numbers of the next batch. Each call returns the same array with new contents,
   * so copy it to keep it.
   */
  next(): Uint32Array;
}

/** Which examples make up a batch, and in which order they come. */
export interface BatchesOptions {
  /** Examples in the data set, from 1 to 2^32 - 1. */
  readonly count: number;
  /** Examples in a batch, from 1 to `count`. */
  readonly size: number;
  /** An integer from 0 to 2^53 - 1. */
  readonly seed: number;
}

/**
 * A cursor over shuffled minibatches. Each epoch is a fresh permutation of `0 ... count - 1`, derived from the
 * seed and the number of the epoch alone, so that a position is just a number of steps.
 * An option out of its range is a `RangeError`.
 *
 * @example
 * const cursor = batches({ count: 5, size: 2, seed: 1 });
 * cursor.stepsPerEpoch; // 2: one example sits each epoch out
 * const first = cursor.next().slice();
 * cursor.next();
 * console.log(cursor.step, cursor.epoch); // 2, 1
 * cursor.step = 0; // as a run that resumes sets it
 * cursor.next().every((example, i) => example === first[i]); // true
 */
export function batches({ count, size, seed }: BatchesOptions): Batches {
  requireInteger("count", count, 1, 2 ** 32 - 1);
  requireInteger("size", size, 1, count);
  requireInteger("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  const stepsPerEpoch = Math.floor(count / size);
  const order = new Uint32Array(count);
  const batch = new Uint32Array(size);
  let step = 0;
  let orderedEpoch = -1;

  const epochOf = (position: number) => Math.floor(position / stepsPerEpoch);

  return {
    size,
    stepsPerEpoch,
    get step() {
      return step;
    },
    set step(position) {
      requireInteger("step", position, 0, Number.MAX_SAFE_INTEGER);
      step = position;
    },
    get epoch() {
      return epochOf(step);
    },
    next() {
      const epoch = epochOf(step);
      if (epoch !== orderedEpoch) {
        for (let index = 0; index < count; index++) order[index] = index;
        createRandom(seed, epoch).shuffle(order);
        orderedEpoch = epoch;
      }
      const start = (step - epoch * stepsPerEpoch) * size;
      for (let index = 0; index < size; index++) batch[index] = order[start + index]!;
      step++;
      return batch;
    },
  };
}
