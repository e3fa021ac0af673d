/** Calls readers with random inputs, and checks that time and memory are proportional to the input's bytes. */
import { getHeapStatistics } from "node:v8";
import fc from "fast-check";

type ErrorClass = abstract new (...given: never) => Error;

/** A reader, the errors that it may throw, and its inputs. */
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

/** The milliseconds that reading so many bytes may take. */
export const mostTime = (bytes: number): number => 50 + 20e-6 * bytes;

/** The bytes of memory that may be allocated for so many bytes. */
export const mostMemory = (bytes: number): number => 64e6 + 8 * bytes;

/**
 * On a busy machine, a slow reading is timed again, up to so many times, and the minimum counts. It is only an error if that
 * exceeds the
 * limit by so large a factor; the figures report the time itself.
 */
const [tries, slack] = [10, 4];

/** The outcome of one input. */
interface Reading {
  readonly isRead: boolean;
  readonly seconds: number;
  /** The growth of memory, which includes freed bytes unless they were collected meanwhile. */
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
  // Processor time, because other processes may have run. It includes the threads that collect garbage at the same time.
  const { user, system } = process.cpuUsage(used);
  const seconds = Math.min(performance.now() - start, (user + system) / 1000) / 1000;
  return { isRead, seconds, bytes: Math.max(0, inUse() - before) };
}

/** The bytes of an input, or the characters of a text. */
function sizeOf(input: unknown): number {
  const first = Array.isArray(input) ? input[0] : input;
  return (first as string | Uint8Array).length;
}

/**
 * Reads one input, and reads it again, up to so many times, while it takes longer than allowed: the minimum counts.
 * @throws Error if the reader throws an error that is not its own
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

/** @throws Error if it takes more time or memory than inputs of its size may */
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

/** The time of the slowest input and the memory of the largest, among all that were read or refused. */
export interface Fuzzed {
  readonly inputs: number;
  /** The inputs that were read without an error. */
  readonly accepted: number;
  readonly seconds: number;
  readonly slowest: number;
  /** The largest time, as a fraction of what an input of its size may take. */
  readonly share: number;
  /** The largest memory in bytes. */
  readonly most: number;
}

const shapeOfPrototypes = () =>
  [Object, Array, Function, Map, Uint8Array].map((each) =>
    Reflect.ownKeys(each.prototype).map(String).join(),
  );

/**
 * Gives a reader so many inputs.
 * @throws Error with the input and its seed, if the reader does not return or throw an error of its own within its time and
 * memory
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
