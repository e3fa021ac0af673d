/** Parts of sparse gradients: for any rows, any width and any cuts. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Tensor } from "../../runtime/binding/tensor.ts";
import { gradientOfShard } from "./shardRows.ts";

const cases = fc
  .record({
    height: fc.integer({ min: 0, max: 12 }),
    width: fc.integer({ min: 0, max: 40 }),
    rows: fc.uniqueArray(fc.nat({ max: 11 }), { maxLength: 12 }),
    ends: fc.array(fc.nat({ max: 480 }), { maxLength: 4 }),
  })
  .map(({ height, width, rows, ends }) => {
    const length = height * width;
    const given = rows.filter((row) => row < height).sort((a, b) => a - b);
    const values = Float64Array.from({ length: given.length * width }, (_, i) => i + 1);
    const inside = ends.filter((end) => end < length).sort((a, b) => a - b);
    return { width, rows: Int32Array.from(given), values, cut: [0, ...inside, length] };
  });

test("together have each value once, where it belongs", () => {
  fc.assert(
    fc.property(cases, ({ width, rows, values, cut }) => {
      const expected = new Map(
        Array.from(values, (value, i) => [
          rows[Math.floor(i / width)]! * width + (i % width),
          value,
        ]),
      );
      const found = new Map<number, number>();
      for (const [index, to] of cut.slice(1).entries()) {
        const from = cut[index]!;
        const part = gradientOfShard({ width, rows, values }, from, to).gather({} as Tensor);
        expect(part.values).toHaveLength(part.rows.length * part.width);
        part.values.forEach((value, i) => {
          const element =
            from + part.rows[Math.floor(i / part.width)]! * part.width + (i % part.width);
          expect(element).toBeLessThan(to);
          expect(part.elementAt(i)).toBe(element);
          expect(found.has(element)).toBe(false);
          found.set(element, value);
        });
      }
      expect(found).toEqual(expected);
    }),
  );
});

test("of a whole parameter are its rows", () => {
  const all = { width: 3, rows: Int32Array.of(1, 4), values: Float32Array.of(1, 2, 3, 4, 5, 6) };
  const { rows, width, values } = gradientOfShard(all, 0, 15).gather({} as Tensor);
  expect({ rows, width, values }).toEqual(all);
});
