/** The suite for every transport: all ranks run it, in their threads or processes. */
import type {
  Communicator,
  ReduceOperation,
  ReducibleArray,
} from "../../src/distributed/communicator.ts";
import {
  boundsOf,
  classes,
  combinableTypes,
  combined,
  expectSame,
  numbersOf,
  reduceOperations,
  type Type,
  types,
} from "./numbers.ts";

type Check = (ranks: Communicator, sizes: Sizes) => Promise<void>;

/** Lengths of arrays: empty, short, not divisible, and around the sizes at which a transport changes its algorithm. */
const lengths = [0, 1, 3, 17, 1000, 2049];

/** The lengths of arrays for which a transport takes many steps. */
export interface Sizes {
  readonly long: number;
  readonly large: number;
}

/** 280 kB and 1.2 MB of float32, and not divisible. */
const usualSizes: Sizes = { long: 70_001, large: 300_007 };

const ofAll = (ranks: Communicator, type: Type, length: number) =>
  Array.from({ length: ranks.size }, (_, rank) => numbersOf(type, length, rank));

async function checkAllReduce(
  ranks: Communicator,
  type: Type,
  length: number,
  operation: ReduceOperation,
): Promise<void> {
  const arrays = ofAll(ranks, type, length);
  const expected = combined(type, arrays, operation);
  const array = arrays[ranks.rank]!.slice() as ReducibleArray;
  await ranks.allReduce(array, operation);
  expectSame(array, expected, `allReduce of ${length} ${type}, ${operation}`);
}

async function checkReduceScatter(
  ranks: Communicator,
  type: Type,
  bounds: readonly number[],
  operation: ReduceOperation,
): Promise<void> {
  const arrays = ofAll(ranks, type, bounds.at(-1)!);
  const expected = combined(type, arrays, operation);
  const array = arrays[ranks.rank]!.slice() as ReducibleArray;
  const own = [bounds[ranks.rank], bounds[ranks.rank + 1]] as const;
  await ranks.reduceScatter(array, bounds, operation);
  const what = `reduceScatter of ${type} in parts ${bounds}, ${operation}`;
  expectSame(array.subarray(...own), expected.subarray(...own), what);
}

async function checkAllGather(
  ranks: Communicator,
  type: Type,
  bounds: readonly number[],
): Promise<void> {
  const expected = new classes[type](bounds.at(-1)!);
  for (const [rank, numbers] of ofAll(ranks, type, expected.length).entries()) {
    const part = [bounds[rank], bounds[rank + 1]] as const;
    expected.set(numbers.subarray(...part), part[0]);
  }
  const array = numbersOf(type, expected.length, ranks.rank);
  await ranks.allGather(array, bounds);
  expectSame(array, expected, `allGather of ${type} in parts ${bounds}`);
}

async function checkBroadcast(
  ranks: Communicator,
  type: Type,
  length: number,
  root: number,
): Promise<void> {
  const array = numbersOf(type, length, ranks.rank);
  await ranks.broadcast(array, root);
  expectSame(array, numbersOf(type, length, root), `broadcast of ${length} ${type} from ${root}`);
}

/** Special numbers, for which the order of operands may matter. */
const special = [Number.NaN, 0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1, 1e-45];

/** Every pair of special numbers, at every pair of neighbouring ranks; 0.5 elsewhere. */
async function checkSpecial(ranks: Communicator, operation: ReduceOperation): Promise<void> {
  for (const type of ["float32", "float64"] as const) {
    const arrays = ofAll(ranks, type, special.length ** 2 * ranks.size).map((array, rank) =>
      array.fill(0.5).map((half, i) => {
        const pair = Math.floor(i / ranks.size);
        const distance = (rank - (i % ranks.size) + ranks.size) % ranks.size;
        if (distance === 0) return special[pair % special.length]!;
        return distance === 1 ? special[Math.floor(pair / special.length)]! : half;
      }),
    );
    const expected = combined(type, arrays, operation);
    const array = arrays[ranks.rank]!.slice() as ReducibleArray;
    await ranks.allReduce(array, operation);
    expectSame(array, expected, `special numbers, ${operation} of ${type}`);
  }
}

/** Arrays in all kinds of memory: of WebAssembly, shared or not, in a pool of Node's buffers, in the engine's heap. */
async function checkPlaces(ranks: Communicator): Promise<void> {
  const memories = [
    new WebAssembly.Memory({ initial: 2, maximum: 4, shared: true }),
    new WebAssembly.Memory({ initial: 2 }),
  ];
  const expected = combined("float32", ofAll(ranks, "float32", 1001), "sum");
  for (const memory of memories) {
    for (const grown of [0, 1]) {
      memory.grow(grown);
      const whole = new Float32Array(memory.buffer).fill(7);
      const array = whole.subarray(3, 3 + 1001);
      array.set(numbersOf("float32", 1001, ranks.rank));
      await ranks.allReduce(array, "sum");
      expectSame(array, expected, "an array of WebAssembly");
      if (whole[2] !== 7 || whole[1004] !== 7) throw new Error("something else was written too");
    }
  }
  const buffer = Buffer.from([ranks.rank + 1, 9]);
  await ranks.broadcast(buffer, 0);
  expectSame(buffer, new Uint8Array([1, 9]), "a buffer of Node");
}

