import { expect, test } from "vitest";
import { join } from "./join.ts";
import { linear } from "./linear.ts";
import { wsd } from "./wsd.ts";

test("linear, it is a trapezoid", () => {
  const schedule = wsd({ peak: 1, warmup: 4, steps: 20, decay: 8, anneal: "linear" });
  const up = linear({ initial: 0, final: 1, steps: 4 });
  const down = linear({ initial: 1, final: 0, steps: 8 });
  const joined = join([up, () => 1, down], [4, 12]);
  for (let step = 1; step < 25; step++) expect(schedule(step)).toBe(joined(step));
});

test("a longer run begins in the same way", () => {
  const options = { peak: 1, warmup: 4, decay: 8 };
  const [short, long] = [wsd({ ...options, steps: 20 }), wsd({ ...options, steps: 200 })];
  for (let step = 1; step <= 13; step++) expect(long(step)).toBe(short(step));
  expect(long(14)).toBe(1);
  expect(short(14)).toBeLessThan(1);
});

test("its name is its own, not that of its parts", () => {
  expect(wsd({ peak: 1, warmup: 1, steps: 9, decay: 2 }).name).toBe(
    'wsd(initial 0, peak 1, final 0, warmup 1, decay 2, steps 9, anneal "1-sqrt")',
  );
});

test("warm-up and decay must fit, and may fill it all", () => {
  expect(() => wsd({ peak: 1, warmup: 5, steps: 9, decay: 5 })).toThrow(
    "wsd: `warmup` (5) and `decay` (5) do not fit into `steps` (9)",
  );
  expect(wsd({ peak: 1, warmup: 5, steps: 10, decay: 5 })(6)).toBe(1);
});
