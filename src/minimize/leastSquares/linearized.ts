/** The problem around a point: the Jacobian's factors, the gradient, and which unknowns are held by a bound. */
import type { Bounds } from "./jacobian.ts";
import { type Robust, scaleBy } from "./loss.ts";
import { columnOf, dot, type Matrix, matrix, norm, scaledNorm } from "./matrix.ts";
import type { LinearModel } from "./method.ts";
import { factor, pivoted, rankOf, solveUpper, transposedTimes, upperTimes } from "./qr.ts";

/** The linear model at a point, of the unknowns that are free to move. */
export interface Linearized extends LinearModel {
  /** Their indices. */
  readonly free: readonly number[];
  /** Of all unknowns: the norms of the Jacobian's columns. */
  readonly lengths: Float64Array;
  /** The gradient of half of what is minimised, of all unknowns. */
  readonly gradient: Float64Array;
  /** The largest cosine of the angle between the residuals and a free unknown's column: 0 at a minimum. */
  readonly cosine: number;
}

/** Where it is made, and how. */
export interface Place {
  readonly x: Float64Array;
  readonly residuals: Float64Array;
  /** Of what is minimised. */
  readonly root: number;
  readonly robust: Robust | undefined;
  readonly bounds: Bounds | undefined;
}

/**
 * Whether a bound holds an unknown: the value falls beyond it, and on the way there by less than its rounding; as a rule there
 * is no way left.
 */
function isHeld({ x, bounds, root }: Place, gradient: Float64Array, j: number): boolean {
  if (bounds === undefined) return false;
  const [slope, rounding] = [gradient[j]!, Number.EPSILON * root ** 2];
  return slope >= 0
    ? slope * (x[j]! - bounds.lower[j]!) <= rounding
    : -slope * (bounds.upper[j]! - x[j]!) <= rounding;
}

/**
 * @param jacobian of the residuals; written over
 * @param scale of all unknowns, from before; it grows with the Jacobian's columns, as in MINPACK
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

/** How far along a step the residuals are looked at for how they bend. */
export const bendPart = 0.1;

/**
 * The first n elements of `Qᵀ r''`, with r'' the second derivative of the residuals along a step of the free unknowns: from what
 * they are after `bendPart` of it.
 */
export function bendAlong(
  { factors }: LinearModel,
  { residuals, robust }: Pick<Place, "residuals" | "robust">,
  step: Float64Array,
  after: Float64Array,
): Float64Array {
  const slope = matrix(factors.rows, 1);
  for (let i = 0; i < residuals.length; i++) slope.data[i] = (after[i]! - residuals[i]!) / bendPart;
  // As a column of the Jacobian, which the loss has scaled.
  if (robust !== undefined) scaleBy(robust, residuals.slice(), slope);
  const projected = transposedTimes(factors, slope.data);
  const foretold = upperTimes(factors, pivoted(factors, step));
  return projected.map((value, k) => (2 * (value - foretold[k]!)) / bendPart);
}

/** What the linear model says of a step of the free unknowns, as parts of the value. */
export interface Forecast {
  /** By how much the value falls. */
  readonly reduction: number;
  /** Half its slope along the step. */
  readonly slope: number;
}

export function forecast(model: LinearModel, step: Float64Array, root: number): Forecast {
  const moved = upperTimes(model.factors, pivoted(model.factors, step));
  const slope = dot(model.projected, moved) / root / root;
  return { reduction: -2 * slope - (norm(moved) / root) ** 2, slope };
}

/** At a minimum no column of a free unknown has a larger cosine to the residuals. */
const cosineAtMinimum = 1e-4;
/** Nor can the model take away more of the residuals than so many roundings of what the unknowns contribute. */
const roundingsAtMinimum = 1000;
/** Unknowns run away where the model would have them at so many times their size. */
const farAway = 10;

/** What a place is where the iteration has ended. */
export type Verdict = "minimum" | "open" | "blocked";

/**
 * Whether a place is a minimum by its own model; or open: some unknowns hardly count, and the model would have them far away; or
 * blocked: the model would go on, and not far, but no step does.
 * @param shortest a full step of this length, over that of x, is none
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
