/**
 * States that are rounded by drawing: one of the two numbers that a value is between, in the mean the value, the same bits in
 * every compiler, on any number of threads, wherever arrays lie and after a resume.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  adam,
  type Backend,
  bfloat16,
  block8,
  chain,
  defineOptimizer,
  ema,
  float16,
  javascript,
  noisySgd,
  optimize,
  optimizers,
  parameters,
  type Rule,
  type Storage,
  stochastic,
  webassembly,
} from "../../src/index.ts";
import { expectSameBits } from "../support/bits.ts";
import { drawnArrays as arrays, drawn as stored } from "../support/drawn.ts";
import { runs } from "../support/properties.ts";
import { decoded, encoded, storages } from "../support/storages.ts";
import { mapped, netOf, number, train } from "../support/stored.ts";

const backends = [javascript, webassembly];
const named = storages.map((storage) => [storage.name, storage] as const);

describe.each(named)("%s", (_, storage) => {
  it("has the same bits in every compiler", () => {
    fc.assert(
      fc.property(arrays, fc.nat(), (numbers, seed) => {
        const [first, ...others] = backends.map((each) => stored(storage, numbers, each, seed));
        for (const other of others) expectSameBits(other, first!, (i) => `${numbers[i]}`);
      }),
      runs(40),
    );
  });

  it("keeps one of the two that a number is between", () => {
    fc.assert(
      fc.property(arrays, fc.nat(), (numbers, seed) => {
        const found = decoded(storage, stored(storage, numbers, webassembly, seed));
        const nearest = decoded(storage, encoded(storage, numbers));
        const pairs = [...around(storage, numbers)];
        for (const [i, value] of numbers.entries()) {
          const [low, high] = pairs[i]!;
          if (Object.is(found[i], nearest[i])) continue;
          const isEither = found[i] === low || found[i] === high;
          const isBetween = low < value && value < high && Number.isFinite(found[i]);
          if (!isEither || !isBetween) throw new Error(`${value} became ${found[i]}`);
        }
      }),
      runs(20),
    );
  });

  it("moves no number that it has, whatever is drawn", () => {
    fc.assert(
      fc.property(arrays, fc.nat(), (numbers, seed) => {
        const kept = decoded(storage, encoded(storage, numbers.filter(Number.isFinite)));
        fc.pre(kept.length > 0);
        expectSameBits(decoded(storage, stored(storage, kept, webassembly, seed)), kept, "kept");
      }),
      runs(20),
    );
  });

  it("is the number in the mean of 100,000", () => {
    const count = 100_000;
    // Blocks keep numbers relative to their largest: 1.01, once in each. Near it the mean itself is off by more.
    const values = [0.1, -0.07, 1.3e-3, ...(storage.blocks ? [] : [1 / 3, 1.0041])];
    for (const value of values) {
      const isLargest = (i: number) => storage.blocks !== undefined && i % 256 === 0;
      const numbers = Float32Array.from({ length: count }, (_, i) => (isLargest(i) ? 1.01 : value));
      const found = decoded(storage, stored(storage, numbers)).filter((_, i) => !isLargest(i));
      const mean = found.reduce((sum, each) => sum + each, 0) / found.length;
      const unit = storage.blocks ? 1 : Math.abs(value);
      expect(Math.abs(mean - Math.fround(value))).toBeLessThan(3e-5 * unit);
      expect(new Set(found).size).toBe(2);
    }
  });
});

/** All numbers of a storage, from the least to the largest; of blocks those of the block of an element. */
function numbersOf({ encoding, blocks }: Storage, numbers: Float32Array, at: number): Float32Array {
  if (encoding) {
    const all = Float32Array.from({ length: 0x10000 }, (_, bits) => encoding.decode(bits));
    return all.filter((each) => !Number.isNaN(each)).sort();
  }
  const { length, head, encode, decode } = blocks!;
  const bytes = Uint8Array.from({ length: head + length }, (_, byte) => byte - head);
  encode(
    numbers.slice(at, at + length),
    bytes.subarray(0, head + Math.min(length, numbers.length - at)),
  );
  for (let code = 0; code < length; code++) bytes[head + code] = code;
  const found = new Float32Array(length);
  decode(bytes, found);
  return found.sort();
}

