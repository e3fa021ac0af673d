import { describe, expect, test } from "vitest";
import { chain, defineOptimizer, defineTransform } from "./define.ts";
import type { Definition } from "./definition.ts";
import { HyperparameterError, RuleError } from "./errors.ts";
import { rangeIn } from "./hyper.ts";
import { type Interval, rangeOf } from "./ranges.ts";

const { EPSILON, MIN_VALUE, MAX_VALUE, POSITIVE_INFINITY, NEGATIVE_INFINITY } = Number;

describe("a range", () => {
  test.each<[Interval | undefined, readonly number[], readonly unknown[]]>([
    ["[0, 1)", [0, -0, 1 - EPSILON / 2], [-MIN_VALUE, 1, NaN, "0", undefined, null, true, 0n]],
    ["(0, 1]", [MIN_VALUE, 1], [0, 1 + EPSILON]],
    ["(0, inf)", [MIN_VALUE, MAX_VALUE], [0, POSITIVE_INFINITY]],
    ["[0, inf]", [0, POSITIVE_INFINITY], [-MIN_VALUE, NaN]],
    ["(-inf, inf)", [-MAX_VALUE, 0, MAX_VALUE], [NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN]],
    ["[-inf, 0]", [NEGATIVE_INFINITY, 0], [MIN_VALUE, POSITIVE_INFINITY]],
    ["[-1.5, 2e-3)", [-1.5, 0.0019], [-1.6, 0.002]],
    ["whole [1, 100)", [1, 2, 99], [0, 1.5, 100, NaN]],
    ["whole [1, inf]", [1, MAX_VALUE], [POSITIVE_INFINITY, 0.5]],
    [undefined, [NEGATIVE_INFINITY, -1.5, POSITIVE_INFINITY], [NaN, "1", undefined]],
  ])("%s contains the right numbers", (interval, inside, outside) => {
    const range = rangeOf(interval);
    for (const value of inside) expect(range.has(value), String(value)).toBe(true);
    for (const value of outside) expect(range.has(value), String(value)).toBe(false);
  });

  test("is said in words", () => {
    expect(rangeOf("[0, 1)").words).toBe("a number in [0, 1)");
    expect(rangeOf("whole [1, inf)").words).toBe("a whole number in [1, inf)");
    expect(rangeOf().words).toBe("a number");
  });
});

const made = defineOptimizer({
  name: "made",
  hyper: { lr: 0.1, beta: 0.9, every: 2, free: 0, flag: false },
  ranges: { lr: "[0, inf)", beta: "[0, 1)", every: "whole [1, inf)" },
  rule: "u = where(flag, g, beta * g + every + free)",
});

test("a range is found by the qualified name, in chains as well", () => {
  const other = defineTransform({
    name: "made",
    hyper: { beta: 5 },
    ranges: { beta: "[5, 6]" },
    rule: "g = beta * g",
  });
  const rule = chain(other(), made());
  expect(rangeIn(rule, "made.beta").words).toBe("a number in [5, 6]");
  expect(rangeIn(rule, "made#2.beta").words).toBe("a number in [0, 1)");
  expect(rangeIn(rule, "made#2.free").words).toBe("a number");
});

describe("an option", () => {
  const options = (given: object) => () => made(given);

  test.each([
    [{ beta: 1 }, "made: `beta` must be a number in [0, 1) or a schedule, not 1"],
    [{ beta: -0.5 }, "made: `beta` must be a number in [0, 1) or a schedule, not -0.5"],
    [
      { beta: "0.5" },
      'made: `beta` must be a number in [0, 1) or a schedule, not the string "0.5"',
    ],
    [
      { lr: POSITIVE_INFINITY },
      "made: `lr` must be a number in [0, inf) or a schedule, not Infinity",
    ],
    [{ every: 1.5 }, "made: `every` must be a whole number in [1, inf) or a schedule, not 1.5"],
    [{ free: NaN }, "made: `free` must be a number or a schedule, not NaN"],
  ])("%o is refused", (given, problem) => {
    expect(options(given)).toThrow(new HyperparameterError(problem));
  });

  test("is accepted within its range, or always if there is no range", () => {
    const given = { lr: 0, beta: 0, every: 1, free: NEGATIVE_INFINITY };
    expect(made(given).parts[0]!.hyper).toEqual({ ...given, flag: false });
  });
});

describe("a definition", () => {
  const define = (more: object) => () =>
    defineOptimizer({
      name: "wrong",
      hyper: { lr: 2, flag: true },
      rule: "u = g",
      ...more,
    } as Definition);

  test.each([
    "[0, 1",
    "0, 1",
    "[0 1)",
    "[0,1)",
    "{0, 1}",
    "whole[0, 9)",
    "[, 9)",
    "[0, x)",
    "",
    3,
    null,
  ])("with the range %j is refused", (lr) => {
    expect(define({ ranges: { lr } })).toThrow(RuleError);
    expect(define({ ranges: { lr } })).toThrow(
      'wrong: line 1, column 1: the range of `lr` must be an interval, such as "[0, 1)", "(0, inf)" or "whole [1, inf)"',
    );
  });

  test.each(["[0, 2)", "(2, inf)", "[3, 1]", "whole [0, 1]"])(
    "whose default is not in %s is refused",
    (lr) => {
      expect(define({ ranges: { lr } })).toThrow("the default of `lr`, 2, is out of its range");
    },
  );

  test.each(["flag", "other", "toString"])("with a range for `%s` is refused", (name) => {
    expect(define({ ranges: { [name]: "[0, 1]" } })).toThrow(
      `\`${name}\` has a range, but is not a numeric hyperparameter`,
    );
  });

  test("marks the range as the place of the mistake", () => {
    expect(define({ ranges: { lr: "[0; 1)" } })).toThrow(/\n {2}\[0; 1\)\n {2}\^{6}$/);
  });
});
