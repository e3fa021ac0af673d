/** Parts of parameters: for any net, any rule and any number of ranks. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  adafactor,
  adam,
  adamMini,
  block8,
  defineOptimizer,
  lamb,
  muon,
  nadam,
  noisySgd,
  optimize,
  parameters,
  prodigy,
  type Rule,
  scheduleFreeAdamw,
  sgd,
} from "../index.ts";
import type { Plan } from "../runtime/binding/plans.ts";
import { checksumOf } from "./drift.ts";
import { shardUnitOf } from "./granularity.ts";
import { shardOffsetsOf } from "./shards.ts";

function plansOf(shapes: Record<string, number[]>, rule: Rule, settings = {}): readonly Plan[] {
  using optimizer = optimize(parameters(shapes), rule, settings);
  return optimizer.plans;
}

const shape = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 3 });
const nets = fc.dictionary(fc.stringMatching(/^[a-z]$/), shape, { minKeys: 1, maxKeys: 6 });
const rules = fc.constantFrom<() => Rule>(
  () => adam() as Rule,
  () => adamMini() as Rule,
  () => muon() as Rule,
);

describe("parts", () => {
  test("of all ranks are behind one another, cover each parameter, and end with pieces", () => {
    fc.assert(
      fc.property(nets, rules, fc.integer({ min: 1, max: 9 }), (shapes, make, ranks) => {
        const plans = plansOf(shapes, make());
        const shardOffsets = shardOffsetsOf(plans, ranks);
        let last = 0;
        for (const [name, cut] of shardOffsets) {
          const plan = plans.find(({ tensors }) => tensors.some((each) => each.name === name))!;
          const tensor = plan.tensors.find((each) => each.name === name)!;
          const unit = Math.max(1, shardUnitOf(plan).lengthOf(tensor));
          expect(cut).toHaveLength(ranks + 1);
          expect([cut[0], cut[ranks]]).toEqual([0, tensor.length]);
          for (let rank = 0; rank < ranks; rank++) {
            const length = cut[rank + 1]! - cut[rank]!;
            expect(length).toBeGreaterThanOrEqual(0);
            expect(cut[rank]! % unit === 0 || cut[rank] === tensor.length).toBe(true);
            // Whoever has some of this one has nothing of it behind a higher rank's.
            if (length > 0) {
              expect(rank).toBeGreaterThanOrEqual(last);
              last = rank;
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test("of a rule of elements differ by two pieces at most", () => {
    fc.assert(
      fc.property(nets, fc.integer({ min: 1, max: 9 }), (shapes, ranks) => {
        const shardOffsets = [...shardOffsetsOf(plansOf(shapes, adam() as Rule), ranks).values()];
        const total = shardOffsets.reduce((sum, cut) => sum + cut.at(-1)!, 0);
        for (let rank = 0; rank < ranks; rank++) {
          const length = shardOffsets.reduce((sum, cut) => sum + cut[rank + 1]! - cut[rank]!, 0);
          expect(Math.abs(length - total / ranks)).toBeLessThanOrEqual(32);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("are of elements, rows or whole parameters, as the program lets them be", () => {
    const divided = (rule: unknown, settings = {}) => {
      const [plan] = plansOf({ w: [30, 20] }, rule as Rule, settings);
      const { granularity, lengthOf } = shardUnitOf(plan!);
      return [granularity, lengthOf(plan!.tensors[0]!)];
    };
    const own = (rule: string) =>
      divided(defineOptimizer({ name: "own", hyper: { lr: 1 }, rule })());
    for (const rule of [sgd(), nadam(), prodigy(), scheduleFreeAdamw()]) {
      expect(divided(rule)).toEqual(["elements", 16]);
    }
    const storage = { state: { ...block8, least: 1 } };
    expect(divided(adam(), { storage })).toEqual(["elements", 256]);
    expect(divided(adamMini({ outputsFirst: true }))).toEqual(["rows", 80]);
    expect(own("u = g - rowMean(g)")).toEqual(["rows", 80]);
    expect(own("u = g / cols")).toEqual(["rows", 80]);
    for (const rule of [muon(), lamb(), adafactor(), noisySgd(), adamMini()]) {
      expect(divided(rule)).toEqual(["none", 600]);
    }
    for (const rule of ["u = g / size", "u = g / rows", "u = g * mean(g)", "u = g - colMean(g)"]) {
      expect(own(rule), rule).toEqual(["none", 600]);
    }
    expect(own("u = g * randomUniform()")).toEqual(["none", 600]);
  });
});

test("a checksum tells arrays apart that differ in one bit", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 2, maxLength: 70 }).filter(({ length }) => length % 2 === 0),
      fc.nat(),
      (bytes, bit) => {
        const array = new Uint16Array(bytes.buffer.slice(0));
        const before = checksumOf(array);
        expect(checksumOf(array.slice())).toBe(before);
        // A part of an array, which does not begin with a word.
        const longer = new Uint16Array(array.length + 1);
        longer.set(array, 1);
        expect(checksumOf(longer.subarray(1))).toBe(before);
        const at = bit % (16 * array.length);
        array[at >> 4]! ^= 1 << (at & 15);
        expect(checksumOf(array)).not.toBe(before);
      },
    ),
  );
});
