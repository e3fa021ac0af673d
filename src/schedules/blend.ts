/**
 * The number between two ends: `to + (from - to) * remaining`.
 *
 * Both ends are exact (`from` where `remaining` is 1, `to` where it is 0), the result never leaves
 * the interval, and it moves one way as `remaining` does. The bare formula may miss `from` by a
 * rounding error, and a schedule must start at the very number it was given. Only there: where
 * `remaining` is less than 1, the product loses at least what rounding `from - to` can have added.
 *
 * @param from - Value at the start.
 * @param to - Value at the end.
 * @param remaining - Share of the way still to go, from 1 down to 0.
 */
import { cos } from "../numbers/trigonometric.ts";
export function blend(from: number, to: number, remaining: number): number {
  return remaining === 1 ? from : to + (from - to) * remaining;
}

/**
 * What remains after `share` of a half period of the cosine: `(1 + cos(pi * share)) / 2`, 1 at the
 * start and 0 at the end. `sin(pi * (1 - share) / 2)^2` would be closer to the mathematical value
 * in the last steps, where `1 + cos` cancels; this is the form that PyTorch and Optax compute, and
 * agreeing with them to the last digits is worth more than a 1e-11th of a learning rate that is
 * almost zero.
 *
 * @param angle - `pi * share`, in radians, multiplied out by the caller in its reference's order.
 */
export function cosineRemaining(angle: number): number {
  return (1 + cos(angle)) / 2;
}

/** How a change from one value to another may run. @inline */
export type Anneal = "linear" | "cosine" | "1-sqrt";

/**
 * What remains of the way from one value to another once a share of the steps is done: from 1 at 0
 * down to 0 at 1.
 */
export const remaining: Readonly<Record<Anneal, (share: number) => number>> = {
  linear: (share) => 1 - share,
  cosine: (share) => cosineRemaining(Math.PI * share),
  "1-sqrt": (share) => 1 - Math.sqrt(share),
};
