/** The line search of Moré and Thuente. */
import type { Search } from "../method.ts";
import { largest } from "../vector.ts";
import { cubicMinimum, quadraticMinimum, type Sample, secantMinimum } from "./interpolate.ts";
import type { Line } from "./line.ts";
import { lineSearch, satisfiesWolfe, type WolfeOptions } from "./lineSearch.ts";

/** The interval that is searched. `best` has the lowest value. `other` is the far end, once there is one. */
interface Interval {
  best: Sample;
  other: Sample;
  isBracketed: boolean;
}

/**
 * The line search of Moré and Thuente, with strong Wolfe conditions. It shrinks an interval that contains a good step by cubic and
 * quadratic interpolation, by at least a third in two steps. If a value is not finite, the step is too long.
 *
 * Options: `decrease` (1e-4), `curvature` (0.9), `maxEvaluations` for each step (30).
 *
 * Moré and Thuente, 1994, "Line search algorithms with guaranteed sufficient decrease". SciPy's BFGS and L-BFGS-B use it too.
 *
 * @example
 * const f = valueAndGradient((x) => sum(sub(exp(x), x)));
 * // Exact searches: slopes at their ends are a tenth of those at their starts.
 * const method = lbfgs({ search: moreThuente({ curvature: 0.1 }) });
 * minimize(f, [1, -2, 3], { method }).x; // [0, 0, 0]
 */
export function moreThuente(options: WolfeOptions = {}): Search {
  const { decrease = 1e-4, curvature = 0.9, maxEvaluations = 30 } = options;
  const settings = { decrease, curvature, maxEvaluations };
  return lineSearch("moreThuente", (line) => search(line, settings));
}

/**
 * The first length to try if the scale is not known. It changes x by a hundredth; or the value by a hundredth, if no unknown
 * then changes by more than 1. After Hager and Zhang, 2006, I0 to I2.
 */
function firstLength({ from }: Line): number {
  const steepness = largest(from.gradient);
  const byValue = from.value === 0 ? 1 : (0.01 * Math.abs(from.value)) / steepness;
  return Math.max(0.01 * largest(from.x), Math.min(byValue, 1)) / steepness;
}

function search(line: Line, options: Required<WolfeOptions>): boolean {
  const { decrease, curvature, maxEvaluations } = options;
  const start: Sample = { length: 0, value: line.from.value, slope: line.slope };
  const interval: Interval = { best: start, other: start, isBracketed: false };
  const leastSlope = decrease * line.slope;
  let longest = line.maxLength;
  let length = Math.min(line.scaled ? 1 : firstLength(line), longest);
  let width = Infinity;
  let widthBefore = width;
  let isLow = false;
  for (let count = 0; count < maxEvaluations; count++) {
    line.evaluate(length);
    if (satisfiesWolfe(line, decrease, curvature)) {
      return true;
    }
    if (line.value === Infinity) {
      const reach = length - interval.best.length;
      longest = interval.best.length + 0.7 * reach;
      interval.isBracketed = false;
      length = interval.best.length + 0.3 * reach;
      continue;
    }
    const trial: Sample = { length, value: line.value, slope: line.trialSlope };
    const enough = start.value + length * leastSlope;
    isLow ||= trial.value <= enough && trial.slope >= 0;
    if (length === longest && trial.value <= enough && trial.slope <= leastSlope) {
      return true;
    }
    // At first, the interval is for the value minus what the sufficient decrease demands.
    const tilt =
      !isLow && trial.value <= interval.best.value && trial.value > enough ? leastSlope : 0;
    let next = narrow(interval, trial, tilt, longest);
    if (interval.isBracketed) {
      const { best, other } = interval;
      if (Math.abs(other.length - best.length) >= 0.66 * widthBefore) {
        next = best.length + 0.5 * (other.length - best.length);
      }
      widthBefore = width;
      width = Math.abs(other.length - best.length);
      // Only rounding is left to gain, or there is no number in between.
      const isInside = (next - best.length) * (next - other.length) < 0;
      if (!isInside || width * Math.abs(best.slope) <= 1e-17 * Math.abs(start.value)) {
        return false;
      }
    }
    if (!(next !== length && next > 0)) {
      return false;
    }
    length = next;
  }
  return false;
}

const tilted = (sample: Sample, by: number): Sample =>
  by === 0
    ? sample
    : {
        length: sample.length,
        value: sample.value - sample.length * by,
        slope: sample.slope - by,
      };

/** Makes the interval smaller by a trial, and returns the next length to try. `tilt` is subtracted from all slopes. */
function narrow(interval: Interval, trial: Sample, tilt: number, longest: number): number {
  const wasBracketed = interval.isBracketed;
  const best = tilted(interval.best, tilt);
  const other = tilted(interval.other, tilt);
  const at = tilted(trial, tilt);
  const turns = at.slope * Math.sign(best.slope) < 0;
  let next: number;
  if (at.value > best.value) {
    next = higher(best, at);
    interval.isBracketed = true;
  } else if (turns) {
    const [cubic, secant] = [cubicMinimum(best, at), secantMinimum(best, at)];
    next = Math.abs(cubic - at.length) > Math.abs(secant - at.length) ? cubic : secant;
    interval.isBracketed = true;
  } else if (Math.abs(at.slope) < Math.abs(best.slope)) {
    next = flatter(best, at, other, wasBracketed, longest);
  } else if (wasBracketed) {
    const cubic = cubicMinimum(at, other);
    next = Number.isNaN(cubic) ? (at.length + other.length) / 2 : cubic;
  } else {
    next = farthest(best, at, longest);
  }
  if (at.value > best.value) {
    interval.other = trial;
  } else {
    if (turns) {
      interval.other = interval.best;
    }
    interval.best = trial;
  }
  return next;
}

/** The longest next length while the interval has no far end. */
const farthest = (best: Sample, at: Sample, longest: number): number =>
  Math.min(at.length + 4 * (at.length - best.length), longest);

/** The value is higher, so a minimum is in between. Prefers lengths near the best. */
function higher(best: Sample, at: Sample): number {
  const [cubic, quadratic] = [cubicMinimum(best, at), quadraticMinimum(best, at)];
  if (Number.isNaN(cubic) || Math.abs(cubic - best.length) < Math.abs(quadratic - best.length)) {
    return Number.isNaN(cubic) ? quadratic : cubic;
  }
  return cubic + (quadratic - cubic) / 2;
}

/** The value is lower and the slope less steep, so a minimum is ahead. */
function flatter(
  best: Sample,
  at: Sample,
  other: Sample,
  isBracketed: boolean,
  longest: number,
): number {
  const ahead = at.length - best.length;
  const cubic = cubicAhead(best, at, ahead > 0 ? (isBracketed ? Infinity : longest) : 0);
  const secant = secantMinimum(best, at);
  const isCubicNearer = Math.abs(cubic - at.length) < Math.abs(secant - at.length);
  if (isBracketed) {
    const nearer = isCubicNearer ? cubic : secant;
    const limit = at.length + 0.66 * (other.length - at.length);
    return ahead > 0 ? Math.min(limit, nearer) : Math.max(limit, nearer);
  }
  const farther = isCubicNearer ? secant : cubic;
  const least = best.length === 0 ? at.length : at.length + 1.1 * ahead;
  return Math.min(Math.max(farther, least), farthest(best, at, longest));
}

/** The minimum of the cubic if it is ahead, otherwise `end`. */
function cubicAhead(best: Sample, at: Sample, end: number): number {
  const minimum = cubicMinimum(at, best);
  return (minimum - at.length) * (at.length - best.length) > 0 ? minimum : end;
}
