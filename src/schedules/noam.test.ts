import { expect, test } from "vitest";
import { inverseSqrt } from "./inverseSqrt.ts";
import { noam } from "./noam.ts";

test("the Transformer's own", () => {
  const schedule = noam({ modelSize: 512, warmup: 4000 });
  expect(schedule(4000)).toBeCloseTo(1 / Math.sqrt(512 * 4000), 15);
  expect(schedule(2000) / schedule(4000)).toBeCloseTo(0.5, 12);
  expect(schedule(16_000) / schedule(4000)).toBeCloseTo(0.5, 12);
});

test("after the warm-up it is an inverse square root from the first step on", () => {
  const schedule = noam({ modelSize: 1, warmup: 10, factor: 3 });
  const root = inverseSqrt({ initial: 3 });
  for (let step = 10; step < 50; step++) expect(schedule(step)).toBeCloseTo(root(step), 15);
});

test("no warm-up is refused", () => {
  expect(() => noam({ modelSize: 512, warmup: 0 })).toThrow(
    "noam: option `warmup` is 0; it must be a whole number, 1 or more",
  );
});
