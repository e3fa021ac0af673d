/** Sources of the Jacobian: the caller's function, or differences of residuals. */
import { MinimizeError } from "../errors.ts";
import { columnOf, type Matrix, matrix, norm } from "./matrix.ts";
import type { Residuals } from "./residuals.ts";

/** The least and greatest value of each unknown. */
export interface Bounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Computes Jacobians of the weighted residuals. They have at least as many rows as columns; additional rows are zero. */
export interface JacobianSource {
  /** @param residuals at x */
  at(x: Float64Array, residuals: Float64Array): Matrix;
  /** Makes the next Jacobians more exact. @returns whether that is possible */
  refine(): boolean;
  /** The relative error of the elements. */
  readonly precision: number;
  /** How many Jacobians it has computed. */
  readonly count: number;
}

const empty = (residuals: Residuals, n: number): Matrix => matrix(Math.max(residuals.count, n), n);

/** The caller's function, which returns a row for each residual. */
export class GivenJacobian implements JacobianSource {
  readonly precision = Number.EPSILON;
  readonly #where: string;
  readonly #call: (x: Float64Array) => ArrayLike<ArrayLike<number>>;
  readonly #residuals: Residuals;
  count = 0;

  constructor(
    where: string,
    call: (x: Float64Array) => ArrayLike<ArrayLike<number>>,
    residuals: Residuals,
  ) {
    this.#where = where;
    this.#call = call;
    this.#residuals = residuals;
  }

  /** @throws {MinimizeError} if its size does not match the residuals and unknowns */
  at(x: Float64Array): Matrix {
    this.count += 1;
    const rows = this.#call(x);
    const { count } = this.#residuals;
    const isWrong = rows?.length !== count;
    const odd = isWrong ? undefined : Array.from(rows).find((row) => row?.length !== x.length);
    if (isWrong || odd !== undefined) {
      throw new MinimizeError(
        `${this.#where}: the Jacobian must have ${count} rows, one for each residual, with ${x.length} derivatives each; this one has ${isWrong ? `${rows?.length} rows` : `a row of ${odd?.length}`}`,
      );
    }
    const result = empty(this.#residuals, x.length);
    for (let j = 0; j < x.length; j++) {
      const column = columnOf(result, j).subarray(0, count);
      for (let i = 0; i < count; i++) column[i] = rows[i]![j]!;
      this.#residuals.weighted(column);
    }
    return result;
  }

  refine(): boolean {
    return false;
  }
}

/** Which differences are used: forward ones, central ones, or both: forward ones first, and central ones at the end. */
export type Differences = "forward" | "central" | "both";

/** The size of an unknown that starts at 0, and the largest size for one that starts near 0. */
const sizeOfZero = 1;
const largerSize = 1e4;
/** Residuals that change by no more than this many roundings count as unchanged. */
const roundings = 1000;
/** From one Jacobian to the next, a size shrinks at most by this factor. */
const forgotten = 0.5;

/**
 * Differences of residuals. A step is the size of the unknown times the square root of the rounding error (forward differences)
 * or its cube root (central differences). Then the errors of rounding and truncation are about equal (Nocedal and Wright, section
 * 8.1). The size is the magnitude of the unknown, but not much smaller than before: when an unknown passes 0, or has its minimum
 * there, its value does not say which step changes the residuals. If, at the start, an unknown is near 0 and its step changes
 * nothing, the size grows. No step leaves the bounds.
 */
export class DifferencedJacobian implements JacobianSource {
  readonly #residuals: Residuals;
  readonly #bounds: Bounds | undefined;
  readonly #canRefine: boolean;
  #isCentral: boolean;
  #sizes: Float64Array | undefined;
  count = 0;

  constructor(residuals: Residuals, bounds: Bounds | undefined, differences: Differences) {
    this.#residuals = residuals;
    this.#bounds = bounds;
    this.#isCentral = differences === "central";
    this.#canRefine = differences === "both";
  }

  get precision(): number {
    return this.#isCentral ? Number.EPSILON ** (2 / 3) : Number.EPSILON ** (1 / 2);
  }

