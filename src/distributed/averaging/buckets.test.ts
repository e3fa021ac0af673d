/** What ranks send at once: every element once, nothing larger than asked for, and each rank's part where it is cut. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { elementBytes } from "../../compilers/backend.ts";
import { type BucketEntry, bucketsOf } from "./buckets.ts";

const lists = fc.array(
  fc.record({
    type: fc.constantFrom("float32" as const, "float64" as const),
    length: fc.oneof(fc.nat(5), fc.nat(200)),
    // Where three ranks' parts end, as shares.
    ends: fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    ),
  }),
  { maxLength: 12 },
);

const named = (list: readonly Omit<BucketEntry, "name">[]): BucketEntry[] =>
  list.map(({ type, length }, i) => ({ type, length, name: `p${i}` }));

const check = (property: (entries: BucketEntry[], bytes: number) => void) =>
  fc.assert(
    fc.property(lists, fc.integer({ min: 1, max: 600 }), (list, bytes) =>
      property(named(list), bytes),
    ),
    { seed: 1, numRuns: 200 },
  );

test("every element of every array is in one bucket of its type, once", () => {
  check((entries, bytes) => {
    const counts = new Map(entries.map(({ name, length }) => [name, Array(length).fill(0)]));
    for (const { type, slices } of bucketsOf(entries, bytes)) {
      for (const { name, from, to } of slices) {
        expect(entries.find((entry) => entry.name === name)!.type).toBe(type);
        for (let i = from; i < to; i++) counts.get(name)![i] += 1;
      }
    }
    for (const { name, length } of entries) expect(counts.get(name)).toEqual(Array(length).fill(1));
  });
});

test("slices are side by side, and fit what is asked for, if one element does", () => {
  check((entries, bytes) => {
    for (const { type, slices, length } of bucketsOf(entries, bytes)) {
      let end = 0;
      for (const { from, to, at } of slices) {
        expect(at).toBe(end);
        expect(to).toBeGreaterThan(from);
        end += to - from;
      }
      expect(length).toBe(end);
      expect(length * elementBytes[type]).toBeLessThanOrEqual(Math.max(bytes, elementBytes[type]));
    }
  });
});

test("large arrays are cut into as few as hold them, and of small ones each bucket but the last is three quarters full", () => {
  check((entries, bytes) => {
    for (const type of ["float32", "float64"] as const) {
      const most = Math.max(1, Math.floor(bytes / elementBytes[type]));
      const ofType = entries.filter((entry) => entry.type === type && entry.length > 0);
      const small = ofType.filter(({ length }) => length < most / 4);
      const total = small.reduce((sum, { length }) => sum + length, 0);
      const shardOffsets = ofType.filter(({ length }) => length >= most / 4);
      const large = shardOffsets.reduce((sum, { length }) => sum + Math.ceil(length / most), 0);
      const found = bucketsOf(ofType, bytes).length;
      expect(found).toBeLessThanOrEqual(large + Math.ceil(total / (most * 0.75)));
    }
  });
});

test("a rank's shard of a bucket is its shard of each slice", () => {
  fc.assert(
    fc.property(lists, fc.integer({ min: 1, max: 600 }), (list, bytes) => {
      const entries = named(list);
      // As in a row of all arrays: no rank has a part before that of a lower one.
      const total = entries.reduce((sum, { length }) => sum + length, 0);
      const ends = [...(list[0]?.ends ?? [0, 0])].sort().map((share) => Math.round(share * total));
      let before = 0;
      const shardOffsets = new Map(
        entries.map(({ name, length }) => {
          const clamp = (end: number) => Math.min(Math.max(end - before, 0), length);
          const cut = [0, ...ends.map(clamp), length];
          before += length;
          return [name, cut] as const;
        }),
      );
      for (const { slices, bounds, length } of bucketsOf(entries, bytes, shardOffsets)) {
        expect(bounds).toHaveLength(4);
        expect([bounds[0], bounds[3]]).toEqual([0, length]);
        for (const rank of [0, 1, 2]) {
          const own = slices.flatMap(({ name, from, to, at }) => {
            const [start, end] = [
              shardOffsets.get(name)![rank]!,
              shardOffsets.get(name)![rank + 1]!,
            ];
            const all = Array.from({ length: to - from }, (_, i) => from + i);
            return all.filter((i) => i >= start && i < end).map((i) => at + i - from);
          });
          const expected = Array.from(
            { length: bounds[rank + 1]! - bounds[rank]! },
            (_, i) => bounds[rank]! + i,
          );
          expect(own).toEqual(expected);
        }
      }
    }),
    { seed: 2, numRuns: 200 },
  );
});
