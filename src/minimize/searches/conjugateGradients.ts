/** Conjugate gradients for a quadratic model, within a radius. */
import { addScaled, dot } from "../vector.ts";

/** The vectors of the iteration. */
export interface Scratch {
  readonly residual: Float64Array;
  readonly direction: Float64Array;
  readonly product: Float64Array;
}

export const createScratch = (unknowns: number): Scratch => ({
  residual: new Float64Array(unknowns),
  direction: new Float64Array(unknowns),
  product: new Float64Array(unknowns),
});

/** An iteration must gain at least this part of the average gain. */
const least = 0.01;

/**
 * Writes a step p that makes g'p + p'Bp / 2 small. It ends when an iteration gains hardly anything, at the radius, or at a
 * direction whose curvature is not positive. Without a radius it ends before such a direction, but follows the first one as
 * if its curvature were positive.
 * Steihaug, 1983; Nocedal and Wright, 2006, algorithms 7.1 and 7.2. When to end is from Nash and Sofer, 1990, "Assessing a search
 * direction within a truncated-Newton method": the residual says little about a step if one direction is much steeper than others.
 *
 * @param multiply writes B times a vector
 * @returns by how much the model decreases
 */
export function conjugateGradients(
  gradient: Float64Array,
  multiply: (vector: Float64Array, into: Float64Array) => void,
  radius: number,
  { residual, direction, product }: Scratch,
  into: Float64Array,
): number {
  into.fill(0);
  residual.set(gradient);
  for (let i = 0; i < direction.length; i++) {
    direction[i] = -gradient[i]!;
  }
  let total = 0;
  let square = dot(residual, residual);
  const most = 2 * gradient.length + 10;
  for (let count = 0; count < most && square > 0; count++) {
    multiply(direction, product);
    const curvature = dot(direction, product);
    const isConvex = curvature > 1e-14 * dot(direction, direction);
    if (!isConvex && radius === Infinity) {
      if (count === 0) {
        const length =
          Number.isFinite(curvature) && curvature !== 0 ? square / Math.abs(curvature) : 1;
        addScaled(into, length, direction, into);
      }
      break;
    }
    const length = isConvex ? square / curvature : Infinity;
    const reach = lengthTo(radius, into, direction);
    const taken = Math.min(length, reach);
    addScaled(into, taken, direction, into);
    addScaled(residual, taken, product, residual);
    const gain = (length * square) / 2;
    total += gain;
    if (length >= reach || (count + 1) * gain <= least * total) {
      break;
    }
    const next = dot(residual, residual);
    addScaled(residual, -(next / square), direction, direction);
    for (let i = 0; i < direction.length; i++) {
      direction[i] = -direction[i]!;
    }
    square = next;
  }
  // With r = g + B p, the model is p'(g + r) / 2.
  return -(dot(gradient, into) + dot(residual, into)) / 2;
}

/** The length along a direction at which a step from inside reaches the radius. */
export function lengthTo(radius: number, from: Float64Array, direction: Float64Array): number {
  if (radius === Infinity) {
    return Infinity;
  }
  const a = dot(direction, direction);
  const b = dot(from, direction);
  const c = dot(from, from) - radius * radius;
  const root = Math.sqrt(Math.max(0, b * b - a * c));
  return b > 0 ? -c / (b + root) : (root - b) / a;
}