  refine(): boolean {
    if (this.#isCentral || !this.#canRefine) return false;
    this.#isCentral = true;
    return true;
  }

  at(x: Float64Array, residuals: Float64Array): Matrix {
    this.count += 1;
    const before = this.#sizes;
    this.#sizes = x.map((value, j) =>
      before === undefined
        ? Math.abs(value) || sizeOfZero
        : Math.max(Math.abs(value), forgotten * before[j]!),
    );
    const result = empty(this.#residuals, x.length);
    for (let j = 0; j < x.length; j++) {
      columnOf(result, j).set(this.#column(x, residuals, j, before === undefined));
    }
    return result;
  }

  #column(x: Float64Array, residuals: Float64Array, j: number, isFirst: boolean): Float64Array {
    const sizes = this.#sizes!;
    const part = Number.EPSILON ** (this.#isCentral ? 1 / 3 : 1 / 2);
    let forward = this.#moved(x, j, this.#room(x, j, part * sizes[j]!));
    while (isFirst && sizes[j]! < sizeOfZero && makesNone(forward, residuals)) {
      sizes[j] = Math.min(largerSize * sizes[j]!, sizeOfZero);
      forward = this.#moved(x, j, this.#room(x, j, part * sizes[j]!));
    }
    if (!this.#isCentral && forward.isFinite) return quotient(forward, { step: 0, residuals });
    const back = this.#moved(x, j, this.#room(x, j, -part * sizes[j]!));
    const ends = [forward, back].filter((each) => each.isFinite && each.step !== 0);
    // At a bound, or near a point with residuals that are not finite: two steps to one side, with an error of the same order.
    if (ends.length === 1 && this.#isCentral) return this.#oneSided(x, residuals, j, ends[0]!);
    const [first = forward, second = { step: 0, residuals }] = ends;
    return quotient(first, second);
  }

  #oneSided(x: Float64Array, residuals: Float64Array, j: number, near: Moved): Float64Array {
    const far = this.#moved(x, j, this.#room(x, j, 2 * near.step));
    if (!far.isFinite || far.step === near.step) return quotient(near, { step: 0, residuals });
    const [h, k] = [near.step, far.step];
    return residuals.map((r, i) => {
      const [a, b] = [(near.residuals[i]! - r) / h, (far.residuals[i]! - r) / k];
      return (a * k - b * h) / (k - h);
    });
  }

  /** The step, or one to the other side, so that it stays within the bounds. */
  #room(x: Float64Array, j: number, step: number): number {
    if (this.#bounds === undefined) return step;
    const [low, high] = [this.#bounds.lower[j]! - x[j]!, this.#bounds.upper[j]! - x[j]!];
    if (step >= low && step <= high) return step;
    const [left, right] = [Math.max(low, -Math.abs(step)), Math.min(high, Math.abs(step))];
    return -left > right ? left : right;
  }

  #moved(x: Float64Array, j: number, step: number): Moved {
    const moved = x.slice();
    moved[j]! += step;
    if (this.#bounds !== undefined) {
      moved[j] = Math.min(Math.max(moved[j]!, this.#bounds.lower[j]!), this.#bounds.upper[j]!);
    }
    // The step after rounding.
    const exact = moved[j]! - x[j]!;
    if (exact === 0) return { step: 0, residuals: new Float64Array(0), isFinite: false };
    const residuals = this.#residuals.at(moved);
    return { step: exact, residuals, isFinite: residuals.every(Number.isFinite) };
  }
}

/** Whether the residuals have not changed by more than rounding. */
function makesNone(moved: Moved, residuals: Float64Array): boolean {
  if (moved.step === 0) return true;
  if (!moved.isFinite) return false;
  const change = moved.residuals.map((value, i) => value - residuals[i]!);
  return norm(change) <= roundings * Number.EPSILON * norm(residuals);
}

interface Moved {
  readonly step: number;
  readonly residuals: Float64Array;
  readonly isFinite: boolean;
}

function quotient(
  a: Pick<Moved, "step" | "residuals">,
  b: Pick<Moved, "step" | "residuals">,
): Float64Array {
  return a.residuals.map((value, i) => (value - b.residuals[i]!) / (a.step - b.step));
}