/** Ranks wait for late ones. */
async function checkBarrier(ranks: Communicator): Promise<void> {
  for (let late = 0; late < ranks.size; late++) {
    const times = new Float64Array(ranks.size);
    if (ranks.rank === late) await new Promise((resolve) => setTimeout(resolve, 10));
    times[ranks.rank] = now();
    await ranks.barrier();
    const after = now();
    await ranks.allGather(
      times,
      Array.from({ length: ranks.size + 1 }, (_, rank) => rank),
    );
    if (after < Math.max(...times)) throw new Error(`rank ${late} was not waited for`);
  }
}

/** Microseconds of the clock that all processes of a machine share. */
const now = (): number => Number(process.hrtime.bigint() / 1000n);

/** Each mistake is refused at the call, before anything is sent. */
async function checkMisuse(ranks: Communicator): Promise<void> {
  const { size } = ranks;
  const floats = new Float32Array(4);
  const bits = new Uint16Array(4) as unknown as ReducibleArray;
  const plain = [1, 2, 3, 4] as unknown as ReducibleArray;
  const bounds = boundsOf(4, size)[0]!;
  const wrongBounds = [
    bounds.slice(1),
    [...bounds.slice(0, -1), 5],
    [1, ...bounds.slice(1)],
    [...bounds, 4],
    [0, ...bounds.slice(1).map((bound) => bound - 0.5)],
    [0, ...bounds.slice(1, -1).map(() => 5), 4],
  ].filter((each) => String(each) !== String(bounds));
  const calls: (() => unknown)[] = [
    () => ranks.allReduce(bits, "sum"),
    () => ranks.allReduce(plain, "sum"),
    () => ranks.allReduce(floats, "mean" as "sum"),
    () => ranks.reduceScatter(bits, bounds, "sum"),
    () => ranks.broadcast(floats, size),
    () => ranks.broadcast(floats, -1),
    () => ranks.broadcast(floats, 0.5),
    () => ranks.broadcast(new DataView(new ArrayBuffer(4)) as unknown as ReducibleArray, 0),
    ...wrongBounds.flatMap((each) => [
      () => ranks.reduceScatter(floats, each, "sum"),
      () => ranks.allGather(floats, each),
    ]),
  ];
  await expectRefused(calls);
  await checkAllReduce(ranks, "float32", 4, "sum");
}

async function expectRefused(calls: readonly (() => unknown)[]): Promise<void> {
  for (const call of calls) {
    const error = await (async () => call())().then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    );
    if (error?.name !== "CommunicatorError") throw new Error(`${call} was not refused: ${error}`);
  }
}

/** The last check: no rank can communicate after it. */
async function checkDisposed(ranks: Communicator): Promise<void> {
  await ranks.barrier();
  ranks[Symbol.dispose]();
  ranks[Symbol.dispose]();
  const floats = new Float32Array(4);
  const bounds = boundsOf(4, ranks.size)[0]!;
  await expectRefused([
    () => ranks.allReduce(floats, "sum"),
    () => ranks.reduceScatter(floats, bounds, "sum"),
    () => ranks.allGather(floats, bounds),
    () => ranks.broadcast(floats, 0),
    () => ranks.barrier(),
  ]);
}

const checks: Readonly<Record<string, Check>> = {
  async allReduce(ranks, { long, large }) {
    for (const type of combinableTypes) {
      for (const length of [...lengths, long]) await checkAllReduce(ranks, type, length, "sum");
      for (const length of [3, 2049]) await checkAllReduce(ranks, type, length, "max");
      for (const length of [3, 2049]) await checkAllReduce(ranks, type, length, "min");
    }
    await checkAllReduce(ranks, "float32", large, "sum");
  },
  async reduceScatter(ranks, { long, large }) {
    for (const type of combinableTypes) {
      for (const bounds of [0, 1, 1003].flatMap((length) => boundsOf(length, ranks.size))) {
        await checkReduceScatter(ranks, type, bounds, "sum");
      }
      const [, uneven] = boundsOf(1003, ranks.size);
      await checkReduceScatter(ranks, type, uneven!, "max");
      await checkReduceScatter(ranks, type, uneven!, "min");
    }
    for (const bounds of boundsOf(long, ranks.size)) {
      await checkReduceScatter(ranks, "float32", bounds, "sum");
    }
    await checkReduceScatter(ranks, "float32", boundsOf(large, ranks.size)[1]!, "sum");
  },
  async allGather(ranks, { large }) {
    for (const type of types) {
      for (const length of [0, 1, 5]) {
        await checkAllGather(ranks, type, boundsOf(length, ranks.size)[0]!);
      }
      for (const bounds of boundsOf(1003, ranks.size)) await checkAllGather(ranks, type, bounds);
    }
    await checkAllGather(ranks, "float32", boundsOf(large, ranks.size)[1]!);
  },
  async broadcast(ranks, { long }) {
    for (const [i, type] of types.entries()) {
      for (const length of lengths) await checkBroadcast(ranks, type, length, i % ranks.size);
    }
    for (let root = 0; root < ranks.size; root++) {
      await checkBroadcast(ranks, "float32", long, root);
    }
  },
  barrier: checkBarrier,
  async "special numbers"(ranks) {
    for (const operation of reduceOperations) await checkSpecial(ranks, operation);
  },
  places: checkPlaces,
  misuse: checkMisuse,
  disposed: checkDisposed,
};

export const checkNames = Object.keys(checks);

/** Runs all checks. If one fails, it ends all ranks. @returns the names of those that passed */
export async function runSuite(
  ranks: Communicator,
  sizes = usualSizes,
): Promise<readonly string[]> {
  const passed: string[] = [];
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check(ranks, sizes);
    } catch (error) {
      ranks.abort(`${name}: ${(error as Error).stack}`);
      throw error;
    }
    passed.push(name);
  }
  return passed;
}
