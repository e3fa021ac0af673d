/** Why a search along a way down has found nothing lower: rounding, a wrong gradient, a kink, or what is not finite. */
import type { Ending, Objective, Point, Searcher } from "../method.ts";
import { createPoint } from "../method.ts";
import { addScaled, largest } from "../vector.ts";

const endings = {
  value:
    "the value no longer becomes lower: what a step could gain is less than the rounding of the value",
  wrongGradient:
    "the gradient is not that of the values: along the direction of search the values change otherwise than it says; checkGradient(f, x) says which element is off",
  notSmooth:
    "the values have a jump or a kink here: they rise on both sides of the point along a direction that the gradient says leads down",
  notFinite: "all that was tried around the point is infinite or NaN",
  search: "the search found no lower point along a direction that leads down",
} as const;

const end = (reason: keyof typeof endings): Ending => ({ reason, message: endings[reason] });

/** The slope by two differences of values, forward and backward, at a distance. */
interface Slopes {
  readonly forward: number;
  readonly backward: number;
}

/** Tells why by a few values along the direction that failed. */
export function whyNoDescent(
  objective: Objective,
  from: Point,
  { direction, slope }: Searcher["failed"],
): Ending {
  const size = largest(direction);
  if (!(slope < 0) || size === 0) {
    return end(Number.isFinite(slope) ? "value" : "notFinite");
  }
  const point = createPoint(objective.unknowns);
  const valueAt = (length: number): number => {
    addScaled(from.x, length, direction, point.x);
    const { lower, upper } = objective;
    if (lower?.some((least, i) => point.x[i]! < least || point.x[i]! > upper![i]!)) {
      return Number.NaN;
    }
    objective.evaluateValue(point);
    return point.value;
  };
  const length = (Math.cbrt(Number.EPSILON) * Math.max(largest(from.x), 1e-3)) / size;
  const slopesAt = (h: number): Slopes => ({
    forward: (valueAt(h) - from.value) / h,
    backward: (from.value - valueAt(-h)) / h,
  });
  const far = slopesAt(length);
  const near = slopesAt(length / 8);
  const noise = (64 * Number.EPSILON * Math.abs(from.value)) / length;
  return end(tell(far, near, slope, noise));
}

function tell(far: Slopes, near: Slopes, slope: number, noise: number): keyof typeof endings {
  if (!Number.isFinite(near.forward)) {
    return "notFinite";
  }
  if (Math.abs(slope) <= noise) {
    return "value";
  }
  // Of a smooth function both sides differ by the curvature, eight times less when near.
  const [farGap, nearGap] = [gapOf(far), gapOf(near)];
  const limit = 0.01 * Math.abs(slope) + noise;
  if (nearGap > limit && nearGap > farGap / 4) {
    return "notSmooth";
  }
  const central = Number.isFinite(near.backward)
    ? (near.forward + near.backward) / 2
    : near.forward;
  return Math.abs(central - slope) > limit + nearGap ? "wrongGradient" : "search";
}

/** 0 where one side is out of bounds. */
const gapOf = ({ forward, backward }: Slopes): number =>
  Number.isFinite(forward - backward) ? Math.abs(forward - backward) : 0;
