/** Fits a curve to observations. */
import { MinimizeError } from "../errors.ts";
import { solved } from "./leastSquares.ts";
import { checkOptions, type FitOptions, fitOptions, type LeastSquaresResult } from "./options.ts";
import { studentT } from "./studentT.ts";
import type { Form, FormOf, Unknowns } from "./unknowns.ts";

/** Options of {@link curveFit}. */
export interface CurveFitOptions<T, P> extends FitOptions<P> {
  /**
   * The derivatives of the model by each parameter, in their order. By default they are computed by differences.
   * @param x the place
   */
  readonly gradient?: (x: T, parameters: FormOf<P>) => ArrayLike<number>;
}

/** A point of the curve, with a band around it. */
export interface CurveBand {
  /** The value of the curve. */
  readonly y: number;
  /** The lower end of the band. */
  readonly low: number;
  /** The upper end of the band. */
  readonly high: number;
}

/** What a band contains, and with which probability. */
export interface BandOptions {
  /** The probability, between 0 and 1. Default 0.95. */
  readonly level?: number;
  /** What the band contains: the `"curve"` (the default), or one more `"observation"` of weight 1. */
  readonly of?: "curve" | "observation";
}

/** A fitted curve. `x` has its parameters. */
export interface CurveFitResult<T, P> extends LeastSquaresResult<P> {
  /**
   * The value of the curve at a place.
   * @param x the place, within the observations or beyond
   */
  predict(x: T): number;
  /**
   * The value of the curve at a place, and an interval around it: Student's t times the standard error. The error comes from the
   * covariance, which assumes that the curve is nearly linear in the parameters, within their errors. If these are infinite, the
   * interval is infinite too.
   * @param x the place, within the observations or beyond
   * @throws {MinimizeError} if the level is not between 0 and 1
   */
  band(x: T, options?: BandOptions): CurveBand;
}

/**
 * Fits `y = model(x, parameters)` to observations by least squares.
 *
 * @param model returns y at one place
 * @param x the places: numbers, or whatever the model takes
 * @param y the observations, one for each place
 * @param start initial values of the parameters: a list of numbers, or an object of numbers
 * @throws {MinimizeError} if the numbers of places and observations differ, or an argument is not valid
 * @example
 * const x = [0, 1, 2, 3, 4, 5];
 * const y = [3.02, 2.21, 1.74, 1.45, 1.27, 1.16];
 * const fitted = curveFit((x, { a, b, c }) => a * Math.exp(-b * x) + c, x, y, { a: 1, b: 1, c: 0 });
 * console.log(fitted.x, fitted.standardErrors);
 * console.log(fitted.predict(2.5), fitted.band(2.5));
 */
export function curveFit<T, const P extends Unknowns>(
  model: (x: T, parameters: FormOf<P>) => number,
  x: ArrayLike<T>,
  y: ArrayLike<number>,
  start: P,
  options: CurveFitOptions<T, P> = {},
): CurveFitResult<T, P> {
  checkOptions("curveFit", options, ["gradient", ...fitOptions]);
  if (x.length !== y.length) {
    throw new MinimizeError(
      `curveFit: x has ${x.length} values and y has ${y.length}; they must have the same number`,
    );
  }
  const { gradient, ...others } = options;
  const places = Array.from(x);
  const residuals = (parameters: FormOf<P>) =>
    Float64Array.from(places, (place, i) => model(place, parameters) - y[i]!);
  const { result, form } = solved("curveFit", residuals, start, {
    ...others,
    ...(gradient && {
      jacobian: (parameters: FormOf<P>) => places.map((place) => gradient(place, parameters)),
    }),
  });
  const slopes = (place: T): ArrayLike<number> =>
    gradient?.(place, result.x) ?? differences(form, (at) => model(place, at), result.x);
  return {
    ...result,
    predict: (place) => model(place, result.x),
    band: (place, asked) =>
      bandOf(
        result,
        options.absoluteWeights ?? false,
        model(place, result.x),
        slopes(place),
        asked,
      ),
  };
}

/** Central differences of a model at one place. */
function differences<P>(
  form: Form<P>,
  model: (parameters: FormOf<P>) => number,
  parameters: FormOf<P>,
): Float64Array {
  const at = form.read("parameters", parameters, 0);
  return at.map((value, j) => {
    const h = Number.EPSILON ** (1 / 3) * (Math.abs(value) || 1);
    const [left, right] = [at.slice(), at.slice()];
    left[j]! -= h;
    right[j]! += h;
    return (model(form.write(right)) - model(form.write(left))) / (right[j]! - left[j]!);
  });
}

function bandOf<P>(
  result: LeastSquaresResult<P>,
  areAbsolute: boolean,
  y: number,
  slopes: ArrayLike<number>,
  { level = 0.95, of = "curve" }: BandOptions = {},
): CurveBand {
  const { covariance, degreesOfFreedom, cost } = result;
  const freedom = areAbsolute ? Number.POSITIVE_INFINITY : degreesOfFreedom;
  if (!(freedom > 0)) return { y, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  let variance = of === "curve" ? 0 : areAbsolute ? 1 : (2 * cost) / degreesOfFreedom;
  covariance.forEach((row, i) => {
    row.forEach((value, j) => {
      // If the curve does not depend on a parameter here, its infinite variance does not matter.
      const product = slopes[i]! * slopes[j]!;
      if (product !== 0) variance += product * value;
    });
  });
  const reach = studentT(level, freedom) * Math.sqrt(Math.max(0, variance));
  return Number.isNaN(reach)
    ? { y, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
    : { y, low: y - reach, high: y + reach };
}
