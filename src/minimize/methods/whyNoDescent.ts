/** Finds out why a search found nothing lower along a descent direction: rounding, a wrong gradient, a kink, or NaN. */
import type { Ending, Objective, Point, Searcher } from "../method.ts";
import { createPoint } from "../method.ts";
import { addScaled, largest } from "../vector.ts";

const endings = {
  value: "converged: a step could lower the value by less than its rounding",
  wrongGradient:
    "not converged: the gradient does not match the values; checkGradient(f, x) shows where",
  notSmooth: "not converged: the function has a jump or a kink here",
  notFinite: "not converged: the values around the point are infinite or NaN",
  search: "not converged: the search found no lower value, for an unknown reason",
} as const;

const end = (reason: keyof typeof endings): Ending => ({ reason, message: endings[reason] });

/** Decides by a few values along the direction that failed. */
export function whyNoDescent(
  objective: Objective,
  from: Point,
  { direction, slope }: Searcher["failed"],
): Ending {
  const { value, x } = from;
  const { lower, upper } = objective;
  const size = largest(direction);
  if (!(slope < 0) || size === 0) {
    return end(Number.isFinite(slope) ? "value" : "notFinite");
  }
  const point = createPoint(objective.unknowns);
  /** The difference quotient over a length, which may be negative. NaN outside the bounds. */
  const slopeAt = (length: number): number => {
    addScaled(x, length, direction, point.x);
    if (lower?.some((least, i) => point.x[i]! < least || point.x[i]! > upper![i]!)) {
      return Number.NaN;
    }
    objective.evaluateValue(point);
    return (point.value - value) / length;
  };
  const length = (Math.cbrt(Number.EPSILON) * Math.max(largest(x), 1e-3)) / size;
  const noise = (64 * Number.EPSILON * Math.abs(value)) / length;
  const [far, farBack] = [slopeAt(length), slopeAt(-length)];
  const [near, nearBack] = [slopeAt(length / 8), slopeAt(-length / 8)];
  if (!Number.isFinite(near)) {
    return end("notFinite");
  }
  if (-slope <= noise) {
    return end("value");
  }
  // For a smooth function, both sides differ by the curvature: eight times less at an eighth of the length.
  const [farGap, gap] = [Math.abs(far - farBack) || 0, Math.abs(near - nearBack) || 0];
  const limit = noise - 0.01 * slope;
  if (gap > limit && gap > farGap / 4) {
    return end("notSmooth");
  }
  const central = Number.isFinite(nearBack) ? (near + nearBack) / 2 : near;
  if (Math.abs(central - slope) > limit + gap) {
    return end("wrongGradient");
  }
  // The gain at the minimum of a parabola with this slope and curvature.
  const gain = (slope * slope * length) / (16 * gap);
  return end(gain <= Number.EPSILON * Math.abs(value) ? "value" : "search");
}
