/** Whether the problems are those of the paper: their derivatives, their dimensions and their minima. */
import { describe, expect, test } from "vitest";
import { gradientOf, otherDimensions, type Problem, problems, startsOf, valueOf } from "./index.ts";

const all = [...problems, ...otherDimensions].map(
  (problem) => [`${problem.number} ${problem.name}, n = ${problem.start.length}`, problem] as const,
);

/** The Jacobian by central differences of fourth order. */
function differences({ residuals }: Problem, x: readonly number[]): number[][] {
  const columns = x.map((value, j) => {
    const h = 1e-3 * Math.max(Math.abs(value), 1e-2);
    const at = (steps: number) => residuals(x.map((each, k) => (k === j ? value + steps * h : each)));
    const [before, less, more, after] = [at(-2), at(-1), at(1), at(2)];
    return before!.map((first, i) => (first - 8 * less![i]! + 8 * more![i]! - after![i]!) / (12 * h));
  });
  return columns[0]!.map((_, i) => columns.map((column) => column[i]!));
}

test("there is one for each number", () => {
  expect(problems.map(({ number }) => number)).toEqual(Array.from({ length: 35 }, (_, i) => i + 1));
});

test("most have three starts", () => {
  const counts = problems.map((problem) => startsOf(problem).length);
  expect(counts.filter((count) => count === 3).length).toBeGreaterThanOrEqual(30);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
});

describe.each(all)("%s", (_, problem) => {
  test("has m residuals, whose Jacobian is that of differences", () => {
    // A little beside the start, where a derivative may be 0 or two unknowns the same.
    const x = problem.start.map((value, j) => value * 1.03 + 0.01 * (j + 1));
    const [given, wanted] = [problem.jacobian(x), differences(problem, x)];
    expect(problem.residuals(x)).toHaveLength(problem.m);
    expect(given).toHaveLength(problem.m);
    const largest = Math.max(...given.flat().map(Math.abs));
    for (const [i, row] of given.entries()) {
      expect(row).toHaveLength(x.length);
      for (const [j, slope] of row.entries()) {
        const off = Math.abs(slope - wanted[i]![j]!);
        expect(off, `${i}, ${j}`).toBeLessThan(1e-7 * Math.max(Math.abs(slope), 1e-3 * largest));
      }
    }
  });

  test("has the minima that it says, the least one first", () => {
    const values = problem.minima.map(({ value }) => value);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    for (const { value, at } of problem.minima) {
      if (at === undefined) continue;
      expect(Math.abs(valueOf(problem, at) - value)).toBeLessThanOrEqual(1e-7 * value + 1e-15);
      // By a step along the gradient nothing is won.
      const rows = problem.jacobian(at);
      const r = Math.sqrt(value) + 1e-6;
      for (const [j, slope] of gradientOf(problem, at).entries()) {
        const length = Math.hypot(...rows.map((row) => row[j]!));
        expect(Math.abs(slope), `${j}`).toBeLessThanOrEqual(1e-4 * r * length + 1e-12);
      }
    }
  });
});
