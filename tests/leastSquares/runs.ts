/** Runs Gradus and SciPy on the same problems, for tests and for the tables of docs/least-squares.md. */
import { curveFit, type LeastSquaresMethod, leastSquares } from "../../src/minimize/index.ts";
import { otherDimensions, type Problem, problems, startsOf } from "../problems/index.ts";
import { type Regression, regressions } from "../problems/nist/sets.ts";
import {
  digits,
  digitsOf,
  type Failed,
  type FittedRegression,
  type Found,
  reference,
} from "./reference.ts";

export const allProblems: readonly Problem[] = [...problems, ...otherDimensions];

/** The tolerances that SciPy used. */
export const tolerances = { gradientTolerance: 1e-10, valueTolerance: 1e-10, stepTolerance: 1e-10 };

/** Whether a sum of squares is a known minimum: within a relative 1e-8, or below 1e-14 if that is 0. */
export const isKnown = ({ minima }: Problem, value: number): boolean =>
  minima.some((minimum) => Math.abs(value - minimum.value) <= (1e-8 * minimum.value || 1e-14));

export interface Run {
  readonly problem: Problem;
  readonly factor: number;
  readonly ours: {
    readonly value: number;
    readonly evaluations: number;
    readonly solved: boolean;
    readonly reason: string;
  };
  readonly theirs: {
    readonly value: number;
    readonly evaluations: number;
    readonly solved: boolean;
  };
}

/** Runs both from each start of each problem. */
export function problemRuns(derivatives: "given" | "forward", method?: LeastSquaresMethod): Run[] {
  return allProblems.flatMap((problem, index) =>
    startsOf(problem).map((start, k): Run => {
      const result = leastSquares(problem.residuals, start, {
        ...tolerances,
        ...(derivatives === "given" ? { jacobian: problem.jacobian } : { differences: "forward" }),
        ...(method && { method }),
      });
      const value = result.residualSumOfSquares;
      // SciPy's way to count: without the evaluations for differences.
      const inDifferences = derivatives === "given" ? 0 : start.length * result.jacobianEvaluations;
      const evaluations = result.evaluations - inDifferences;
      const solved = isKnown(problem, value);
      const run = reference.problems[index]!.runs[k]!;
      const found = derivatives === "given" ? run.given : run.differences;
      return {
        ...{ problem, factor: 10 ** k },
        ours: { value, evaluations, solved, reason: result.reason },
        theirs: theirsOf(problem, found),
      };
    }),
  );
}

function theirsOf(problem: Problem, found: Found | Failed): Run["theirs"] {
  if ("error" in found) return { value: Number.NaN, evaluations: Number.NaN, solved: false };
  return {
    value: found.value,
    evaluations: found.nfev,
    solved: isKnown(problem, found.value),
  };
}

/** The correct digits of a regression: of parameters, standard errors and the residual sum of squares. */
export interface Digits {
  readonly parameters: number;
  readonly standardErrors: number;
  readonly residualSumOfSquares: number;
}

export function digitsOfFit({ certified }: Regression, fit: FittedRegression | Failed): Digits {
  if ("error" in fit) return { parameters: 0, standardErrors: 0, residualSumOfSquares: 0 };
  return {
    parameters: digitsOf(fit.parameters, certified.parameters),
    standardErrors: digitsOf(fit.standardErrors, certified.standardErrors),
    residualSumOfSquares: digits(fit.residualSumOfSquares, certified.residualSumOfSquares),
  };
}

export const isRight = ({ parameters, standardErrors, residualSumOfSquares }: Digits): boolean =>
  Math.min(parameters, standardErrors, residualSumOfSquares) >= 6;

export interface RegressionRun {
  readonly regression: Regression;
  /** 1 or 2. */
  readonly start: number;
  readonly digits: Digits;
  readonly converged: boolean;
  readonly reason: string;
  readonly message: string;
  readonly evaluations: number;
  /** The best of SciPy's results. */
  readonly theirs: Digits;
}

export function regressionRuns(): RegressionRun[] {
  return regressions.flatMap((regression, index) =>
    regression.starts.map((start, k): RegressionRun => {
      const result = curveFit(regression.model, regression.x, regression.y, start);
      const { converged, reason, message, evaluations } = result;
      const tries = Object.values(reference.regressions[index]!.runs[k]!);
      const [theirs] = tries
        .map((fit) => digitsOfFit(regression, fit))
        .sort((a, b) => least(b) - least(a));
      return {
        ...{ regression, start: k + 1, converged, reason, message, evaluations, theirs: theirs! },
        digits: digitsOfFit(regression, {
          parameters: result.x,
          standardErrors: result.standardErrors,
          residualSumOfSquares: result.residualSumOfSquares,
        }),
      };
    }),
  );
}

const least = (each: Digits): number =>
  Math.min(each.parameters, each.standardErrors, each.residualSumOfSquares);

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
