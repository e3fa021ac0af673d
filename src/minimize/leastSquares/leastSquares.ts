/** Nonlinear least squares: finds the unknowns that make the sum of squared residuals small. */
import { MinimizeError } from "../errors.ts";
import { type Determination, determine } from "./covariance.ts";
import { type Ending, ending, isConverged } from "./ending.ts";
import { Iteration, type Settings } from "./iteration.ts";
import {
  type Bounds,
  DifferencedJacobian,
  GivenJacobian,
  type JacobianSource,
} from "./jacobian.ts";
import { levenbergMarquardt } from "./levenbergMarquardt.ts";
import { robustOf, scaleBy } from "./loss.ts";
import { allFinite, dot } from "./matrix.ts";
import type { LeastSquaresMethod } from "./method.ts";
import {
  atLeastZero,
  checkOptions,
  fitOptions,
  type LeastSquaresOptions,
  type LeastSquaresResult,
} from "./options.ts";
import { Interruption, Residuals } from "./residuals.ts";
import { type Form, type FormOf, formOf, type Unknowns } from "./unknowns.ts";

/**
 * Minimizes half of the sum of squared residuals, by the Levenberg-Marquardt method as MINPACK has it (Moré, 1978), with bounds,
 * weights and robust losses.
 *
 * @param residuals returns m numbers for n unknowns; m may be smaller than n, but must not change
 * @param start the starting point: a list of numbers, or an object of numbers
 * @returns the best point, whether and why it is a minimum, and how well it is determined
 * @throws {MinimizeError} if an argument, or what a function returns, is not valid
 * @example
 * // The point that is nearest to three circles, of radius 1 around (0, 0), (3, 0) and (0, 4).
 * const centers = [[0, 0], [3, 0], [0, 4]];
 * const found = leastSquares(
 *   ({ x, y }) => centers.map(([a, b]) => Math.hypot(x - a, y - b) - 1),
 *   { x: 1, y: 1 },
 * );
 * console.log(found.x, found.message);
 */
export function leastSquares<const X extends Unknowns>(
  residuals: (x: FormOf<X>) => ArrayLike<number>,
  start: X,
  options: LeastSquaresOptions<X> = {},
): LeastSquaresResult<X> {
  checkOptions("leastSquares", options, ["jacobian", ...fitOptions]);
  return solved("leastSquares", residuals, start, options).result;
}

/** A result, with the form of its unknowns. */
export interface Fit<X> {
  readonly result: LeastSquaresResult<X>;
  readonly form: Form<X>;
}

/** @param where the function that was called, for messages */
export function solved<X extends Unknowns>(
  where: string,
  residuals: (x: FormOf<X>) => ArrayLike<number>,
  start: X,
  options: LeastSquaresOptions<X>,
): Fit<X> {
  const form = formOf(where, start);
  const { jacobian, weights, differences = "both" } = options;
  const bounds = boundsOf(where, form, options.bounds);
  const called = new Residuals(where, (x) => residuals(form.write(x)), weights);
  const source = jacobian
    ? new GivenJacobian(where, (x) => jacobian(form.write(x)), called)
    : new DifferencedJacobian(called, bounds, differences);
  const settings = settingsOf(where, form, options, called, bounds);
  const iteration = new Iteration(called, source, within(form.start, bounds), settings);
  return {
    form,
    result: resultOf(iteration, iteration.run(), { form, called, source, settings, options }),
  };
}

function settingsOf<X>(
  where: string,
  form: Form<X>,
  options: LeastSquaresOptions<X>,
  called: Residuals,
  bounds: Bounds | undefined,
): Settings {
  const { onProgress, signal } = options;
  const number = (
    name:
      | "gradientTolerance"
      | "valueTolerance"
      | "stepTolerance"
      | "maxIterations"
      | "maxEvaluations",
    byDefault: number,
  ) => atLeastZero(where, name, options[name], byDefault);
  return {
    method: methodOf(where, options.method),
    gradientTolerance: Math.max(number("gradientTolerance", 1e-10), Number.EPSILON),
    valueTolerance: Math.max(number("valueTolerance", 1e-14), Number.EPSILON),
    stepTolerance: Math.max(number("stepTolerance", 1e-10), Number.EPSILON),
    maxIterations: number("maxIterations", 1000),
    maxEvaluations: number("maxEvaluations", Number.POSITIVE_INFINITY),
    ...{ bounds, signal },
    robust: robustOf(where, options.loss, options.lossScale),
    report:
      onProgress &&
      (({ iterations, x, root }) =>
        onProgress({
          ...{ iterations, evaluations: called.evaluations },
          ...{ x: form.write(x), cost: root ** 2 / 2 },
        })),
  };
}

