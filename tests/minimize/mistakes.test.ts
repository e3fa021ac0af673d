/** What is wrong is named, with what to do. */
import { expect, it } from "vitest";
import { adam } from "../../src/index.ts";
import {
  bfgs,
  checkGradient,
  gradientDescent,
  lbfgs,
  lbfgsb,
  MinimizeError,
  minimize,
} from "../../src/minimize/index.ts";

const f = ([x]: number[]) => x! ** 2;
const any = (value: unknown): never => value as never;

it.each([
  [
    "a method without its parentheses",
    () => minimize(f, [1], { method: any(lbfgs) }),
    "lbfgs(); note the parentheses",
  ],
  [
    "a rule without its parentheses",
    () => gradientDescent(any(adam)),
    "adam(); note the parentheses",
  ],
  ["no function", () => minimize(any([1]), [1]), "the first argument must be a function"],
  [
    "an unknown option",
    () => minimize(f, [1], any({ tolerance: 1 })),
    "unknown option `tolerance`",
  ],
  ["an unknown option of a method", () => lbfgs(any({ memmory: 1 })), "it has memory, search"],
  [
    "a memory of nothing",
    () => lbfgs({ memory: 0 }),
    "`memory` must be a whole number, 1 or more, not 0",
  ],
  [
    "a tolerance below zero",
    () => minimize(f, [1], { gradientTolerance: -1 }),
    "`gradientTolerance` must be a number, 0 or more",
  ],
  [
    "bounds for a method without",
    () => minimize(f, [1], { bounds: { lower: 0 } }),
    "lbfgs does not support bounds; use lbfgsb()",
  ],
  [
    "bounds the wrong way round",
    () => minimize(f, [1], { method: lbfgsb(), bounds: { lower: 1, upper: 0 } }),
    "`x[0]` cannot be between 1 and 0",
  ],
  [
    "a start of text",
    () => minimize(any(f), any({ a: "1" })),
    "`a` must be made of numbers, not 1",
  ],
  [
    "a promise",
    () =>
      minimize(
        any(async () => 1),
        [1],
      ),
    "{ value, gradient }, not Promise",
  ],
  [
    "nothing returned",
    () =>
      minimize(
        any(() => undefined),
        [1],
      ),
    "{ value, gradient }, not undefined",
  ],
  [
    "a gradient of another length",
    () => minimize(() => ({ value: 1, gradient: [1, 2] }), [1]),
    "gradient must have length 1, as in the start, not 2",
  ],
  [
    "a gradient without a part",
    () =>
      minimize(
        any(() => ({ value: 1, gradient: { a: 1 } })),
        { a: 1, b: 2 },
      ),
    "gradient.b must be a number",
  ],
  [
    "another method's state",
    () => minimize(f, [1], { method: bfgs(), resume: minimize(f, [1]).save() }),
    "`resume` was saved by lbfgs with 1 unknowns",
  ],
  ["no gradient to check", () => checkGradient(f, [1]), "there is no gradient to check"],
  [
    "a typical size of nothing",
    () => minimize(f, [1], { typical: 0 }),
    "`typical` must be above 0",
  ],
] as const)("%s", (_, mistake, message) => {
  expect(mistake).toThrow(MinimizeError);
  expect(mistake).toThrow(message);
});

it("what the function throws comes through", () => {
  const error = new Error("mine");
  const throwing = () => {
    throw error;
  };
  expect(() => minimize(throwing, [1])).toThrow(error);
});
