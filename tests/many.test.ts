/** Thousands of parameters, and thousands of optimizers. */
import { describe, expect, test } from "vitest";
import { chain } from "../src/define.ts";
import { adam } from "../src/optimizers/adam.ts";
import { sgd } from "../src/optimizers/sgd.ts";
import { FreeRanges } from "../src/runtime/memory/freeRanges.ts";
import { memoryOf } from "../src/runtime/memory/memory.ts";
import { optimize } from "../src/runtime/optimize.ts";
import { parameters } from "../src/runtime/parameters.ts";
import { reduceOnPlateau } from "../src/schedules/reduceOnPlateau.ts";
import { clipByGlobalNorm } from "../src/transforms/clipByGlobalNorm.ts";
import { growsLikeItself } from "./support/growsLikeItself.ts";
import { many } from "./support/manyOptimizers.ts";
import { either, sample } from "./support/properties.ts";

const names = (count: number) => Array.from({ length: count }, (_, index) => `layer${index}.w`);
const each = <T>(count: number, make: (index: number) => T): Record<string, T> =>
  Object.fromEntries(names(count).map((name, index) => [name, make(index)]));
const own = (count: number) => parameters(each(count, () => [3]));
const clipped = chain(clipByGlobalNorm(1), adam());

/** Parts of one array, each of `length` elements. */
function parts(count: number, length: number): Record<string, Float32Array> {
  const all = new Float32Array(count * length);
  return each(count, (index) => all.subarray(length * index, length * (index + 1)));
}

const growing: Record<string, (count: number) => void> = {
  "own arrays in groups": (count) => {
    const groups = [{ match: /[1-4]\.w/, lr: 0.1 }];
    using optimizer = optimize(own(count), adam(), { groups });
    optimizer.gradients;
    optimizer.step();
  },
  "foreign arrays and gradients, all in one buffer": (count) => {
    const all = parts(2 * count, 3);
    const net = Object.fromEntries(names(count).map((name) => [name, all[name]!]));
    using optimizer = optimize(net, clipped);
    const gradients = Object.values(all).slice(count);
    optimizer.step(each(count, (index) => gradients[index]!));
    optimizer.step(parts(count, 3));
  },
  "gradients of their own that are passed in part": (count) => {
    using optimizer = optimize(own(count), clipped);
    const given = Object.entries(optimizer.gradients).map(([name, g]) => [name, g.subarray()]);
    optimizer.step(Object.fromEntries(given));
  },
  "a state that is restored elsewhere, with a schedule's": (count) => {
    const lr = (factor: number) => reduceOnPlateau({ initial: 0.1, factor });
    using saved = optimize(own(count), adam({ lr: lr(0.5) }));
    using optimizer = optimize(own(count), adam({ lr: lr(0.5), eps: 1e-7 }));
    optimizer.restore(saved.state());
  },
};

describe("takes time that grows like the parameters", () => {
  test.each(sample(Object.entries(growing), 2))("%s", (_, run) => {
    expect(growsLikeItself(run, 500)).toBe(true);
  });
});

test("more parameters than a function takes arguments are bound and stepped", () => {
  using optimizer = optimize(own(130_000), sgd());
  optimizer.gradients;
  optimizer.step();
  expect(optimizer.stateViews().groups[0]!.parameters).toHaveLength(130_000);
});

test("thousands of optimizers share a few memories, and give back what they held", () => {
  const before = many(2).left;
  // Ten thousand are alive in tests/browser/many.test.ts, where there is room for the fewest memories.
  const count = either(2_000, 10_000);
  const { different, memories, held, left } = many(count);
  expect(different).toBe(0);
  expect(memories).toBeLessThan(20);
  expect(held).toBeGreaterThan(count * 3 * 440);
  // The parameters' own.
  expect(left - before).toBe((count / 2) * 512);
});

test("a model that is made and left again and again takes no more memories", () => {
  const make = () => memoryOf(parameters({ w: [128, 128] }).w.data)!;
  const memories = new Set<WeakRef<object>>();
  let last = make();
  for (let count = 0; count < 2000; count++) {
    const next = make();
    if (next !== last) memories.add(new WeakRef(next));
    last = next;
  }
  expect(last.wasm.buffer.byteLength).toBeLessThanOrEqual(65 << 20);
  expect(memories.size).toBeLessThan(4);
});

describe("ranges that were given back", () => {
  /** Takes and adds in an order that leaves thousands of them, none beside another. */
  const scatter = (count: number) => {
    const ranges = new FreeRanges();
    const size = (index: number) => 64 * (1 + ((index * 7919) % 97));
    for (let index = 0; index < count; index++) ranges.add(16_384 * ((index * 31) % count), 64);
    for (let index = 0; index < count; index++) ranges.add(2 ** 31 + 8192 * index, size(index));
    return { ranges, size };
  };

  test("are found in a time that does not depend on how many there are", () => {
    const run = (count: number) => {
      const { ranges, size } = scatter(count);
      for (let index = 0; index < count; index++) ranges.take(size(index));
    };
    expect(growsLikeItself(run, 2000)).toBe(true);
  });

  test("overlap no other, and join again", () => {
    const ranges = new FreeRanges();
    ranges.add(64, 64 * 5050);
    const taken = Array.from({ length: 100 }, (_, index) => {
      const bytes = 64 * (1 + ((index * 37) % 100));
      return { address: ranges.take(bytes)!, bytes };
    });
    const sorted = taken.toSorted((a, b) => a.address - b.address);
    expect(sorted[0]!.address).toBe(64);
    for (const [index, { address }] of sorted.slice(1).entries()) {
      expect(address).toBe(sorted[index]!.address + sorted[index]!.bytes);
    }
    expect(ranges.take(64)).toBeUndefined();
    for (const { address, bytes } of taken) ranges.add(address, bytes);
    expect(ranges.take(64 * 5051)).toBeUndefined();
    expect(ranges.take(64 * 5050)).toBe(64);
  });
});
