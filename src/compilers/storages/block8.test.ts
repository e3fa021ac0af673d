/** Blocks of 8 bits: all compilers give the same bytes, numbers are rounded to nearest, and no number becomes NaN. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sideBySide } from "../../../tests/support/backends.ts";
import { runs } from "../../../tests/support/properties.ts";
import { decoded, echoed, encoded } from "../../../tests/support/storages.ts";
import { block8, javascript, webassembly } from "../../index.ts";

const storage = { ...block8, least: 0 };

const magnitude = fc.oneof(
  fc.double({ min: -38, max: 38, noNaN: true }).map((e) => 10 ** e),
  fc.double({ min: -6, max: 0, noNaN: true }).map((e) => 10 ** e),
  fc.constantFrom(0, 1e-45, 1.1754942e-38, 3.4028234e38, 1),
);
const sign = fc.constantFrom(1, -1);
const anything = fc.oneof(
  { weight: 20, arbitrary: fc.tuple(magnitude, sign).map(([m, s]) => m * s) },
  { weight: 1, arbitrary: fc.constantFrom(Infinity, -Infinity, NaN, -0) },
);
/** Quotients of these numbers are often exactly between two codes, much more often than those of other numbers. */
const whole = fc.integer({ min: -64, max: 64 }).map((number) => number * 2 ** 10);
const subnormal = fc.integer({ min: -2000, max: 2000 }).map((number) => number * 2 ** -149);
const arrayOf = (number: fc.Arbitrary<number>) =>
  fc
    .array(number, { minLength: 1, maxLength: 2200, size: "max" })
    .map((all) => Float32Array.from(all));

it("gives the reference's bytes and numbers in every compiler", () => {
  fc.assert(
    fc.property(fc.oneof(...[magnitude, anything, whole, subnormal].map(arrayOf)), (numbers) => {
      const expected = encoded(storage, numbers);
      for (const backend of [javascript, webassembly, sideBySide]) {
        const { stored, loaded } = echoed(storage, backend, numbers);
        expect(stored).toEqual(expected);
        expect(loaded).toEqual(decoded(storage, expected));
      }
    }),
    runs(80),
  );
});

describe("a block's numbers are rounded to the nearest that a byte can represent", () => {
  it.each([
    ["without a sign", false],
    ["with signs", true],
  ])("%s", (_, isSigned) => {
    const said = magnitudes(isSigned);
    fc.assert(
      fc.property(fc.array(magnitude, { minLength: 2, maxLength: 256 }), (all) => {
        const numbers = Float32Array.from(all, (each, i) =>
          isSigned && i % 2 === 1 ? -each : each,
        );
        const largest = numbers.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
        fc.pre(largest > 1e-20 && (!isSigned || numbers.some((each) => each < 0)));
        const found = decoded(storage, encoded(storage, numbers));
        for (const [i, number] of numbers.entries()) {
          const distance = Math.abs(found[i]! - number);
          const least = Math.min(
            ...said.map((each) => Math.abs(each * largest - Math.abs(number))),
          );
          // Without signs, a number that is not 0 stays above 0. Products with the largest are rounded.
          const kept = !isSigned && number !== 0 ? said[1]! * largest : 0;
          expect(distance).toBeLessThanOrEqual(Math.max(least, kept) + 1e-6 * largest);
          expect(Math.sign(found[i]!) * Math.sign(number)).toBeGreaterThanOrEqual(0);
        }
      }),
      runs(40),
    );
  });
});

/** The magnitudes that a byte can represent, relative to the largest: the highest is 1, and every eight steps halve it. */
function magnitudes(isSigned: boolean): number[] {
  const levels = isSigned ? 127 : 255;
  const behind = Array.from({ length: levels }, (_, i) => levels - 1 - i);
  // 1, then 15/16, 14/16 ... 8/16, then half of these.
  const one = (steps: number) =>
    steps === 0 ? 1 : ((15 - ((steps - 1) % 8)) / 16) * 2 ** -Math.floor((steps - 1) / 8);
  return [0, ...behind.map(one)];
}

describe("special blocks", () => {
  const same = (numbers: readonly number[]) => {
    const array = Float32Array.from(numbers);
    expect(decoded(storage, encoded(storage, array))).toEqual(array);
  };

  it("a block of zeros, of one number, of infinities", () => {
    same(Array(256).fill(0));
    same(Array(300).fill(-0));
    same(Array(256).fill(0.1));
    same([...Array(255).fill(0), 1e-45]);
    same([Infinity, -Infinity, 0]);
    same([3.4028234663852886e38, -3.4028234663852886e38]);
  });

  it("beside a huge number nothing becomes NaN, and without signs nothing becomes 0", () => {
    const v = decoded(storage, encoded(storage, Float32Array.of(1e30, 1e-6, 0)));
    expect(v[0]).toBe(Math.fround(1e30));
    expect(v[1]).toBeGreaterThan(0);
    expect(v[2]).toBe(0);
    expect([...decoded(storage, encoded(storage, Float32Array.of(-1e30, 1e-6)))]).toEqual([
      Math.fround(-1e30),
      0,
    ]);
    expect([...decoded(storage, encoded(storage, Float32Array.of(Infinity, 1, 0)))]).toEqual([
      ...[Infinity, Infinity, 0],
    ]);
  });

  it("one NaN makes all numbers of its block NaN", () => {
    const found = decoded(
      storage,
      encoded(
        storage,
        Float32Array.from({ length: 300 }, (_, i) => (i === 3 ? NaN : i)),
      ),
    );
    expect(found.slice(0, 256).every(Number.isNaN)).toBe(true);
    expect(found.slice(256).some(Number.isNaN)).toBe(false);
  });
});
