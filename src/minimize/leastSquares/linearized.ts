/** The linear model around a point: the factors of the Jacobian, the gradient, and which unknowns a bound holds. */
import type { Bounds } from "./jacobian.ts";
import { type Robust, scaleBy } from "./loss.ts";
import { columnOf, dot, type Matrix, matrix, norm, scaledNorm } from "./matrix.ts";
import type { LinearModel } from "./method.ts";
import { factor, pivoted, rankOf, solveUpper, transposedTimes, upperTimes } from "./qr.ts";

/** The linear model at a point, for the unknowns that are free to move. */
export interface Linearized extends LinearModel {
  /** The indices of the free unknowns. */
  readonly free: readonly number[];
  /** The norms of the columns of the Jacobian, for all unknowns. */
  readonly lengths: Float64Array;
  /** The gradient of the cost, by all unknowns. */
  readonly gradient: Float64Array;
  /** The largest cosine between the residuals and the column of a free unknown: 0 at a minimum. */
  readonly cosine: number;
}

/** The point at which the model is made, and the settings. */
export interface Place {
  readonly x: Float64Array;
  readonly residuals: Float64Array;
  /** The root of the sum of squares, or of the losses. */
  readonly root: number;
  readonly robust: Robust | undefined;
  readonly bounds: Bounds | undefined;
}

/**
 * Whether a bound holds an unknown: the value would fall beyond the bound, but falls by less than its rounding on the way to it.
 * Usually the unknown is at the bound.
 */
function isHeld({ x, bounds, root }: Place, gradient: Float64Array, j: number): boolean {
  if (bounds === undefined) return false;
  const [slope, rounding] = [gradient[j]!, Number.EPSILON * root ** 2];
  return slope >= 0
    ? slope * (x[j]! - bounds.lower[j]!) <= rounding
    : -slope * (bounds.upper[j]! - x[j]!) <= rounding;
}

/**
 * @param jacobian of the residuals; it is overwritten
 * @param scale of all unknowns until now; it grows with the columns of the Jacobian, as in MINPACK
 */
export function linearize(place: Place, jacobian: Matrix, scale: Float64Array): Linearized {
  const { x, root, robust } = place;
  const residuals = new Float64Array(jacobian.rows);
  residuals.set(place.residuals);
  if (robust !== undefined)
    scaleBy(robust, residuals.subarray(0, place.residuals.length), jacobian);
  const lengths = x.map((_, j) => norm(columnOf(jacobian, j)));
  const gradient = x.map((_, j) => dot(columnOf(jacobian, j), residuals));
  for (const [j, length] of lengths.entries()) scale[j] = Math.max(scale[j]!, length);
  const free = Array.from(x.keys()).filter((j) => !isHeld(place, gradient, j));
  const cosines = free.map((j) => Math.abs(gradient[j]!) / (lengths[j]! * root || 1));
  const kept = free.length === x.length ? jacobian : columnsOf(jacobian, free);
  const factors = factor(kept);
  return {
    ...{ free, lengths, gradient, factors },
    projected: transposedTimes(factors, residuals),
    scale: Float64Array.from(free, (j) => scale[j] || 1),
    cosine: Math.max(0, ...cosines),
  };
}

function columnsOf(from: Matrix, columns: readonly number[]): Matrix {
  const result = matrix(from.rows, columns.length);
  columns.forEach((column, k) => {
    columnOf(result, k).set(columnOf(from, column));
  });
  return result;
}

/** The part of a step at which the curvature of the residuals is measured. */
export const curvaturePart = 0.1;

/**
 * The first n elements of `Qᵀ r''`, with r'' the second derivative of the residuals along a step of the free unknowns.
 * @param after the residuals after `curvaturePart` of the step
 */
export function curvatureAlong(
  { factors }: LinearModel,
  { residuals, robust }: Pick<Place, "residuals" | "robust">,
  step: Float64Array,
  after: Float64Array,
): Float64Array {
  const slope = matrix(factors.rows, 1);
  for (let i = 0; i < residuals.length; i++)
    slope.data[i] = (after[i]! - residuals[i]!) / curvaturePart;
  // Scaled by the loss, as the columns of the Jacobian are.
  if (robust !== undefined) scaleBy(robust, residuals.slice(), slope);
  const projected = transposedTimes(factors, slope.data);
  const predicted = upperTimes(factors, pivoted(factors, step));
  return projected.map((value, k) => (2 * (value - predicted[k]!)) / curvaturePart);
}

/** What the linear model predicts for a step of the free unknowns, relative to the value. */
export interface Prediction {
  /** By how much the value falls. */
  readonly reduction: number;
  /** Half its slope along the step. */
  readonly slope: number;
}

export function predict(model: LinearModel, step: Float64Array, root: number): Prediction {
  const moved = upperTimes(model.factors, pivoted(model.factors, step));
  const slope = dot(model.projected, moved) / root / root;
  return { reduction: -2 * slope - (norm(moved) / root) ** 2, slope };
}

/** At a minimum, the cosine between the residuals and the column of a free unknown is at most this. */
const cosineAtMinimum = 1e-4;
/** Or the model can reduce the residuals by at most this many roundings of what the unknowns contribute to them. */
const roundingsAtMinimum = 1000;
/** Unknowns grow without limit if the model wants to move them by this many times their size. */
const farAway = 10;

/** What the point is at which the iteration ended. */
export type Verdict = "minimum" | "open" | "blocked";

/**
 * Decides by the model at a point what the point is. It is a minimum; or open: some unknowns hardly matter, and the model wants to
 * move them far away; or blocked: the model wants to move on, not far, but no step works.
 * @param shortest a full step of this length or less, relative to that of x, counts as none
 */
export function verdictOn(model: Linearized, x: Float64Array, shortest: number): Verdict {
  const { factors, projected, scale, free, lengths, cosine } = model;
  const rank = rankOf(factors);
  const open = norm(projected.subarray(0, rank));
  const contributed = dot(lengths, x.map(Math.abs));
  if (cosine <= cosineAtMinimum) return "minimum";
  if (open <= roundingsAtMinimum * Number.EPSILON * contributed) return "minimum";
  const full = solveUpper(factors, projected, rank);
  const own = Float64Array.from(free, (j) => x[j]!);
  const length = scaledNorm(pivoted(factors, scale), full) / scaledNorm(scale, own);
  if (length <= shortest) return "minimum";
  return length >= farAway ? "open" : "blocked";
}
