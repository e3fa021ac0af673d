/** The line search of PyTorch's L-BFGS. */
import type { Search } from "../method.ts";
import { absoluteSum, largest } from "../vector.ts";
import { cubicMinimum, type Sample } from "./interpolate.ts";
import type { Line } from "./line.ts";
import { lineSearch, type WolfeOptions } from "./lineSearch.ts";

/** Options of {@link zoom}. */
export interface ZoomOptions extends WolfeOptions {
  /** The search ends if the interval times the largest element of the direction is smaller than this. Default 1e-9. */
  readonly changeTolerance?: number;
}

/** At least every other trial is this part of the interval away from its ends. */
const margin = 0.1;

/**
 * A line search with strong Wolfe conditions, in two phases: it makes steps longer until one is too long, then it shrinks the
 * interval by cubic interpolation. The very first step has the length 1 / s, but at most 1; s is the sum of the
 * magnitudes in the gradient.
 *
 * Options: `decrease` (1e-4), `curvature` (0.9), `maxEvaluations` for each step (25), `changeTolerance` (1e-9).
 *
 * Nocedal and Wright, 2006, algorithms 3.5 and 3.6, with the safeguards of Schmidt's minFunc. It makes the same steps as
 * `torch.optim.LBFGS(line_search_fn="strong_wolfe")`.
 *
 * @example
 * // As torch.optim.LBFGS(..., line_search_fn="strong_wolfe", history_size=10).
 * const method = lbfgs({ memory: 10, search: zoom() });
 * const f = valueAndGradient((x) => sum(square(sub(square(x), 4))));
 * minimize(f, [1, 3], { method }).x; // [2, 2]
 */
export function zoom(options: ZoomOptions = {}): Search {
  const { decrease = 1e-4, curvature = 0.9, maxEvaluations = 25, changeTolerance = 1e-9 } = options;
  const all = { decrease, curvature, maxEvaluations, changeTolerance };
  return lineSearch("zoom", (line) => {
    const first = line.scaled ? 1 : Math.min(1, 1 / absoluteSum(line.from.gradient));
    const interval = bracket(line, Math.min(first, line.maxLength), all);
    return interval === "accepted" || (interval !== undefined && zoomInto(line, interval, all));
  });
}

type Settings = Required<ZoomOptions>;

/** Both ends of an interval, and the evaluations it took to find it. */
interface Interval {
  readonly ends: [Sample, Sample];
  count: number;
}

const sampleOf = (line: Line): Sample => ({
  length: line.length,
  value: line.value,
  slope: line.trialSlope,
});

const isTooHigh = (line: Line, decrease: number): boolean =>
  line.value > line.from.value + decrease * line.length * line.slope;

const isFlat = (line: Line, curvature: number): boolean =>
  Math.abs(line.trialSlope) <= -curvature * line.slope;

/** Makes steps longer until an interval contains an acceptable one. */
function bracket(line: Line, first: number, settings: Settings): Interval | "accepted" | undefined {
  const { decrease, curvature, maxEvaluations } = settings;
  let before: Sample = { length: 0, value: line.from.value, slope: line.slope };
  let length = first;
  for (let count = 0; count < maxEvaluations; count++) {
    line.evaluate(length);
    const at = sampleOf(line);
    if (isTooHigh(line, decrease) || (count > 1 && at.value >= before.value)) {
      return { ends: [before, at], count };
    }
    if (isFlat(line, curvature)) {
      return "accepted";
    }
    if (at.slope >= 0) {
      return { ends: [before, at], count };
    }
    if (length === line.maxLength) {
      return "accepted";
    }
    const [least, most] = [length + 0.01 * (length - before.length), length * 10];
    length = Math.min(interpolated(before, at, least, most), line.maxLength);
    before = at;
  }
  return undefined;
}

/** The minimum of the cubic within limits. Their middle if it has none, or if an end is not known. */
function interpolated(a: Sample, b: Sample, least: number, most: number): number {
  const minimum = cubicMinimum(a, b);
  return Number.isNaN(minimum) ? (least + most) / 2 : Math.min(Math.max(minimum, least), most);
}

/** Makes the interval smaller until a trial is accepted. */
function zoomInto(line: Line, interval: Interval, settings: Settings): boolean {
  const { decrease, curvature, maxEvaluations, changeTolerance } = settings;
  const { ends } = interval;
  const size = largest(line.direction);
  let low = ends[0].value <= ends[1].value ? 0 : 1;
  let isNearEnd = false;
  for (let { count } = interval; count < maxEvaluations; count++) {
    const [least, most] = [ends[0].length, ends[1].length].sort((a, b) => a - b) as [
      number,
      number,
    ];
    if ((most - least) * size < changeTolerance) {
      return false;
    }
    let length = interpolated(ends[0], ends[1], least, most);
    const away = margin * (most - least);
    const isNear = Math.min(most - length, length - least) < away;
    if (isNear && (isNearEnd || length >= most || length <= least)) {
      length = most - length < length - least ? most - away : least + away;
      isNearEnd = false;
    } else {
      isNearEnd = isNear;
    }
    line.evaluate(length);
    const at = sampleOf(line);
    if (isTooHigh(line, decrease) || at.value >= ends[low]!.value) {
      ends[1 - low] = at;
      low = ends[0].value <= ends[1].value ? 0 : 1;
      continue;
    }
    if (isFlat(line, curvature)) {
      return true;
    }
    if (at.slope * (ends[1 - low]!.length - ends[low]!.length) >= 0) {
      ends[1 - low] = ends[low]!;
    }
    ends[low] = at;
  }
  return false;
}
