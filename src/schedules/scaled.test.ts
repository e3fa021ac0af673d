import { expect, test } from "vitest";
import { cosine } from "./cosine.ts";
import { linear } from "./linear.ts";
import { scaled } from "./scaled.ts";

const decay = cosine({ initial: 0.4, steps: 10 });

test("a number or another schedule multiplies it", () => {
  const line = linear({ initial: 0, final: 1, steps: 5 });
  for (let step = 1; step < 15; step++) {
    expect(scaled(decay, 0.25)(step)).toBe(decay(step) * 0.25);
    expect(scaled(decay, line)(step)).toBe(decay(step) * line(step));
  }
});

test("it is shown with what it is made of", () => {
  expect(scaled(linear({ initial: 0, final: 1, steps: 5 }), 0.5).name).toBe(
    "scaled(schedule linear(initial 0, final 1, steps 5), factor 0.5)",
  );
});

test("what is no schedule or factor is refused", () => {
  expect(() => scaled(0.1 as never, 2)).toThrow("scaled: option `schedule` is 0.1;");
  expect(() => scaled(decay, NaN)).toThrow("scaled: option `factor` is NaN;");
});
