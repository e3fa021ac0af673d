/**
 * Robust losses, in which outliers count less: the sum of `C² ρ((r / C)²)` is minimized instead of the sum of squares. Names and
 * definitions are those of SciPy's `least_squares`.
 */

import { didYouMean } from "../../suggest.ts";
import { MinimizeError } from "../errors.ts";
import { type Matrix, norm } from "./matrix.ts";

/**
 * Returns ρ and its first and second derivative at z, a squared residual divided by C².
 * @param z 0 or more
 */
export type Loss = (z: number) => readonly [value: number, slope: number, curvature: number];

/** The losses with a name. Beyond C they grow linearly, or more slowly. */
export type LossName = "linear" | "huber" | "softL1" | "cauchy" | "arctan";

const losses: Readonly<Record<Exclude<LossName, "linear">, Loss>> = {
  huber: (z) => {
    const root = Math.sqrt(z);
    return z <= 1 ? [z, 1, 0] : [2 * root - 1, 1 / root, -0.5 / (z * root)];
  },
  softL1: (z) => {
    const root = Math.sqrt(1 + z);
    // 2 (√(1 + z) - 1), without cancellation.
    return [(2 * z) / (1 + root), 1 / root, -0.5 / root ** 3];
  },
  cauchy: (z) => [Math.log1p(z), 1 / (1 + z), -1 / (1 + z) ** 2],
  arctan: (z) => [Math.atan(z), 1 / (1 + z ** 2), (-2 * z) / (1 + z ** 2) ** 2],
};

/** A loss with its scale. */
export interface Robust {
  readonly loss: Loss;
  readonly scale: number;
}

/**
 * The loss of the options; undefined for least squares.
 * @throws {MinimizeError} if there is no loss of this name, or the scale is not valid
 */
export function robustOf(
  where: string,
  loss: LossName | Loss = "linear",
  scale = 1,
): Robust | undefined {
  if (!(scale > 0 && Number.isFinite(scale))) {
    throw new MinimizeError(`${where}: \`lossScale\` must be a number above 0, not ${scale}`);
  }
  if (loss === "linear") return undefined;
  if (typeof loss === "function") return { loss, scale };
  if (!Object.hasOwn(losses, loss)) {
    const known = ["linear", ...Object.keys(losses)];
    throw new MinimizeError(
      `${where}: there is no loss \`${loss}\`${didYouMean(String(loss), known)} (they are ${known.join(", ")})`,
    );
  }
  return { loss: losses[loss], scale };
}

/** The root of the sum of squares, or of the losses. */
export function rootOf(robust: Robust | undefined, residuals: Float64Array): number {
  if (robust === undefined) return norm(residuals);
  let total = 0;
  for (const r of residuals) total += robust.loss((r / robust.scale) ** 2)[0];
  return robust.scale * Math.sqrt(total);
}

/**
 * Scales residuals and Jacobian so that the Gauss-Newton equations become those of the loss, with its second derivative:
 * Triggs et al., "Bundle Adjustment: A Modern Synthesis", 1999, section 4.3, as SciPy does it.
 */
export function scaleBy({ loss, scale }: Robust, residuals: Float64Array, jacobian: Matrix): void {
  for (let i = 0; i < residuals.length; i++) {
    const r = residuals[i]!;
    const [, slope, curvature] = loss((r / scale) ** 2);
    const share = Math.sqrt(Math.max(slope + 2 * curvature * (r / scale) ** 2, Number.EPSILON));
    residuals[i] = (r * slope) / share;
    for (let k = i; k < jacobian.data.length; k += jacobian.rows) jacobian.data[k]! *= share;
  }
}
