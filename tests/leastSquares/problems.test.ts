/** The problems of Moré, Garbow and Hillstrom, NIST's regressions and boxes, beside SciPy. */
import { describe, expect, test } from "vitest";
import { dogleg, leastSquares } from "../../src/minimize/index.ts";
import { boxes } from "../problems/boxes.ts";
import { reference } from "./reference.ts";
import { isKnown, isRight, median, problemRuns, regressionRuns } from "./runs.ts";

describe.each(["given", "forward"] as const)("with derivatives that are %s", (derivatives) => {
  const runs = problemRuns(derivatives);

  test("as many problems are solved as by MINPACK, from all starts and from the standard ones", () => {
    for (const some of [runs, runs.filter(({ factor }) => factor === 1)]) {
      const [ours, theirs] = [
        some.filter((run) => run.ours.solved),
        some.filter((run) => run.theirs.solved),
      ];
      expect(ours.length).toBeGreaterThanOrEqual(theirs.length);
    }
  });

  test("the median of evaluations is at most 1.1 of MINPACK's", () => {
    const both = runs.filter(({ ours, theirs }) => ours.solved && theirs.solved);
    expect(both.length).toBeGreaterThan(60);
    const ratios = both.map(({ ours, theirs }) => ours.evaluations / theirs.evaluations);
    expect(median(ratios)).toBeLessThanOrEqual(1.1);
  });
});

test("dogleg solves as many from the standard starts as MINPACK", () => {
  const runs = problemRuns("given", dogleg()).filter(({ factor }) => factor === 1);
  const lost = runs.filter(({ ours, theirs }) => theirs.solved && !ours.solved);
  expect(lost.map(({ problem }) => problem.name)).toEqual([]);
});

describe("NIST's regressions", () => {
  const runs = regressionRuns();

  test.each([1, 2])(
    "from start %i are as many right to six digits as SciPy's best, of which 26 from start 2",
    (start) => {
      const some = runs.filter((run) => run.start === start);
      const ours = some.filter(({ digits }) => isRight(digits)).length;
      expect(ours).toBeGreaterThanOrEqual(some.filter(({ theirs }) => isRight(theirs)).length);
      if (start === 2) expect(ours).toBeGreaterThanOrEqual(26);
    },
  );

  test("claim to have converged only where the parameters are right", () => {
    const wrong = runs.filter(({ converged, digits }) => converged && digits.parameters < 6);
    expect(wrong.map(({ regression, start }) => `${regression.name} ${start}`)).toEqual([]);
  });
});

describe("bounds", () => {
  test.each([...boxes.entries()])("%i", (index, { problem, lower, upper, start }) => {
    const { trf, dogbox } = reference.boxes[index]!;
    const best = Math.min(
      ...[trf, dogbox].map((found) => ("error" in found ? Infinity : found.value)),
    );
    for (const from of [start, problem.start]) {
      const found = leastSquares(problem.residuals, from, {
        ...{ jacobian: problem.jacobian, bounds: { lower, upper } },
      });
      const value = found.residualSumOfSquares;
      expect(found.converged, found.message).toBe(true);
      // Of the trigonometric problem the paper knows a minimum that is in the box as well.
      if (problem.number === 26 && isKnown(problem, value)) continue;
      expect(value - best, problem.name).toBeLessThanOrEqual(1e-8 * best + 1e-12);
    }
  });
});
