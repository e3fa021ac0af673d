/** Steps of Levenberg and Marquardt that follow how the residuals bend. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  curveFit,
  type LeastSquaresMethod,
  leastSquares,
  levenbergMarquardt,
} from "../../src/minimize/index.ts";
import { boxes } from "../problems/boxes.ts";
import { problems, startsOf } from "../problems/index.ts";
import { regressions } from "../problems/nist/sets.ts";
import { reference } from "./reference.ts";
import { allProblems, digitsOfFit, isKnown, isRight, tolerances } from "./runs.ts";

const method = levenbergMarquardt({ geodesic: true });

/** From each start, with the paper's derivatives. */
const solvedBy = (how: LeastSquaresMethod) =>
  allProblems.flatMap((problem) =>
    startsOf(problem).map((start) => {
      const { jacobian } = problem;
      const found = leastSquares(problem.residuals, start, {
        ...tolerances,
        jacobian,
        method: how,
      });
      return { ...found, isSolved: isKnown(problem, found.residualSumOfSquares) };
    }),
  );

it("is told how residuals bend along a step, exactly where they are quadratic", () => {
  const number = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(
    fc.property(fc.array(number, { minLength: 8, maxLength: 8 }), (c) => {
      const residuals = ([x, y]: readonly number[]) => [
        c[0]! * x! * x! + c[1]! * x! * y! + c[2]! * y! * y! + c[3]! * x! + 1,
        c[4]! * x! * x! + c[5]! * x! * y! + c[6]! * y! * y! + c[7]! * y! + 2,
      ];
      const bends: [number, number][] = [];
      const spy: LeastSquaresMethod = {
        ...method,
        correction(model, made, bend) {
          const [u, v] = made.step as unknown as [number, number];
          const second = [
            2 * (c[0]! * u * u + c[1]! * u * v + c[2]! * v * v),
            2 * (c[4]! * u * u + c[5]! * u * v + c[6]! * v * v),
          ];
          // As many residuals as unknowns: a rotation keeps their norm.
          bends.push([Math.hypot(...bend), Math.hypot(...second)]);
          return method.correction!(model, made, bend);
        },
      };
      leastSquares(residuals, [1, -0.5], {
        ...{ method: spy, maxIterations: 1 },
        jacobian: ([x, y]) => [
          [2 * c[0]! * x! + c[1]! * y! + c[3]!, c[1]! * x! + 2 * c[2]! * y!],
          [2 * c[4]! * x! + c[5]! * y!, c[5]! * x! + 2 * c[6]! * y! + c[7]!],
        ],
      });
      for (const [bend, second] of bends) {
        // Residuals of up to 30 are known to 1e-14; over the square of a tenth of the step that is 1e-12.
        expect(Math.abs(bend - second)).toBeLessThanOrEqual(1e-10 * (1 + second));
      }
    }),
  );
});

describe("the problems of Moré, Garbow and Hillstrom", () => {
  const [bent, straight] = [solvedBy(method), solvedBy(levenbergMarquardt())];
  const count = (runs: typeof bent) => runs.filter(({ isSolved }) => isSolved).length;

  it("are solved as often, with three quarters of the Jacobians", () => {
    expect(count(bent)).toBeGreaterThanOrEqual(count(straight));
    const both = bent.filter((each, i) => each.isSolved && straight[i]!.isSolved);
    const others = straight.filter((each, i) => each.isSolved && bent[i]!.isSolved);
    const total = (runs: typeof bent) =>
      runs.reduce((sum, { jacobianEvaluations }) => sum + jacobianEvaluations, 0);
    expect(total(both) / total(others)).toBeLessThan(0.75);
  });

  it("Beale's from afar is left by a curved valley that straight steps do not get out of", () => {
    const beale = problems[4]!;
    for (const start of startsOf(beale).slice(1)) {
      const options = { ...tolerances, jacobian: beale.jacobian };
      const plain = leastSquares(beale.residuals, start, options);
      const found = leastSquares(beale.residuals, start, { ...options, method });
      expect(isKnown(beale, plain.residualSumOfSquares)).toBe(false);
      expect(isKnown(beale, found.residualSumOfSquares)).toBe(true);
      expect(found.iterations).toBeLessThan(50);
    }
  });
});

it("NIST's regressions have their certified values from their second starts, all but one", () => {
  const right = regressions.filter((regression) => {
    const found = curveFit(regression.model, regression.x, regression.y, regression.starts[1]!, {
      method,
    });
    const { x: parameters, standardErrors, residualSumOfSquares } = found;
    return isRight(digitsOfFit(regression, { parameters, standardErrors, residualSumOfSquares }));
  });
  expect(right.length).toBeGreaterThanOrEqual(26);
});

describe("together with", () => {
  it.each([...boxes.entries()])(
    "bounds: no call is outside, box %i",
    (index, { problem, lower, upper }) => {
      const found = leastSquares(
        (x) => {
          expect(x.every((each, j) => each >= lower[j]! && each <= upper[j]!)).toBe(true);
          return problem.residuals(x);
        },
        problem.start,
        { method, jacobian: problem.jacobian, bounds: { lower, upper } },
      );
      const { trf, dogbox } = reference.boxes[index]!;
      const best = Math.min(
        ...[trf, dogbox].map((each) => ("error" in each ? Infinity : each.value)),
      );
      expect(found.converged, found.message).toBe(true);
      // Of the trigonometric problem the paper knows a minimum that is in the box as well.
      if (problem.number === 26 && isKnown(problem, found.residualSumOfSquares)) return;
      expect(found.residualSumOfSquares - best).toBeLessThanOrEqual(1e-8 * best + 1e-12);
    },
  );

  it("weights and robust losses: the same minimum", () => {
    const { x, y, sigma } = reference.outliers;
    const model = (at: number, [a, b, c]: readonly number[]) => a! * Math.exp(-b! * at) + c!;
    const weights = sigma.map((each) => 1 / each ** 2);
    for (const loss of ["linear", "softL1", "huber", "cauchy", "arctan"] as const) {
      const options = { loss, weights, lossScale: 2 };
      const [bent, straight] = [method, levenbergMarquardt()].map((each) =>
        curveFit(model, x, y, [1, 1, 0], { ...options, method: each }),
      );
      expect(bent!.converged, loss).toBe(true);
      // Both to the tolerance of 1e-14 of the cost, so to its root in the parameters.
      expect(Math.abs(bent!.cost - straight!.cost), loss).toBeLessThanOrEqual(
        1e-12 * straight!.cost,
      );
    }
  });

  it("a limit of calls, which those for the bend are among", () => {
    for (let maxEvaluations = 1; maxEvaluations < 20; maxEvaluations++) {
      let calls = 0;
      const found = leastSquares(
        (x) => {
          calls++;
          return problems[0]!.residuals(x);
        },
        problems[0]!.start,
        { method, maxEvaluations },
      );
      expect(calls).toBeLessThanOrEqual(maxEvaluations);
      expect(found.evaluations).toBe(calls);
    }
  });

  it("residuals that are not finite part of the way", () => {
    // A logarithm of what the first step would make negative.
    const found = leastSquares(([x]) => [Math.log(x!) - 3, x! - 20], [1e-3], { method });
    expect(found.converged).toBe(true);
    expect(found.x[0]).toBeCloseTo(20.0, 0);
  });
});

it("options that there are not are refused", () => {
  expect(() => levenbergMarquardt({ geodesics: true } as never)).toThrow(
    "unknown option `geodesics`",
  );
});
