import { expect, test } from "vitest";
import { cosine } from "./cosine.ts";
import { describe } from "./describe.ts";
import { join } from "./join.ts";
import { multiStep } from "./multiStep.ts";
import { show } from "./show.ts";
import { warmup } from "./warmup.ts";

test("a schedule's name lists its options with defaults filled in", () => {
  expect(cosine({ initial: 0.1, steps: 100 }).name).toBe(
    "cosine(initial 0.1, final 0, steps 100, exponent 1, kDecay 1)",
  );
  expect(multiStep({ initial: 1, milestones: [30, 80] }).name).toBe(
    "multiStep(initial 1, gamma 0.1, milestones [30, 80])",
  );
});

test("schedules inside schedules are shown by their own names", () => {
  const decay = cosine({ initial: 0.1, steps: 90 });
  expect(warmup({ steps: 10, peak: decay }).name).toBe(
    "warmup(steps 10, initial 0, peak cosine(initial 0.1, final 0, steps 90, exponent 1, kDecay 1))",
  );
  expect(join([decay, decay], [90]).name).toBe(
    "join(schedules [cosine(initial 0.1, final 0, steps 90, exponent 1, kDecay 1), cosine(initial 0.1, final 0, steps 90, exponent 1, kDecay 1)], boundaries [90])",
  );
});

test("a function of the user's is shown by its name, and as custom where it has none of its own", () => {
  const halving = (step: number) => 0.5 ** step;
  expect(warmup({ steps: 1, peak: halving }).name).toBe("warmup(steps 1, initial 0, peak halving)");
  expect(warmup({ steps: 1, peak: (step) => 1 / step }).name).toBe(
    "warmup(steps 1, initial 0, peak custom)",
  );
  expect(join([(step) => 1 / step], []).name).toBe("join(schedules [custom], boundaries [])");
});

test("the name is all that is added to the function", () => {
  const plain = (step: number) => step;
  const described = describe("plain", { scale: 2 }, plain);
  expect(described).toBe(plain);
  expect(Object.keys(described)).toEqual([]);
  expect(Object.getOwnPropertyNames(described).sort()).toEqual(["length", "name"]);
});

test("values of any kind can be shown", () => {
  expect(
    [null, undefined, NaN, true, "1", 10n, Symbol("s"), Object.create(null)].map(show),
  ).toEqual(["null", "undefined", "NaN", "true", '"1"', "10n", "Symbol(s)", "an object"]);
});