/** The numbers of a storage around each of an array, which are its own if it has it. */
function* around(storage: Storage, numbers: Float32Array): Iterable<[low: number, high: number]> {
  let all: Float32Array = new Float32Array();
  for (const [i, value] of numbers.entries()) {
    if (i % (storage.blocks?.length ?? numbers.length) === 0) all = numbersOf(storage, numbers, i);
    let [from, to] = [0, all.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (all[middle]! < value) from = middle + 1;
      else to = middle;
    }
    const high = all[from] ?? Number.POSITIVE_INFINITY;
    yield [high === value ? high : (all[from - 1] ?? Number.NEGATIVE_INFINITY), high];
  }
}

describe("draws", () => {
  const half = new Float32Array(4096).fill(1 + 2 ** -8);
  const ups = (bits: ArrayLike<number>) => Array.from(bits, (each) => each - 0x3f80);

  it("are independent of those of other elements, other seeds and other states", () => {
    const first = ups(stored(bfloat16, half));
    expect(new Set(first)).toEqual(new Set([0, 1]));
    const share = (other: readonly number[]) =>
      other.reduce((sum, each, i) => sum + Number(each === first[i]), 0) / other.length;
    for (const by of [1, 2, 3, 4, 5, 8, 12, 16, 64]) {
      expect(Math.abs(share([...first.slice(by), ...first.slice(0, by)]) - 0.5)).toBeLessThan(0.04);
    }
    expect(Math.abs(share(ups(stored(bfloat16, half, webassembly, 1))) - 0.5)).toBeLessThan(0.04);
    const two = defineOptimizer({
      ...{ name: "two", hyper: {}, state: { m: 0, v: 0 } },
      rule: "m = g\nv = g\np = p - 0.5 * g",
    });
    using optimizer = optimize(netOf({ w: [4096] }), two(), {
      storage: { state: stochastic(bfloat16) },
    });
    const drawn = () => {
      optimizer.step({ w: half });
      return mapped(optimizer.state().parameters["w"]!, ups);
    };
    const [at1, at2] = [drawn(), drawn()] as [Record<string, number[]>, Record<string, number[]>];
    const alike = (a: number[], b: number[]) =>
      a.reduce((sum, each, i) => sum + Number(each === b[i]), 0) / a.length;
    expect(Math.abs(alike(at1["two.m"]!, at1["two.v"]!) - 0.5)).toBeLessThan(0.04);
    expect(Math.abs(alike(at1["two.m"]!, at2["two.m"]!) - 0.5)).toBeLessThan(0.04);
  });

  it("leave those of the rule's own as they are", () => {
    const value = (storage?: Storage) => {
      const net = netOf({ w: [37] });
      using optimizer = optimize(net, chain(noisySgd(), ema(0.9)), {
        ...(storage && { storage: { state: { average: storage } } }),
      });
      optimizer.step({ w: new Float32Array(37) });
      return net.w.data;
    };
    expect(value(stochastic(bfloat16))).toEqual(value());
  });
});

const shapes = { a: [37], w: [5, 7], none: [0], long: [1300], k: [2, 3, 4], one: [] } as const;

describe.each(named)("every optimizer with states drawn in %s", (_, storage) => {
  const all = Object.entries<() => Rule>(optimizers as never);
  const options = (backend: Backend) =>
    ({ backend, nonFinite: "allow", storage: { state: stochastic(storage) } }) as const;

  it.each(all)("%s", (_, make) => {
    const [first, second] = [javascript, webassembly].map((backend) =>
      train(make(), options(backend), netOf(shapes), 3),
    );
    expect(second).toEqual(first);
  });
});

