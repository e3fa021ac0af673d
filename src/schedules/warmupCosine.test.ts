import { expect, test } from "vitest";
import { cosine } from "./cosine.ts";
import { join } from "./join.ts";
import { linear } from "./linear.ts";
import { warmupCosine } from "./warmupCosine.ts";

test("it is a line joined to a cosine, as Optax builds it", () => {
  const schedule = warmupCosine({ initial: 0.1, peak: 0.7, final: 0.2, warmup: 30, steps: 100 });
  const parts = [
    linear({ initial: 0.1, final: 0.7, steps: 30 }),
    cosine({ initial: 0.7, final: 0.2, steps: 70 }),
  ];
  const joined = join(parts, [30]);
  for (let step = 1; step <= 120; step++) expect(schedule(step)).toBe(joined(step));
});

test("it starts and ends at 0 by default, with the peak after the warm-up", () => {
  const schedule = warmupCosine({ peak: 3e-4, warmup: 100, steps: 10_000 });
  expect([1, 101, 10_001, 20_000].map(schedule)).toEqual([0, 3e-4, 0, 0]);
});

test("its name is its own, not that of its parts", () => {
  expect(warmupCosine({ peak: 1, warmup: 1, steps: 2 }).name).toBe(
    "warmupCosine(initial 0, peak 1, final 0, warmup 1, steps 2, exponent 1)",
  );
});

test("without a warm-up it is a cosine", () => {
  const schedule = warmupCosine({ peak: 1, warmup: 0, steps: 9 });
  const decay = cosine({ initial: 1, steps: 9 });
  for (let step = 1; step <= 12; step++) expect(schedule(step)).toBe(decay(step));
});

test("a warm-up that leaves no steps is refused, because steps includes it", () => {
  expect(() => warmupCosine({ peak: 1, warmup: 10, steps: 10 })).toThrow(
    "warmupCosine: option `warmup` is 10; it must be below `steps` (10), which includes the warm-up",
  );
});
