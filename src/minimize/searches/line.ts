/** The values of a function along a line, with the points that a search needs: the last that it tried, and the lowest. */
import { clamp, createPoint, type Objective, type Point } from "../method.ts";
import { addScaled, dot } from "../vector.ts";

/** Half-line from a point. Two points are exchanged, so that nothing is copied. */
export class Line {
  /** The function that is minimised. */
  readonly objective: Objective;
  /** Where the line starts. */
  from!: Point;
  /** Where it leads: a point is `from + length * direction`. */
  readonly direction: Float64Array;
  /** The derivative along the direction at its start: below zero. */
  slope = 0;
  /** The longest length. */
  most = Infinity;
  /** Whether length 1 is of the right size. */
  scaled = false;
  /** Where `evaluate` was last; the value is infinite where it or the slope is not finite. */
  length = 0;
  /** The function's value at `length`. */
  value = 0;
  /** The derivative along the line at `length`. */
  trialSlope = 0;
  /** The length to the lowest point below the start's value, 0 if there is none. */
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
   * Begins a search. `direction` and `slope` are filled in.
   * @param most the longest length that is allowed
   * @param scaled whether a length of 1 is of the right size
   */
  begin(from: Point, most: number, scaled: boolean): void {
    this.from = from;
    this.most = most;
    this.scaled = scaled;
    this.lowestLength = 0;
  }

  /**
   * Value and slope at a length.
   * @param length as a multiple of `direction`
   */
  evaluate(length: number): void {
    this.#move(length);
    this.objective.evaluate(this.#trial);
    this.#hasGradient = true;
    this.#compare();
  }

  /**
   * The value alone, where the gradient is not to be had with it.
   * @param length as a multiple of `direction`
   */
  evaluateValue(length: number): void {
    this.#move(length);
    this.#hasGradient = this.objective.evaluateValue(this.#trial);
    this.#compare();
  }

  /** The last point tried, as the one to go on from; its gradient is filled in. */
  accept(): Point {
    if (this.length !== this.lowestLength) {
      this.#keep();
    }
    return this.lowest();
  }

  /** The lowest point, as the one to go on from. */
  lowest(): Point {
    const point = this.#lowest;
    if (!this.#hasGradient) {
      this.objective.differentiate(point);
    }
    return point;
  }

  /** Gives a point in exchange for the one that was taken. */
  recycle(point: Point): void {
    this.#lowest = point;
  }

  #move(length: number): void {
    const { x } = this.#trial;
    addScaled(this.from.x, length, this.direction, x);
    const { lower, upper } = this.objective;
    if (lower && upper) {
      // Rounding may lead out.
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