/** @throws {MinimizeError} if it is not a method */
function methodOf(where: string, method = levenbergMarquardt()): LeastSquaresMethod {
  if (typeof method?.step === "function") return method;
  throw new MinimizeError(
    `${where}: \`method\` must be a method such as levenbergMarquardt(); note the parentheses`,
  );
}

/** @throws {MinimizeError} if a lower bound is above its upper one */
function boundsOf<X>(
  where: string,
  form: Form<X>,
  given: LeastSquaresOptions<X>["bounds"],
): Bounds | undefined {
  if (given === undefined) return undefined;
  checkOptions(`${where}: bounds`, given, ["lower", "upper"]);
  const lower = form.read("bounds.lower", given.lower, Number.NEGATIVE_INFINITY);
  const upper = form.read("bounds.upper", given.upper, Number.POSITIVE_INFINITY);
  for (const [j, name] of form.names.entries()) {
    if (!(lower[j]! <= upper[j]!)) {
      throw new MinimizeError(
        `${where}: bounds: \`${name}\` cannot be between ${lower[j]} and ${upper[j]}`,
      );
    }
  }
  return { lower, upper };
}

const within = (x: Float64Array, bounds: Bounds | undefined): Float64Array =>
  bounds === undefined
    ? x
    : x.map((value, j) => Math.min(Math.max(value, bounds.lower[j]!), bounds.upper[j]!));

interface Parts<X> {
  readonly form: Form<X>;
  readonly called: Residuals;
  readonly source: JacobianSource;
  readonly settings: Settings;
  readonly options: LeastSquaresOptions<X>;
}

function resultOf<X>(iteration: Iteration, found: Ending, parts: Parts<X>): LeastSquaresResult<X> {
  const { form, called, source, options } = parts;
  const { x, residuals, root, iterations, model } = iteration;
  const known = determination(iteration, parts);
  const rank = known?.rank ?? Number.NaN;
  const degreesOfFreedom = called.count - rank;
  const variance = options.absoluteWeights ? 1 : varianceOf(root, degreesOfFreedom);
  const n = x.length;
  const rows = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (__, j) => covarianceAt(known, i, j) * variance),
  );
  const isOpen = isConverged(found) && known !== undefined && rank < n;
  const end = isOpen ? undetermined(form.names, known.isDetermined) : found;
  return {
    ...{ x: form.write(x), residuals: called.unweighted(residuals) },
    ...{ cost: root ** 2 / 2, residualSumOfSquares: dot(residuals, residuals) },
    ...{ gradientCosine: model?.cosine ?? Number.NaN, rank },
    ...{ covariance: rows, degreesOfFreedom, iterations },
    standardErrors: form.write(Float64Array.from(rows, (row, i) => Math.sqrt(row[i]!))),
    ...{ evaluations: called.evaluations, jacobianEvaluations: source.count },
    jacobianBy: options.jacobian ? "given" : "differences",
    ...{ converged: isConverged(end), reason: end.reason, message: end.message },
  };
}

const varianceOf = (root: number, degreesOfFreedom: number): number =>
  degreesOfFreedom > 0 ? root ** 2 / degreesOfFreedom : Number.POSITIVE_INFINITY;

const covarianceAt = (known: Determination | undefined, i: number, j: number): number =>
  known?.covariance.data[i * known.covariance.rows + j] ?? Number.NaN;

/** Computes the covariance from a Jacobian at x. Undefined if no more calls may be made, or if numbers are not finite. */
function determination<X>(
  { x, residuals }: Iteration,
  { source, settings }: Parts<X>,
): Determination | undefined {
  if (!allFinite(residuals)) return undefined;
  try {
    const jacobian = source.at(x, residuals);
    if (!allFinite(jacobian.data)) return undefined;
    if (settings.robust !== undefined) scaleBy(settings.robust, residuals.slice(), jacobian);
    return determine(jacobian, source.precision);
  } catch (error) {
    if (error instanceof Interruption) return undefined;
    throw error;
  }
}

function undetermined(names: readonly string[], isDetermined: readonly boolean[]): Ending {
  const open = names.filter((_, j) => !isDetermined[j]);
  return ending(
    "undetermined",
    `Not converged: the value no longer falls, but the residuals do not determine ${open.join(", ")}. Other values may fit as well.`,
  );
}
