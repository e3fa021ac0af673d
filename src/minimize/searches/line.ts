/** Evaluates a function along a line, and keeps two points for a search: the last that it tried, and the lowest. */
import { clamp, createPoint, type Objective, type Point } from "../method.ts";
import { addScaled, dot } from "../vector.ts";

/** A line from a point, in one direction. Points are swapped, so nothing is copied. */
export class Line {
  /** The function to minimize. */
  readonly objective: Objective;
  /** The start of the line. */
  from!: Point;
  /** The direction of the line. Its points are `from + length * direction`. */
  readonly direction: Float64Array;
  /** The derivative along the line at its start: a number below zero. */
  slope = 0;
  /** The longest length. */
  maxLength = Infinity;
  /** Whether length 1 has the right size. */
  scaled = false;
  /** The length of the last `evaluate`. Its value is infinite if the value or the slope is not finite. */
  length = 0;
  /** The function's value at `length`. */
  value = 0;
  /** The derivative along the line at `length`. */
  trialSlope = 0;
  /** The length to the lowest point, if its value is below that of the start; otherwise 0. */
  lowestLength = 0;
  #trial: Point;
  #lowest: Point;
  #hasGradient = true;

  constructor(objective: Objective) {
    this.objective = objective;
    this.direction = new Float64Array(objective.unknowns);
    this.#trial = createPoint(objective.unknowns);
    this.#lowest = createPoint(objective.unknowns);
  }

  /**
   * Begins a search. `direction` and `slope` must be filled in before.
   * @param maxLength the longest length that is allowed
   * @param scaled whether a length of 1 is of the right size
   */
  begin(from: Point, maxLength: number, scaled: boolean): void {
    this.from = from;
    this.maxLength = maxLength;
    this.scaled = scaled;
    this.lowestLength = 0;
  }

  /**
   * Computes value and slope at a length.
   * @param length as a multiple of `direction`
   */
  evaluate(length: number): void {
    this.#move(length);
    this.objective.evaluate(this.#trial);
    this.#hasGradient = true;
    this.#compare();
  }

  /**
   * Computes only the value at a length, unless the gradient comes with it.
   * @param length as a multiple of `direction`
   */
  evaluateValue(length: number): void {
    this.#move(length);
    this.#hasGradient = this.objective.evaluateValue(this.#trial);
    this.#compare();
  }

  /** Takes the last point as the next start. Its gradient is filled in. */
  accept(): Point {
    if (this.length !== this.lowestLength) {
      this.#keep();
    }
    return this.lowest();
  }

  /** Takes the lowest point as the next start. */
  lowest(): Point {
    const point = this.#lowest;
    if (!this.#hasGradient) {
      this.objective.differentiate(point);
    }
    return point;
  }

  /** Takes a point back, to reuse its arrays. */
  recycle(point: Point): void {
    this.#lowest = point;
  }

  #move(length: number): void {
    const { x } = this.#trial;
    addScaled(this.from.x, length, this.direction, x);
    const { lower, upper } = this.objective;
    if (lower && upper) {
      // Rounding may lead out of the bounds.
      for (let i = 0; i < x.length; i++) {
        x[i] = clamp(x[i]!, lower[i]!, upper[i]!);
      }
    }
    this.length = length;
  }

  #compare(): void {
    const { value, gradient } = this.#trial;
    this.trialSlope = this.#hasGradient ? dot(gradient, this.direction) : 0;
    this.value = Number.isFinite(value + this.trialSlope) ? value : Infinity;
    if (this.value < (this.lowestLength === 0 ? this.from : this.#lowest).value) {
      this.#keep();
    }
  }

  #keep(): void {
    const kept = this.#trial;
    this.#trial = this.#lowest;
    this.#lowest = kept;
    this.lowestLength = this.length;
  }
}
