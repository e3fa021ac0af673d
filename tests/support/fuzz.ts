/** Gives readers inputs, and looks at what each takes: time and memory in proportion to its bytes. */
import { getHeapStatistics } from "node:v8";
import fc from "fast-check";

type ErrorClass = abstract new (...given: never) => Error;

/** One reader, the errors that it may throw, and what it is given. */
export interface Target {
  readonly name: string;
  readonly inputs: fc.Arbitrary<unknown>;
  readonly read: (input: never) => unknown;
  readonly errors: readonly ErrorClass[];
}

export function target<T>(
  name: string,
  inputs: fc.Arbitrary<T>,
  read: (input: T) => unknown,
  ...errors: readonly ErrorClass[]
): Target {
  return { name, inputs, read, errors };
}

/** Milliseconds that reading so many bytes may take. */
export const mostTime = (bytes: number): number => 50 + 20e-6 * bytes;

/** Bytes of memory that may be allocated for so many. */
export const mostMemory = (bytes: number): number => 64e6 + 8 * bytes;

/**
 * The machine may do much else: what takes longer is timed again, so often, and the least counts. Only what then takes so
 * many times as long is an error; figures say how many it was.
 */
const [tries, slack] = [10, 4];

/** What came of one input. */
interface Reading {
  readonly isRead: boolean;
  readonly seconds: number;
  /** Bytes more that are in use afterwards, freed ones too unless they were collected meanwhile. */
  readonly bytes: number;
}

const inUse = (): number => {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
};

function once({ read, errors }: Target, input: unknown): Reading {
  const before = inUse();
  const [start, used] = [performance.now(), process.cpuUsage()];
  let isRead = false;
  try {
    read(input as never);
    isRead = true;
  } catch (error) {
    if (!errors.some((each) => error instanceof each)) throw error;
  }
  // Others may have had the processor meanwhile; of its own threads some collect garbage at the same time.
  const { user, system } = process.cpuUsage(used);
  const seconds = Math.min(performance.now() - start, (user + system) / 1000) / 1000;
  return { isRead, seconds, bytes: Math.max(0, inUse() - before) };
}

/** The bytes of an input, or the signs of a text. */
function sizeOf(input: unknown): number {
  const first = Array.isArray(input) ? input[0] : input;
  return (first as string | Uint8Array).length;
}

/**
 * Reads one input, and again, so often, while it takes longer than it may: the least counts.
 * @throws Error where the reader throws one that is not its own
 */
export function measure(target: Target, input: unknown, most = tries): Reading {
  const limit = mostTime(sizeOf(input)) / 1000;
  let least = once(target, input);
  for (let i = 1; i < most && least.seconds > limit; i++) {
    const { seconds, bytes } = once(target, input);
    least = {
      ...least,
      seconds: Math.min(seconds, least.seconds),
      bytes: Math.min(bytes, least.bytes),
    };
  }
  return least;
}

/** @throws Error where it takes more time or memory than inputs of its size may */
function checkedMeasure(target: Target, input: unknown): Reading {
  const size = sizeOf(input);
  const found = measure(target, input);
  const [milliseconds, { bytes }] = [found.seconds * 1000, found];
  if (milliseconds > slack * mostTime(size)) {
    throw new Error(`${size} bytes took ${milliseconds.toFixed(0)} ms, ${tries} times`);
  }
  if (bytes > mostMemory(size)) {
    throw new Error(`${size} bytes took ${(bytes / 1e6).toFixed(0)} MB of memory`);
  }
  return found;
}

/** What the slowest input took, and the largest, of those that were read or refused. */
export interface Fuzzed {
  readonly inputs: number;
  /** Those that were read without an error. */
  readonly accepted: number;
  readonly seconds: number;
  readonly slowest: number;
  /** Of the time that an input of its size may take, the most that one took. */
  readonly share: number;
  /** Bytes of memory. */
  readonly most: number;
}

const shapeOfPrototypes = () =>
  [Object, Array, Function, Map, Uint8Array].map((each) =>
    Reflect.ownKeys(each.prototype).map(String).join(),
  );

/**
 * Gives a reader so many inputs.
 * @throws Error with the input and its seed, where it does anything but return or throw an error of its own, within its
 *   time and memory
 */
export function fuzz(target: Target, numRuns: number, seed: number): Fuzzed {
  const before = shapeOfPrototypes();
  const start = performance.now();
  let [accepted, slowest, share, most] = [0, 0, 0, 0];
  const found = fc.check(
    fc.property(target.inputs, (input) => {
      const { isRead, seconds, bytes } = checkedMeasure(target, input);
      accepted += isRead ? 1 : 0;
      slowest = Math.max(slowest, seconds);
      share = Math.max(share, (1000 * seconds) / mostTime(sizeOf(input)));
      most = Math.max(most, bytes);
    }),
    { numRuns, seed },
  );
  if (found.failed) {
    const input = JSON.stringify(found.counterexample)?.slice(0, 2000);
    const path = `seed ${seed}, path ${found.counterexamplePath}`;
    throw new Error(`${target.name}: ${found.errorInstance} (${path}): ${input}`);
  }
  if (String(shapeOfPrototypes()) !== String(before)) throw new Error("a prototype was changed");
  const all = (performance.now() - start) / 1000;
  return { inputs: numRuns, accepted, seconds: all, slowest, share, most };
}
