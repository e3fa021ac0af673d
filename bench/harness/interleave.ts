/**
 * Times several contestants in turn.
 *
 * The machine's speed changes while a benchmark runs: clocks, neighbours, caches. So each round lets every contestant make a
 * few steps, in an order that rotates from round to round, and contestants are compared within a round.
 */

/** Milliseconds: of wall-clock time, and of processor time. */
export interface Times {
  readonly wall: number;
  /** Of all threads, without the time in which other processes ran. */
  readonly cpu: number;
}

/** Something that makes steps. */
export interface Contestant {
  readonly name: string;
  /** Makes `count` steps and returns their time. */
  readonly run: (count: number) => Times | Promise<Times>;
}

export interface InterleaveOptions {
  /** The rounds that count. */
  readonly rounds: number;
  /** The milliseconds that a contestant's turn should take; it makes at least two steps. */
  readonly turn: number;
  /** The milliseconds of steps before the first round, in which engines compile hot code. */
  readonly warmUp: number;
  /** The milliseconds after which a contestant skips the remaining rounds, except for the first three. */
  readonly patience: number;
  readonly onProgress?: (done: number, of: number) => void;
  /** Called if a contestant fails, with the reason: it skips the remaining rounds. */
  readonly onFailure?: (name: string, reason: string) => void;
}

/** The times of a step, one entry for each round; undefined if the contestant skipped it. */
export type Samples = ReadonlyMap<string, readonly (Times | undefined)[]>;

interface Entrant {
  readonly contestant: Contestant;
  readonly steps: number;
  /** The milliseconds of a step during the warm-up. */
  readonly perStep: number;
  readonly samples: (Times | undefined)[];
  spent: number;
  failed: boolean;
}

/** Three rounds, or one if a single step exceeds the patience. */
const fewestRounds = ({ perStep }: Entrant, { patience }: InterleaveOptions): number =>
  perStep > patience ? 1 : 3;

/** Starts both clocks; the result reads them. */
export function startClocks(): () => Times {
  const cpu = process.cpuUsage();
  const wall = performance.now();
  return () => {
    const elapsed = performance.now() - wall;
    const { user, system } = process.cpuUsage(cpu);
    return { wall: elapsed, cpu: (user + system) / 1000 };
  };
}

/** Turns a function that makes a step into one that makes and times several. */
export function timed(step: () => void): Contestant["run"] {
  return (count) => {
    const clocks = startClocks();
    for (let index = 0; index < count; index++) {
      step();
    }
    return clocks();
  };
}

/** Like `timed`, with a preparation before each step that is not timed. */
export function timedAfter(prepare: () => void, step: () => void): Contestant["run"] {
  return (count) => {
    let [wall, cpu] = [0, 0];
    for (let index = 0; index < count; index++) {
      prepare();
      const clocks = startClocks();
      step();
      const times = clocks();
      wall += times.wall;
      cpu += times.cpu;
    }
    return { wall, cpu };
  };
}

/** Like `timed`, for steps that end after their call. */
export function timedAsync(step: () => Promise<void>): Contestant["run"] {
  return async (count) => {
    const clocks = startClocks();
    for (let index = 0; index < count; index++) {
      await step();
    }
    return clocks();
  };
}

/** Like `timed`, for steps that are only queued: the clocks stop when all of them are done. */
export function timedUntil(step: () => void, done: () => Promise<unknown>): Contestant["run"] {
  return async (count) => {
    const clocks = startClocks();
    for (let index = 0; index < count; index++) {
      step();
    }
    await done();
    return clocks();
  };
}

async function prepare(contestant: Contestant, options: InterleaveOptions): Promise<Entrant> {
  const { turn, warmUp } = options;
  let { wall: perStep } = await contestant.run(1);
  for (let spent = perStep, count = 2; spent < warmUp; count *= 2) {
    const steps = Math.min(count, Math.ceil((warmUp - spent) / Math.max(perStep, 1e-5)));
    const { wall } = await contestant.run(steps);
    spent += wall;
    perStep = wall / steps;
  }
  const slow = perStep > turn * 4;
  const steps = slow ? 1 : Math.max(2, Math.ceil(turn / Math.max(perStep, 1e-5)));
  return { contestant, steps, perStep, samples: [], spent: 0, failed: false };
}

/** One contestant's turn; rounds below 0 do not count. */
async function takeTurn(entrant: Entrant, round: number, options: InterleaveOptions) {
  const { contestant, steps, samples } = entrant;
  const enough = round >= fewestRounds(entrant, options) && entrant.spent > options.patience;
  const warmedUp = round < 0 && entrant.perStep > options.patience;
  if (entrant.failed || enough || warmedUp) {
    if (round >= 0) {
      samples.push(undefined);
    }
    return;
  }
  try {
    const { wall, cpu } = await contestant.run(steps);
    entrant.spent += wall;
    if (round >= 0) {
      samples.push({ wall: wall / steps, cpu: cpu / steps });
    }
  } catch (error) {
    // Its samples are not used any more.
    entrant.failed = true;
    options.onFailure?.(contestant.name, (error as Error).message);
  }
}

/** Runs all rounds, after one that does not count. */
export async function interleave(
  contestants: readonly Contestant[],
  options: InterleaveOptions,
): Promise<Samples> {
  const entrants: Entrant[] = [];
  for (const contestant of contestants) {
    try {
      entrants.push(await prepare(contestant, options));
    } catch (error) {
      options.onFailure?.(contestant.name, (error as Error).message);
    }
  }
  for (let round = -1; round < options.rounds; round++) {
    for (let place = 0; place < entrants.length; place++) {
      await takeTurn(entrants[(place + round + 1) % entrants.length]!, round, options);
    }
    options.onProgress?.(round + 1, options.rounds);
  }
  const finished = entrants.filter(({ failed }) => !failed);
  return new Map(finished.map(({ contestant, samples }) => [contestant.name, samples]));
}
