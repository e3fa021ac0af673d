import { expect, test } from "vitest";
import { threefry, uniform } from "./random.ts";

function draw(key0: number, key1: number, counter0: number, counter1: number): string[] {
  const out = new Uint32Array(2);
  threefry(out, key0, key1, counter0, counter1);
  return [...out].map((word) => word.toString(16).padStart(8, "0"));
}

// Random123, tests/kat_vectors, "threefry2x32 20": counter, key, result.
test("words equal those of Random123", () => {
  const ones = 0xffffffff;
  expect(draw(0, 0, 0, 0)).toEqual(["6b200159", "99ba4efe"]);
  expect(draw(ones, ones, ones, ones)).toEqual(["1cb996fc", "bb002be7"]);
  expect(draw(0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3)).toEqual(["c4923a9c", "483df7a0"]);
});

test("a uniform number takes the upper 26 bits of each word, and is neither 0 nor 1", () => {
  expect(uniform(0, 0)).toBe(2 ** -53);
  expect(uniform(0xffffffff, 0xffffffff)).toBe(1 - 2 ** -53);
  expect(uniform(63, 63)).toBe(2 ** -53);
  expect(uniform(64, 0)).toBe(2 ** -26 + 2 ** -53);
  expect(uniform(0, 64)).toBe(1.5 * 2 ** -52);
  // An Uint32Array's words and the same bits as signed numbers give the same result.
  expect(uniform(-1, -1)).toBe(uniform(0xffffffff, 0xffffffff));
});

test("uniform numbers are spread evenly, by counter and by key", () => {
  const out = new Uint32Array(2);
  for (const at of [0, 1, 2, 3]) {
    const counts = new Float64Array(64);
    for (let i = 0; i < 6400; i++) {
      const words = [7, 7, 7, 7] as [number, number, number, number];
      words[at] = i;
      threefry(out, ...words);
      counts[Math.floor(uniform(out[0]!, out[1]!) * 64)]! += 1;
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0);
    // With 63 degrees of freedom, only one in 10^5 generators is outside of 24 to 125; the draws here are fixed.
    expect(chiSquare).toBeGreaterThan(24);
    expect(chiSquare).toBeLessThan(125);
  }
});
