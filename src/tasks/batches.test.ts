import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BatchesOptions, batches } from "./batches.ts";

const options: fc.Arbitrary<BatchesOptions> = fc.integer({ min: 1, max: 60 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    size: fc.integer({ min: 1, max: count }),
    seed: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  }),
);

/** The next `steps` batches, copied. */
function take(cursor: ReturnType<typeof batches>, steps: number): number[][] {
  return Array.from({ length: steps }, () => [...cursor.next()]);
}

describe("batches", () => {
  it("an epoch holds no example twice, and all but those left over", () => {
    fc.assert(
      fc.property(options, (given) => {
        const cursor = batches(given);
        expect(cursor.stepsPerEpoch).toBe(Math.floor(given.count / given.size));
        for (let epoch = 0; epoch < 3; epoch++) {
          const examples = take(cursor, cursor.stepsPerEpoch).flat();
          expect(new Set(examples).size).toBe(cursor.stepsPerEpoch * given.size);
          expect(examples.every((example) => example >= 0 && example < given.count)).toBe(true);
        }
      }),
    );
  });

  it("resumes at any step, backward too, with what an unbroken run has there", () => {
    fc.assert(
      fc.property(options, fc.array(fc.nat(200), { maxLength: 8 }), (given, positions) => {
        const unbroken = take(batches(given), 201);
        const cursor = batches(given);
        for (const position of positions) {
          cursor.step = position;
          expect([...cursor.next()]).toEqual(unbroken[position]);
          expect(cursor.step).toBe(position + 1);
        }
      }),
    );
  });

  it("each epoch and each seed has its own order", () => {
    const cursor = batches({ count: 100, size: 100, seed: 1 });
    const orders = [...take(cursor, 5), ...take(batches({ count: 100, size: 100, seed: 2 }), 5)];
    expect(new Set(orders.map((order) => order.join())).size).toBe(10);
  });

  it("every example is left over in some epochs and taken in most", () => {
    const cursor = batches({ count: 10, size: 3, seed: 0 });
    const taken = new Uint32Array(10);
    for (const example of take(cursor, 3 * 1000).flat()) taken[example]!++;
    // Binomial(1000, 0.9): mean 900, standard deviation 9.5; six of them.
    for (const times of taken) expect(Math.abs(times - 900)).toBeLessThan(57);
  });

  it("counts epochs, and returns the same array each time", () => {
    const cursor = batches({ count: 7, size: 3, seed: 0 });
    expect([cursor.size, cursor.step, cursor.epoch]).toEqual([3, 0, 0]);
    const first = cursor.next();
    expect(cursor.epoch).toBe(0);
    expect(cursor.next()).toBe(first);
    expect([cursor.step, cursor.epoch]).toEqual([2, 1]);
  });

  it("reaches a far step at once", () => {
    const cursor = batches({ count: 10, size: 2, seed: 3 });
    cursor.step = 5 * 10 ** 14;
    expect(new Set(take(cursor, 5).flat()).size).toBe(10);
  });

  it.each([
    [{ count: 0, size: 1, seed: 0 }, /^count is 0; it must be an integer from 1 /],
    [{ count: 10.5, size: 1, seed: 0 }, /^count is 10.5/],
    [{ count: 10, size: 11, seed: 0 }, /^size is 11; it must be an integer from 1 to 10$/],
    [{ count: 10, size: 0, seed: 0 }, /^size is 0/],
    [{ count: 10, size: 1, seed: -1 }, /^seed is -1/],
  ])("%o is a RangeError that names the option", (given, message) => {
    expect(() => batches(given)).toThrow(RangeError);
    expect(() => batches(given)).toThrow(message);
  });

  it("rejects a step that is none, and stays where it is", () => {
    const cursor = batches({ count: 10, size: 2, seed: 0 });
    cursor.next();
    expect(() => {
      cursor.step = -1;
    }).toThrow(/^step is -1/);
    expect(cursor.step).toBe(1);
  });
});
