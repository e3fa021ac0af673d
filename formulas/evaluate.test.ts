/** Formulas give the same as JavaScript, and finite differences confirm their derivatives. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differentiate, evaluate } from "./evaluate.ts";
import { functions } from "./functions.ts";
import { parseFormula } from "./parse.ts";

const parsed = (text: string) => parseFormula({ what: "formula", text });
const at = (text: string, scope: Record<string, number> = {}) => evaluate(parsed(text), scope);

describe("evaluate", () => {
  it.each([
    ["1 + 2 * 3 - 4 / 8", 6.5],
    ["-2^2", -4],
    ["2^3^2", 512],
    ["7 % 3 + -7 % 3", 3],
    ["where(1 < 2, 5, 1 / 0)", 5],
    ["where(2 != 2, 5, 6)", 6],
    ["clamp(4, 0, 3) + min(1, 2) + max(1, 2)", 6],
    ["cos(pi)", -1],
    ["1e-3 * .5", 5e-4],
  ])("%s is %d", (text, wanted) => {
    expect(at(text)).toBe(wanted);
  });

  it("is the same as in JavaScript for an exponential decay", () => {
    const number = fc.double({ min: -5, max: 5, noNaN: true });
    fc.assert(
      fc.property(number, number, number, number, (a, b, c, x) => {
        const wanted = a * Math.exp(-b * x) + c;
        expect(at("a * exp(-b * x) + c", { a, b, c, x })).toBe(wanted);
      }),
    );
  });
});

/** Points at which a function is smooth. */
const places: Readonly<Record<string, readonly number[]>> = {
  acos: [0.3],
  asin: [0.3],
  clamp: [0.3, -1, 1],
  max: [0.7, 0.2],
  min: [0.7, 0.2],
  where: [1, 0.7, 0.2],
};

describe("differentiate", () => {
  it.each(Object.keys(functions))("%s has the derivative that finite differences give", (name) => {
    const operands = places[name] ?? [0.7];
    const names = operands.map((_, i) => `p${i}`);
    const tree = parsed(`${name}(${names.join(", ")})`);
    const scope = (values: readonly number[]) =>
      Object.fromEntries(values.map((value, i) => [names[i]!, value]));
    const { value, slopes } = differentiate(tree, scope(operands), names);
    expect(value).toBe(evaluate(tree, scope(operands)));
    for (const [i, slope] of slopes.entries()) {
      if (name === "where" && i === 0) continue;
      const h = 1e-5;
      const moved = (step: number) =>
        evaluate(tree, scope(operands.map((each, k) => (k === i ? each + step : each))));
      expect(slope).toBeCloseTo((moved(h) - moved(-h)) / (2 * h), 8);
    }
  });

  it.each([
    ["a * b - a / b", [2 - 1 / 2, 3 + 3 / 4]],
    ["a^b", [2 * 3, 9 * Math.log(3)]],
    ["-(a % b)", [-1, 1]],
    ["a * x^0 + 2 * b", [1, 2]],
    ["sqrt(x) * a", [0, 0]],
  ])("%s", (text, wanted) => {
    const { slopes } = differentiate(parsed(text), { a: 3, b: 2, x: 0 }, ["a", "b"]);
    for (const [i, slope] of slopes.entries()) expect(slope).toBeCloseTo(wanted[i]!, 12);
  });
});
