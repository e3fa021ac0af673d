/** Trust regions: a model suggests a step within a radius, and the radius grows or shrinks with how well the model predicted. */
import { MinimizeError } from "../errors.ts";
import {
  createPoint,
  type Direction,
  type Objective,
  type Point,
  type Search,
  type Searcher,
  type SearchStep,
} from "../method.ts";
import { addScaled, dot, norm } from "../vector.ts";

/** Options of {@link doglegRegion} and {@link steihaugRegion}. */
export interface TrustRegionOptions {
  /** The first radius. Default: a tenth of the norm of the start, but at least 1. */
  readonly radius?: number;
  /** The longest step. Default: no limit. */
  readonly maxRadius?: number;
}

/** A direction that can multiply by its Hessian. */
export type Model = Direction & Required<Pick<Direction, "multiply">>;

/** Writes a step within a radius. Returns by how much the model decreases. */
export type StepWithin = (from: Point, model: Model, radius: number, into: Float64Array) => number;

/**
 * The decrease as a part of the predicted one: a step with less than `enough` is rejected, less than `poor` shrinks the radius,
 * and more than `good` grows it.
 */
const [enough, poor, good] = [1e-4, 0.25, 0.75];

class TrustRegion implements Searcher {
  readonly #objective: Objective;
  readonly #stepWithin: StepWithin;
  readonly #options: TrustRegionOptions;
  readonly #step: Float64Array;
  #radius: number | undefined;
  #trial: Point;
  #slope = 0;

  constructor(
    objective: Objective,
    stepWithin: StepWithin,
    options: TrustRegionOptions,
    saved?: unknown,
  ) {
    this.#objective = objective;
    this.#stepWithin = stepWithin;
    this.#options = options;
    this.#step = new Float64Array(objective.unknowns);
    this.#trial = createPoint(objective.unknowns);
    this.#radius = (saved as { radius: number } | undefined)?.radius ?? options.radius;
  }

  get failed(): Searcher["failed"] {
    return { direction: this.#step, slope: this.#slope };
  }

  step(from: Point, direction: Direction): SearchStep | undefined {
    if (direction.multiply === undefined) {
      throw new MinimizeError("minimize: a trust region needs a Hessian; use bfgs() or newtonCg()");
    }
    const most = this.#options.maxRadius ?? Infinity;
    let radius = Math.min(this.#radius ?? Math.max(0.1 * norm(from.x), 1), most);
    const least = Number.EPSILON * Math.min(radius, norm(from.x) || 1);
    do {
      for (; radius > least; ) {
        const { to, ratio, length } = this.#try(from, direction as Model, radius);
        if (!(ratio >= poor)) {
          radius = 0.25 * Math.min(length, radius);
        } else if (ratio > good && length > 0.9 * radius) {
          radius = Math.min(2 * radius, most);
        }
        if (ratio > enough) {
          this.#radius = radius;
          return { to, length: 1, direction: this.#step };
        }
      }
      radius = this.#options.radius ?? 1;
    } while (direction.reset());
    return undefined;
  }

  recycle(point: Point): void {
    this.#trial = point;
  }

  save(): { radius: number | undefined } {
    return { radius: this.#radius };
  }

  #try(from: Point, model: Model, radius: number): { to: Point; ratio: number; length: number } {
    const step = this.#step;
    const promised = this.#stepWithin(from, model, radius, step);
    this.#slope = dot(from.gradient, step);
    const to = this.#trial;
    addScaled(from.x, 1, step, to.x);
    this.#objective.evaluate(to);
    const isNumber = Number.isFinite(to.value) && Number.isFinite(dot(to.gradient, step));
    // A value that is not lower is no reason to accept the step.
    const decrease = isNumber ? from.value - to.value : -Infinity;
    return {
      to,
      ratio: promised > 0 && decrease > 0 ? decrease / promised : -1,
      length: norm(step),
    };
  }
}

/** Makes a trust region from a function that computes its steps. */
export const trustRegion = (
  name: string,
  options: TrustRegionOptions,
  stepWithinOf: (unknowns: number) => StepWithin,
): Search => ({
  name,
  needsProducts: true,
  start: (objective, saved) =>
    new TrustRegion(objective, stepWithinOf(objective.unknowns), options, saved),
});
