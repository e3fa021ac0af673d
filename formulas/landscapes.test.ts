/** Known functions have their lowest values at their listed minima. */
import { minimize } from "gradus/minimize";
import { describe, expect, it } from "vitest";
import { differentiate, evaluate } from "./evaluate.ts";
import { landscapes } from "./landscapes.ts";
import { parseFormula } from "./parse.ts";

describe.each(Object.entries(landscapes))("%s", (name, landscape) => {
  const { formula, minima, least, view } = landscape;
  const expression = parseFormula({ what: "function", text: formula });
  const unknowns = Object.keys(landscape.start);
  const start = Object.values(landscape.start);
  const scopeOf = (place: readonly number[]) =>
    Object.fromEntries(unknowns.map((unknown, i) => [unknown, place[i]!]));

  it("has its lowest value at each of its minima", () => {
    for (const place of minima) {
      // The minima are written with sixteen digits, so the squares of their errors are within the rounding of the terms.
      expect(evaluate(expression, scopeOf(place))).toBeCloseTo(least, 11);
      // At a kink the slopes of both sides differ.
      if (name === "kink" || name === "ackley") continue;
      const { slopes } = differentiate(expression, scopeOf(place), unknowns);
      for (const slope of slopes) expect(Math.abs(slope)).toBeLessThan(1e-5);
    }
  });

  it("is nowhere lower, as far as descents from a grid around the minima find", () => {
    const [x, y] = [0, 1].map((axis) => minima.map((place) => place[axis]!));
    const across = [-2.1, -0.7, 0.8, 2.3];
    const starts = across.flatMap((a) =>
      across.map((b) => [Math.min(...x!) + a, Math.max(...y!) + b]),
    );
    for (const from of [start, ...starts]) {
      const { value } = minimize(
        (place: number[]) => {
          const { value, slopes } = differentiate(expression, scopeOf(place), unknowns);
          return { value, gradient: slopes };
        },
        [...from],
      );
      expect(value).toBeGreaterThan(least - 1e-11);
    }
  });

  it("shows its start and its minima", () => {
    for (const place of [start, ...minima]) {
      for (const [i, [low, high]] of [view.x, view.y].entries()) {
        expect(place[i]).toBeGreaterThan(low);
        expect(place[i]).toBeLessThan(high);
      }
    }
  });

  it("does not start at a stationary point", () => {
    const { slopes } = differentiate(expression, scopeOf(start), unknowns);
    expect(Math.hypot(...slopes)).toBeGreaterThan(1e-2);
  });
});
