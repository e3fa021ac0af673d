/**
 * Times several contestants in turn.
 *
 * The machine's speed changes while a benchmark runs: clocks, neighbours, caches. So each round lets
 * every contestant make a few steps, in an order that moves on from round to round, and contestants
 * are compared within a round.
 */

/** Something that makes steps. */
export interface Contestant {
  readonly name: string;
  /** Makes `count` steps and returns the milliseconds that they took. */
  readonly run: (count: number) => number | Promise<number>;
}

export interface InterleaveOptions {
  /** Rounds that count. */
  readonly rounds: number;
  /** Milliseconds that a contestant's turn should take; it makes two steps at least. */
  readonly turn: number;
  /** Milliseconds of steps before the first round, so that engines have compiled what is hot. */
  readonly warmUp: number;
  /** Milliseconds after which a contestant sits the remaining rounds out, but three. */
  readonly patience: number;
  readonly onProgress?: (done: number, of: number) => void;
}

/** Milliseconds a step, a round an entry; undefined where a contestant sat out. */
export type Samples = ReadonlyMap<string, readonly (number | undefined)[]>;

interface Entrant {
  readonly contestant: Contestant;
  readonly steps: number;
  readonly samples: (number | undefined)[];
  spent: number;
}

const fewestRounds = 3;

/** Makes a function that makes a step into one that makes and times several. */
export function timed(step: () => void): Contestant["run"] {
  return (count) => {
    const start = performance.now();
    for (let index = 0; index < count; index++) {
      step();
    }
    return performance.now() - start;
  };
}

/** The same for steps that end later than their call. */
export function timedAsync(step: () => Promise<void>): Contestant["run"] {
  return async (count) => {
    const start = performance.now();
    for (let index = 0; index < count; index++) {
      await step();
    }
    return performance.now() - start;
  };
}

async function prepare(contestant: Contestant, options: InterleaveOptions): Promise<Entrant> {
  let perStep = await contestant.run(1);
  for (let spent = perStep, count = 1; spent < options.warmUp; count = Math.min(2 * count, 1024)) {
    const turn = await contestant.run(count);
    spent += turn;
    perStep = turn / count;
  }
  const slow = perStep > options.turn * 4;
  const steps = slow ? 1 : Math.max(2, Math.ceil(options.turn / perStep));
  return { contestant, steps, samples: [], spent: 0 };
}

/** Runs all rounds, after one that does not count. */
export async function interleave(
  contestants: readonly Contestant[],
  options: InterleaveOptions,
): Promise<Samples> {
  const entrants: Entrant[] = [];
  for (const contestant of contestants) {
    entrants.push(await prepare(contestant, options));
  }
  for (let round = -1; round < options.rounds; round++) {
    for (let place = 0; place < entrants.length; place++) {
      const entrant = entrants[(place + round + 1) % entrants.length]!;
      const { contestant, steps, samples } = entrant;
      if (round >= fewestRounds && entrant.spent > options.patience) {
        samples.push(undefined);
        continue;
      }
      const time = await contestant.run(steps);
      entrant.spent += time;
      if (round >= 0) {
        samples.push(time / steps);
      }
    }
    options.onProgress?.(round + 1, options.rounds);
  }
  return new Map(entrants.map(({ contestant, samples }) => [contestant.name, samples]));
}
