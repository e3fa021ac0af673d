/** The first minimum of a quadratic model along the projected negative gradient. */
import type { CompactHessian } from "./compactHessian.ts";
import { Heap } from "./heap.ts";
import { dotOf, times } from "./smallMatrix.ts";

/** Least and greatest values of each unknown. */
export interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** What the path along the projected gradient finds. */
export interface CauchyPoint {
  /** W' (x - x0). */
  readonly along: Float64Array;
  /** The unknowns between their bounds. */
  readonly free: number[];
  /** The unknowns at a bound. */
  readonly others: number[];
}

/**
 * Writes the generalized Cauchy point: the first minimum of the model along max(lower, min(x - t g, upper)).
 * Byrd, Lu, Nocedal and Zhu, 1995, algorithm CP.
 */
export function cauchyPoint(
  x: Float64Array,
  gradient: Float64Array,
  hessian: CompactHessian,
  { lower, upper }: Box,
  into: Float64Array,
): CauchyPoint {
  const { theta, middle, width } = hessian;
  const [reach, direction] = breakpoints(x, gradient, lower, upper);
  const isAhead: number[] = [];
  let square = 0;
  for (let i = 0; i < x.length; i++) {
    square += direction[i]! ** 2;
    if (reach[i]! > 0 && reach[i]! < Infinity) {
      isAhead.push(i);
    }
  }
  const heap = new Heap(isAhead, reach);
  const p = hessian.transposed(direction);
  const along = new Float64Array(width);
  const row = new Float64Array(width);
  let slope = -square;
  let curvature = theta * square - dotOf(p, times(middle, p));
  const least = Number.EPSILON * theta * square;
  let [time, best] = [0, curvature > 0 ? -slope / curvature : 0];
  into.set(x);
  for (let next = heap.take(); next !== undefined; next = heap.take()) {
    const wait = reach[next]! - time;
    if (best < wait) {
      break;
    }
    const g = gradient[next]!;
    into[next] = direction[next]! > 0 ? upper[next]! : lower[next]!;
    const moved = into[next]! - x[next]!;
    direction[next] = 0;
    time = reach[next]!;
    hessian.row(next, row);
    addScaled(along, wait, p);
    const ofRow = times(middle, row);
    slope += wait * curvature + g * g + theta * g * moved - g * dotOf(ofRow, along);
    curvature -= theta * g * g + 2 * g * dotOf(ofRow, p) + g * g * dotOf(ofRow, row);
    curvature = Math.max(curvature, least);
    addScaled(p, g, row);
    best = slope < 0 ? -slope / curvature : 0;
  }
  const end = time + best;
  addScaled(along, best, p);
  const free: number[] = [];
  const others: number[] = [];
  for (let i = 0; i < x.length; i++) {
    if (direction[i] === 0 && (reach[i] === 0 || into[i] !== x[i])) {
      others.push(i);
      continue;
    }
    into[i] = x[i]! + end * direction[i]!;
    free.push(i);
  }
  return { along, free, others };
}

/** The t at which each unknown reaches its bound, and how it moves until then: not at all if it is already there. */
function breakpoints(
  x: Float64Array,
  gradient: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
): [reach: Float64Array, direction: Float64Array] {
  const reach = new Float64Array(x.length);
  const direction = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const g = gradient[i]!;
    reach[i] = g < 0 ? (x[i]! - upper[i]!) / g : g > 0 ? (x[i]! - lower[i]!) / g : Infinity;
    direction[i] = reach[i] === 0 ? 0 : -g;
  }
  return [reach, direction];
}

function addScaled(into: Float64Array, factor: number, vector: Float64Array): void {
  for (let i = 0; i < into.length; i++) {
    into[i]! += factor * vector[i]!;
  }
}
