import { expect, test } from "vitest";
import { cosine } from "./cosine.ts";

test("it follows equation 5 of SGDR", () => {
  const schedule = cosine({ initial: 0.5, final: 0.1, steps: 6 });
  const paper = (k: number) => 0.1 + 0.5 * (0.5 - 0.1) * (1 + Math.cos((k / 6) * Math.PI));
  for (let k = 0; k <= 6; k++) expect(schedule(k + 1)).toBeCloseTo(paper(k), 15);
  expect(schedule(3)).toBeCloseTo(0.4, 15);
});

test("it holds the final value, where PyTorch's would rise again", () => {
  const schedule = cosine({ initial: 1, final: 0.1, steps: 10 });
  expect([11, 12, 21, 2 ** 53].map(schedule)).toEqual([0.1, 0.1, 0.1, 0.1]);
});

test("it ends at exactly 0 whatever its length", () => {
  for (const steps of [1, 3, 7, 49, 100, 9999]) {
    expect(cosine({ initial: 0.3, steps })(steps + 1)).toBe(0);
  }
});

test("no steps are refused", () => {
  expect(() => cosine({ initial: 1, steps: 0 })).toThrow(
    "cosine: option `steps` is 0; it must be a whole number, 1 or more",
  );
});

test("the exponent is of what remains, k-decay's of the time", () => {
  const options = { initial: 1, final: 0.2, steps: 10 };
  const left = (k: number) => (1 + Math.cos((Math.PI * k) / 10)) / 2;
  expect(cosine({ ...options, exponent: 3 })(4)).toBeCloseTo(0.2 + 0.8 * left(3) ** 3, 15);
  expect(cosine({ ...options, kDecay: 2 })(4)).toBeCloseTo(0.2 + 0.8 * left(0.9), 15);
  for (const more of [{ exponent: 0.3 }, { kDecay: 4 }]) {
    const schedule = cosine({ ...options, ...more });
    expect([schedule(1), schedule(11), schedule(99)]).toEqual([1, 0.2, 0.2]);
  }
});