describe("the same bits", () => {
  const long = { w: [400, 251], b: [5] } as const;
  const kinds = [bfloat16, { ...block8, least: 0 }].map(
    (storage) => [storage.name, { storage: { state: stochastic(storage) } }] as const,
  );

  it.each(kinds)("on two threads: %s", (_, options) => {
    const net = () => netOf(long);
    expect(train(adam(), { ...options, threads: 2 }, net(), 2)).toEqual(
      train(adam(), options, net(), 2),
    );
  });

  it.each(kinds)("of arrays that lie elsewhere, or in another order: %s", (_, options) => {
    const own = netOf(long);
    const foreign = mapped(own, ({ data, shape }) => ({ data: data.slice(), shape }));
    const found = train(adam(), options, own, 2);
    expect(train(adam(), options, foreign, 2)).toEqual(found);
    expect(train(adam(), options, netOf({ b: [5], w: [400, 251] }), 2)).toEqual(found);
  });

  it.each(kinds)("after a resume: %s", (_, options) => {
    const run = (stops: boolean) => {
      const net = netOf(long);
      let optimizer = optimize(net, adam(), { ...options, seed: 5 });
      for (let t = 1; t <= 4; t++) {
        if (t === 3 && stops) {
          const state = optimizer.state();
          optimizer.dispose();
          optimizer = optimize(net, adam(), { ...options, seed: 5, threads: 1 });
          optimizer.restore(structuredClone(state));
        }
        optimizer.step(mapped(net, ({ data }) => data.map((_, i) => number(i, t))) as never);
      }
      const state = optimizer.state().parameters;
      optimizer.dispose();
      return { state, w: net.w.data };
    };
    expect(run(true)).toEqual(run(false));
  });
});

describe("a mean with a decay of 0.999", () => {
  const mean = defineOptimizer({
    ...{ name: "mean", hyper: {}, state: { v: 0 } },
    rule: "v = 0.999 * v + 0.001 * g\np = p - 0.001 * g",
  });

  /** What it comes to of ones, then of hundredths, and of an element that has ones throughout. */
  function follow(storage: Storage): number[] {
    const net = parameters({ w: [512] });
    using optimizer = optimize(net, mean(), { threads: 1, storage: { state: storage } });
    const average = () => {
      const all = decoded(storage, optimizer.state().parameters["w"]!["mean.v"]!);
      return all.slice(0, 255).reduce((sum, each) => sum + each, 0) / 255;
    };
    const w = new Float32Array(512).fill(1);
    for (let t = 0; t < 5000; t++) optimizer.step({ w });
    const high = average();
    w.fill(0.01, 0, 255);
    for (let t = 0; t < 5000; t++) optimizer.step({ w });
    return [high, average()];
  }

  it.each([
    ["bfloat16", bfloat16, 0.25, 0.25],
    ["block8", { ...block8, least: 0 }, 0.993, 1],
  ] as const)(
    "follows if it is drawn, and stands still if it is the nearest: %s",
    (_, storage, rises, falls) => {
      const [up, down] = [1 - 0.999 ** 5000, 0.01 + 0.99 * 0.999 ** 5000];
      const [high, low] = follow(stochastic<Storage>(storage));
      expect(Math.abs(high! - up)).toBeLessThan(0.01);
      expect(Math.abs(low! - down)).toBeLessThan(0.005);
      const [stays, isLeft] = follow(storage);
      expect(stays).toBeCloseTo(rises, 2);
      expect(isLeft).toBeCloseTo(falls, 2);
    },
  );
});

it("float16 and blocks without a say in it", () => {
  expect(stochastic(float16)).toBe(stochastic(float16));
  const { drawn: _, ...blocks } = block8.blocks!;
  expect(() => stochastic({ ...block8, blocks })).toThrow(/do not say how `drawn`/);
});
