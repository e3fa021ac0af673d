import { describe, expect, it } from "vitest";
import { fromHalf, toHalf } from "./float16.ts";

describe("float16", () => {
  it("is read and written back to the same bits, all of them", () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = fromHalf(bits);
      expect(
        Number.isNaN(value) ? (toHalf(value) & 0x7e00) === 0x7e00 : toHalf(value) === bits,
      ).toBe(true);
    }
  });

  it("is rounded to the nearest, ties to even", () => {
    const cases = [
      [1 + 2 ** -11, 1],
      [1 + 3 * 2 ** -11, 1 + 2 ** -9],
      [65519, 65504],
      [65520, Number.POSITIVE_INFINITY],
      [2 ** -25, 0],
      [1.5 * 2 ** -24, 2 ** -23],
      [-(2 ** -24), -(2 ** -24)],
    ] as const;
    expect(cases.map(([value]) => fromHalf(toHalf(value)))).toEqual(cases.map(([, half]) => half));
  });
});
