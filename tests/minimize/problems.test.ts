/** The problems of Moré, Garbow and Hillstrom, beside SciPy's minimizers on the same functions. */
import { describe, expect, it } from "vitest";
import {
  bfgs,
  doglegRegion,
  iterate,
  lbfgs,
  lbfgsb,
  type Method,
  minimize,
  newtonCg,
  steihaugRegion,
  zoom,
} from "../../src/minimize/index.ts";
import { problems, startsOf } from "../problems/index.ts";
import { functionOf } from "./functions.ts";
import { isMinimum } from "./reached.ts";
import { scipy } from "./scipy.ts";

/** More than any run needs that gets there: some creep on where exponentials have all but vanished. */
const maxIterations = 3000;

/** Names of the problems whose known minimum is reached, from a standard start, or from 10 or 100 times it: 0, 1 or 2. */
function reachedBy(method: Method, start = 0): string[] {
  return problems
    .filter((problem) => {
      const x = startsOf(problem)[start];
      if (x === undefined) return false;
      return isMinimum(problem, minimize(functionOf(problem), x, { method, maxIterations }).value);
    })
    .map(({ name }) => name);
}

const reachedByScipy = (method: "BFGS" | "L-BFGS-B" | "Newton-CG", from: number): string[] =>
  scipy.free
    .filter(({ start }) => start === from)
    .filter((row) => isMinimum(problems[row.problem]!, row[method].value ?? Number.NaN))
    .map(({ problem }) => problems[problem]!.name);

describe.each([
  ["the standard start", 0, 25],
  ["10 times it", 1, 18],
  ["100 times it", 2, 11],
] as const)("from %s a known minimum is reached", (_, start, fewest) => {
  it.each([
    ["BFGS", bfgs()],
    ["L-BFGS-B", lbfgs()],
    ["L-BFGS-B", lbfgsb()],
    ["Newton-CG", newtonCg()],
  ] as const)("at least as often as by SciPy's %s", (theirs, method) => {
    const ours = reachedBy(method, start);
    const scipys = reachedByScipy(theirs, start);
    const missed = scipys.filter((name) => !ours.includes(name));
    expect(scipys.length).toBeGreaterThanOrEqual(fewest);
    expect(ours.length, `missed: ${missed}`).toBeGreaterThanOrEqual(scipys.length);
  });
});

describe("from the standard start", () => {
  it.each([
    ["bfgs with doglegRegion", bfgs({ search: doglegRegion() })],
    ["newtonCg with steihaugRegion", newtonCg({ search: steihaugRegion() })],
    ["lbfgs with zoom", lbfgs({ search: zoom() })],
  ] as const)("%s reaches nearly all", (_, method) => {
    expect(reachedBy(method).length).toBeGreaterThanOrEqual(30);
  });

  it("lbfgsb without bounds is lbfgs, to the last bit", () => {
    for (const problem of problems) {
      const [ours, plain] = [lbfgsb(), lbfgs()].map((method) =>
        minimize(functionOf(problem), [...problem.start], { method }),
      );
      expect(ours!.x, problem.name).toEqual(plain!.x);
      expect(ours!.evaluations, problem.name).toBe(plain!.evaluations);
    }
  });
});

describe("from any start", () => {
  it.each([
    ["lbfgs", lbfgs()],
    ["bfgs", bfgs()],
    ["newtonCg", newtonCg()],
  ] as const)("%s ends at no higher value than it began with", (_, method) => {
    for (const problem of problems) {
      for (const start of startsOf(problem)) {
        const f = functionOf(problem);
        const { value, x } = minimize(f, start, { method, maxIterations: 200 });
        expect(value, problem.name).toBeLessThanOrEqual(f(start).value);
        expect(value, problem.name).toBe(f(x).value);
      }
    }
  });
});

it("newtonCg follows a curved valley from far off, where a residual of one half would be steepest descent", () => {
  for (const start of startsOf(problems[0]!)) {
    const { value, iterations } = minimize(functionOf(problems[0]!), start, { method: newtonCg() });
    expect(isMinimum(problems[0]!, value)).toBe(true);
    // Newton's method takes a step for each turn of the valley; steepest descent took all of 10,000 from afar.
    expect(iterations).toBeLessThan(500);
  }
});

it("what was learned and is wrong is no convergence: it is forgotten before a run that stalls ends", () => {
  // On the way down from values of 1e13 the inverse Hessian becomes so small that steps are hidden by rounding.
  const chebyquad = problems[34]!;
  const start = startsOf(chebyquad)[1]!;
  const result = minimize(functionOf(chebyquad), start, { method: bfgs() });
  expect(result.reason).toBe("gradient");
  expect(isMinimum(chebyquad, result.value)).toBe(true);
});

describe("within bounds", () => {
  it.each(scipy.bounded)("$problem $kind: at most SciPy's value", (row) => {
    const problem = problems[row.problem]!;
    const { lower, upper } = row;
    const f = (x: number[]) => {
      const isInside = x.every((each, i) => each >= lower[i]! && each <= upper[i]!);
      if (!isInside) throw new Error(`outside: ${x}`);
      return functionOf(problem)(x);
    };
    const options = { method: lbfgsb(), bounds: { lower: [...lower], upper: [...upper] } };
    const { value } = minimize(f, [...problem.start], options);
    expect(value).toBeLessThanOrEqual(row.value! + 1e-8 * Math.max(1, Math.abs(row.value!)));
  });

  it("a run that is saved and resumed between any iterations ends at the same bits", () => {
    for (const { problem: index, lower, upper } of scipy.bounded.slice(0, 30)) {
      const { start } = problems[index]!;
      const f = functionOf(problems[index]!);
      const bounds = { lower: [...lower], upper: [...upper] };
      // Of few pairs the oldest goes soon.
      const options = { method: lbfgsb({ memory: 3 }), bounds, maxIterations: 20 };
      const whole = minimize(f, [...start], options);
      for (const state of iterate(f, [...start], options)) {
        if (state.reason !== undefined) continue;
        const resume = structuredClone(state.save());
        const { x, evaluations } = minimize(f, [...start], { ...options, resume });
        expect([x, evaluations]).toEqual([whole.x, whole.evaluations]);
      }
    }
  });

  it("the minimum of Meyer's problem is reached, in a valley of condition 1e12 where SciPy stops", () => {
    const rows = scipy.bounded.filter(({ problem, kind }) => problem === 9 && kind !== "out");
    expect(rows.map(({ kind }) => kind)).toEqual(["around", "outside"]);
    for (const { lower, upper, value: theirs } of rows) {
      const bounds = { lower: [...lower], upper: [...upper] };
      const meyer = problems[9]!;
      const { value } = minimize(functionOf(meyer), [...meyer.start], { method: lbfgsb(), bounds });
      expect(isMinimum(meyer, value)).toBe(true);
      expect(isMinimum(meyer, theirs!)).toBe(false);
    }
  });
});
