/** Quantiles of Student's t, beside SciPy's. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { studentT } from "../../src/minimize/index.ts";
import { reference } from "./reference.ts";

const { levels, freedoms, t, normal } = reference.quantiles;

describe("studentT", () => {
  test.each([...freedoms.entries()])("%i: of %i degrees of freedom", (row, freedom) => {
    for (const [k, level] of levels.entries()) {
      expect(studentT(level, freedom) / t[row]![k]!, `${level}`).toBeCloseTo(1, 9);
    }
  });

  test("of infinitely many is the normal distribution's", () => {
    for (const [k, level] of levels.entries()) {
      expect(studentT(level, Number.POSITIVE_INFINITY) / normal[k]!, `${level}`).toBeCloseTo(1, 9);
    }
  });

  test("grows with the level, and falls with the degrees of freedom", () => {
    const level = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(level, fc.integer({ min: 1, max: 300 }), (each, freedom) => {
        expect(studentT(each + 0.005, freedom)).toBeGreaterThan(studentT(each, freedom));
        expect(studentT(each, freedom + 1)).toBeLessThan(studentT(each, freedom));
      }),
    );
  });

  test("says what is out of range", () => {
    expect(() => studentT(1, 3)).toThrow("studentT: the level must be between 0 and 1, not 1");
    expect(() => studentT(0.5, 0)).toThrow("positive whole number, not 0");
    expect(() => studentT(0.5, 1.5)).toThrow("positive whole number, not 1.5");
  });
});
