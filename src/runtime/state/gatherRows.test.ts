/** Compares the gathering of rows, by a kernel and by a loop, with rows picked from a list of lists. */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { runs } from "../../../tests/support/properties.ts";
import { plainStorages, type StoredElements } from "../../compilers/storages/storage.ts";
import { adam, bfloat16, block8, chain, ema, optimize, parameters, remap } from "../../index.ts";
import { Memory } from "../memory/memory.ts";
import * as inMemory from "./gatherInMemory.ts";
import { gatherRows } from "./gatherRows.ts";
import { newRow, RowList } from "./rowList.ts";

const storages = {
  float32: plainStorages.float32,
  float64: plainStorages.float64,
  bfloat16,
  bytes: block8,
};

interface Given {
  readonly kept: keyof typeof storages;
  readonly width: number;
  readonly height: number;
  readonly rows: readonly number[];
  readonly place: "over" | "same memory" | "other memory" | "no memory";
  readonly fresh: "zeros" | "stays" | "another";
}

/** More rows than a kernel is made for, and fewer; some in sequence, as after a pruning, and some in any order. */
const given: fc.Arbitrary<Given> = fc
  .record({
    kept: fc.constantFrom("float32", "float64", "bfloat16", "bytes"),
    width: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(45, 200, 300)),
    height: fc.constantFrom(1, 7, 600),
    place: fc.constantFrom("over", "same memory", "other memory", "no memory"),
    fresh: fc.constantFrom("zeros", "stays", "another"),
    seed: fc.nat(),
    kind: fc.constantFrom(
      "order",
      "prune",
      "shuffle",
      "any",
      "any and new",
      "new",
      "earlier",
      "later",
    ),
  } as const)
  .map(({ seed, kind, ...rest }) => {
    const { height, place } = rest;
    let state = seed | 1;
    const draw = (below: number) => {
      state = Math.imul(state, 1_664_525) + 1_013_904_223;
      return (state >>> 8) % below;
    };
    const all = Array.from({ length: height }, (_, row) => row);
    const some = (): number[] => {
      if (kind === "prune") return all.map((row) => (draw(10) === 0 ? height - 1 : row));
      if (kind === "shuffle")
        return all
          .map((row) => [draw(2 ** 20), row])
          .sort(([a], [b]) => a! - b!)
          .map(([, row]) => row!);
      // Long runs, which are copied at once, over rows that are still to be read or were read already.
      const by = draw(height);
      if (kind === "earlier") return all.map((row) => Math.min(row + by, height - 1));
      if (kind === "later") return all.map((row) => Math.max(row - by, 0));
      if (kind === "any") return all.map(() => draw(height));
      if (kind === "any and new") return all.map(() => (draw(3) === 0 ? newRow : draw(height)));
      return kind === "new" ? all.map(() => newRow) : all;
    };
    const rows = some();
    return { ...rest, rows: place === "over" ? rows : [...rows, ...rows.slice(0, draw(height))] };
  });

