import { expect, it } from "vitest";
import { chain } from "../define.ts";
import { adam } from "../optimizers/adam.ts";
import { optimize } from "../runtime/optimize.ts";
import { parameters } from "../runtime/parameters.ts";
import { unscale } from "../transforms/unscale.ts";
import { lossScale } from "./lossScale.ts";

/**
 * torch 2.15, torch.amp.GradScaler("cpu", init_scale=8, growth_factor=3, backoff_factor=0.25, growth_interval=2): the steps. An x
 * marks an infinite gradient.
 */
const steps = "....x.x..xx....";
const scales = [
  8, 24, 24, 72, 18, 18, 4.5, 4.5, 13.5, 3.375, 0.84375, 0.84375, 2.53125, 2.53125, 7.59375,
];

it("moves as PyTorch's GradScaler does", () => {
  const options = { initial: 8, growthFactor: 3, backoffFactor: 0.25, growthInterval: 2 };
  const scale = lossScale(options);
  const seen = [...steps].map((step) => scale.observe({ skipped: step === "x" }));
  expect(seen).toEqual(scales);
  const again = lossScale(options);
  for (const [i, step] of [...steps].entries()) {
    // Saved and restored at each step.
    const saved = JSON.parse(JSON.stringify(again.state()));
    again.restore(saved);
    again.observe({ skipped: step === "x" });
    expect(again()).toBe(scales[i]);
  }
});

it("stays within the range of float32", () => {
  const scale = lossScale({ initial: 1, growthInterval: 1 });
  for (let t = 0; t < 200; t++) scale.observe({ skipped: true });
  expect(scale()).toBe(2 ** -126);
  for (let t = 0; t < 2000; t++) scale.observe({ skipped: false });
  expect(scale()).toBe(2 ** 127);
  expect(Math.fround(scale())).toBe(scale());
  expect(scale.observe({ skipped: true })).toBe(2 ** 126);
  const narrow = lossScale({ initial: 4, growthInterval: 1, minimum: 3, maximum: 5 });
  expect(narrow.observe({ skipped: false })).toBe(5);
  expect(narrow.observe({ skipped: true })).toBe(3);
});

it("gives the same steps as without it, bit for bit, and skips those that overflow", () => {
  const [one, other] = [parameters({ w: [3] }), parameters({ w: [3] })];
  const scale = lossScale({ initial: 2 ** 10, growthInterval: 3 });
  using scaled = optimize(one, chain(unscale(scale), adam()), { nonFinite: "skip" });
  using plain = optimize(other, adam());
  for (let t = 0; t < 10; t++) {
    const gradient = [1, 2, 3].map((i) => Math.fround(Math.sin(i + t)));
    if (t === 5) {
      scale.observe(scaled.step({ w: [Number.POSITIVE_INFINITY, 0, 0] }));
    }
    scale.observe(scaled.step({ w: gradient.map((x) => x * scale()) }));
    plain.step({ w: gradient });
    expect(one.w.data).toEqual(other.w.data);
  }
  expect(scaled.skippedSteps).toBe(1);
  // Doubled after three steps, halved, and doubled again.
  expect(scale()).toBe(2 ** 11);
});

it.each([
  [() => lossScale({ initial: 0 }), "`initial` must be a number in (0, inf), not 0"],
  [() => lossScale({ growthFactor: 0.5 }), "`growthFactor` must be a number in [1, inf), not 0.5"],
  [() => lossScale({ backoffFactor: 1 }), "`backoffFactor` must be a number in (0, 1), not 1"],
  [
    () => lossScale({ growthInterval: 2.5 }),
    "`growthInterval` must be a whole number in [1, inf), not 2.5",
  ],
  [
    () => lossScale({ minimum: "1" as never }),
    '`minimum` must be a number in (0, inf), not the string "1"',
  ],
  [() => lossScale({ initial: 1, minimum: 2 }), "`initial`, 1, is not between `minimum`, 2, and"],
  [() => lossScale({ initial: 8, maximum: 4 }), "`initial`, 8, is not between `minimum`"],
  [() => lossScale({ growth: 2 } as never), "unknown option `growth`"],
  [
    () => lossScale().restore({ scale: 1, made: -1 }),
    "`made` must be a whole number in [0, inf), not -1",
  ],
  [
    () => lossScale().restore({ scale: Number.NaN, made: 0 }),
    "`scale` must be a number in (0, inf), not NaN",
  ],
])("refuses %s", (make, message) => {
  expect(make).toThrow(message);
});

it("treats an undefined option as one left out", () => {
  expect(lossScale({ initial: undefined, maximum: undefined } as never)()).toBe(65536);
});
