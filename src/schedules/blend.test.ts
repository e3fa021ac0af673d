import fc from "fast-check";
import { expect, test } from "vitest";
import { runs } from "../../tests/support/properties.ts";
import { type Anneal, blend, cosineRemaining, remaining } from "./blend.ts";

const end = fc.double({ min: -1e6, max: 1e6, noNaN: true });
/** Often just below 1, where rounding could carry the result past the start. */
const share = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.integer({ min: 0, max: 8 }).map((units) => 1 - units * 2 ** -53),
);

test("both ends are exact", () => {
  fc.assert(
    fc.property(end, end, (from, to) => {
      expect(blend(from, to, 1)).toBe(from);
      // Either zero serves for a zero.
      expect(blend(from, to, 0) === to).toBe(true);
    }),
    { seed: 1 },
  );
});

test("the result stays between the ends", () => {
  fc.assert(
    fc.property(end, end, share, (from, to, remaining) => {
      const value = blend(from, to, remaining);
      expect(value).toBeGreaterThanOrEqual(Math.min(from, to));
      expect(value).toBeLessThanOrEqual(Math.max(from, to));
    }),
    { ...runs(1250), seed: 2 },
  );
});

test("less remaining is never further from the end", () => {
  fc.assert(
    fc.property(end, end, share, share, (from, to, a, b) => {
      const near = blend(from, to, Math.min(a, b));
      const far = blend(from, to, Math.max(a, b));
      expect(Math.abs(near - to)).toBeLessThanOrEqual(Math.abs(far - to));
    }),
    { ...runs(500), seed: 3 },
  );
});

test("the bare formula would miss the start", () => {
  expect(0.4 + (0.1 - 0.4) * 1).not.toBe(0.1);
  expect(blend(0.1, 0.4, 1)).toBe(0.1);
});

test("the cosine goes from 1 over a half to 0", () => {
  expect(cosineRemaining(0)).toBe(1);
  expect(cosineRemaining(Math.PI / 3)).toBeCloseTo(0.75, 15);
  expect(cosineRemaining(Math.PI / 2)).toBeCloseTo(0.5, 15);
  expect(cosineRemaining(Math.PI)).toBe(0);
});

test.each(Object.keys(remaining) as Anneal[])(
  "%s leaves all at first and nothing at last",
  (way) => {
    expect([remaining[way](0), remaining[way](1)]).toEqual([1, 0]);
    const left = Array.from({ length: 101 }, (_, i) => remaining[way](i / 100));
    for (let i = 1; i < left.length; i++) expect(left[i]).toBeLessThan(left[i - 1]!);
  },
);