describe("rows follow a list", () => {
  const byKernel = vi.spyOn(inMemory, "gatherInMemory");
  const memories = [new Memory(), new Memory("fixed", 1 << 24)] as const;

  it("like those of a list of lists, in any memory", () => {
    fc.assert(
      fc.property(given, fc.boolean(), ({ kept, width, height, rows, place, fresh }, isFixed) => {
        const storage = { ...storages[kept], blocks: undefined } as never;
        const [memory, other] = isFixed ? [...memories].reverse() : memories;
        const addresses: (readonly [Memory, number])[] = [];
        const make = (place: Memory | undefined, count: number, seed: number) => {
          const { Elements, bytes } = storages[kept];
          const address = place?.allocate(count * bytes);
          if (place && address !== undefined) addresses.push([place, address]);
          const array = place
            ? place.stored(storage, address!, count)
            : new Elements(new ArrayBuffer(count * bytes), 0, count);
          if (place) inMemory.locate(array, place);
          array.forEach((_, i) => void (array[i] = (seed + 31 * i) % 251));
          return array as StoredElements;
        };
        const from = make(memory, height * width, 1);
        const there = { "same memory": memory, "other memory": other, "no memory": undefined };
        const to = place === "over" ? from : make(there[place], rows.length * width, 2);
        const another = make(undefined, rows.length * width, 3);
        const begun = fresh === "zeros" ? undefined : fresh === "stays" ? to : another;
        const [before, zeros] = [from.slice(), to.slice().fill(0)];
        const start = begun === undefined ? zeros : begun.slice();
        const expected = to.slice();
        for (const [index, row] of rows.entries()) {
          const [source, at] = row === newRow ? [start, index] : [before, row];
          expected.set(source.subarray(at * width, (at + 1) * width), index * width);
        }
        gatherRows(from, to, RowList.of(rows, height), width, begun);
        expect(to.findIndex((value, index) => value !== expected[index])).toBe(-1);
        for (const [each, address] of addresses) each.release(address);
      }),
      runs(150),
    );
    // Both the kernel and the loop were used.
    const ways = byKernel.mock.results.map(({ value }) => value);
    expect(new Set(ways)).toEqual(new Set([true, false]));
  });

  it.each([true, false])("by a kernel in an optimizer (own arrays: %s)", (isOwn) => {
    const height = 600;
    const make = (height: number) =>
      isOwn
        ? parameters({ w: [height, 3] })
        : { w: { data: new Float32Array(3 * height), shape: [height, 3] } };
    const first = optimize(make(height), chain(adam(), ema(0.9)));
    // Its memory grows after the state exists, for the gradients.
    first.step({ w: Float32Array.from({ length: 3 * height }, (_, i) => 1 + i) });
    const backwards = Array.from({ length: height }, (_, row) => height - 1 - row);
    const before = first.state().parameters["w"]!["adam.m"]!;
    byKernel.mockClear();
    const same = remap(first, backwards);
    using other = remap(same, [...backwards, -1], { parameters: make(height + 1) });
    expect(byKernel.mock.results.map(({ value }) => value)).toEqual(Array(6).fill(true));
    expect(other.state().parameters["w"]!["adam.m"]!.slice(0, 3 * height)).toEqual(before);
  });

  it("by a loop if a memory has no room for the list", () => {
    const memory = new Memory("fixed", 1 << 16);
    const count = 3 * 4096;
    const from = memory.stored(plainStorages.float32, memory.allocate(4 * count), count);
    inMemory.locate(from, memory);
    from.forEach((_, i) => void (from[i] = i));
    const rows = Array.from({ length: 4096 }, (_, row) => 4095 - row);
    byKernel.mockClear();
    gatherRows(from, from, RowList.of(rows, 4096), 3, undefined);
    expect(byKernel.mock.results[0]?.value).toBe(false);
    expect(Array.from(from.subarray(0, 4))).toEqual([12_285, 12_286, 12_287, 12_282]);
  });
});

describe("a list", () => {
  it("of words is read in place", () => {
    const words = Int32Array.of(1, -1, 0);
    expect(RowList.of(words, 2).words.buffer).toBe(words.buffer);
    expect(RowList.of(words, 2).hasNew).toBe(true);
    expect(RowList.of(Uint32Array.of(1, newRow), 2).words).toEqual(Uint32Array.of(1, newRow));
    expect(Array.from(RowList.of(new Float64Array([1, 0]), 2).words)).toEqual([1, 0]);
  });

  it.each([
    [Int32Array.of(0, -2), "-2 at position 1"],
    [Uint32Array.of(2), "2 at position 0"],
    [[0, 0.5], "0.5 at position 1"],
    [[Number.NaN], "NaN at position 0"],
    [[2 ** 32], "4294967296 at position 0"],
    [[-(2 ** 32)], "-4294967296 at position 0"],
    [["1"], "1 at position 0"],
    [[undefined], "undefined at position 0"],
  ])("%s is refused", (rows, text) => {
    expect(() => RowList.of(rows as number[], 2)).toThrow(text);
  });

  it("tells which rows move, and whether forward", () => {
    const movesOf = (...rows: number[]) => RowList.of(rows, 5).moves;
    expect(movesOf(0, 1, 2)).toMatchObject({ from: 3, to: 3 });
    expect(movesOf(0, 4, 0, 3)).toEqual({ from: 1, to: 3, isForward: true });
    expect(movesOf(1, 0)).toEqual({ from: 0, to: 2, isForward: false });
    expect(movesOf(-1, 0)).toEqual({ from: 0, to: 2, isForward: false });
    expect(movesOf(-1, 1, -1)).toEqual({ from: 0, to: 3, isForward: true });
  });
});
