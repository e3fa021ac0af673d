import { expect, test } from "vitest";
import { linear } from "./linear.ts";

test("the line goes down or up and then holds", () => {
  expect([1, 2, 3, 4, 5, 6].map(linear({ initial: 1, final: 0, steps: 4 }))).toEqual([
    1, 0.75, 0.5, 0.25, 0, 0,
  ]);
  expect([1, 2, 3, 4].map(linear({ initial: 0, final: 1, steps: 2 }))).toEqual([0, 0.5, 1, 1]);
});

test("both ends are exactly the numbers given", () => {
  const schedule = linear({ initial: 0.1, final: 0.3, steps: 7 });
  expect([schedule(1), schedule(8)]).toEqual([0.1, 0.3]);
});

test("a line without steps is refused", () => {
  expect(() => linear({ initial: 1, final: 0, steps: 0 })).toThrow(
    "linear: option `steps` is 0; it must be a whole number, 1 or more",
  );
});
