/** The iteration of all methods: makes a linear model, gets a step within the trust radius, and decides whether to take it. */
import { type Ending, ending, isConverged } from "./ending.ts";
import type { Bounds, JacobianSource } from "./jacobian.ts";
import {
  curvatureAlong,
  curvaturePart,
  type Linearized,
  linearize,
  predict,
  verdictOn,
} from "./linearized.ts";
import { type Robust, rootOf } from "./loss.ts";
import { allFinite, norm, scaledNorm } from "./matrix.ts";
import type { LeastSquaresMethod, LeastSquaresStep } from "./method.ts";
import { Interruption, type Residuals } from "./residuals.ts";

/** Tolerances, limits and bounds. */
export interface Settings {
  readonly method: LeastSquaresMethod;
  readonly gradientTolerance: number;
  readonly valueTolerance: number;
  readonly stepTolerance: number;
  readonly maxIterations: number;
  readonly maxEvaluations: number;
  readonly bounds: Bounds | undefined;
  readonly robust: Robust | undefined;
  readonly signal: AbortSignal | undefined;
  /** Called after each iteration. */
  readonly report: ((iteration: Iteration) => void) | undefined;
}

/**
 * The first radius, relative to the length of the start. With MINPACK's 100, exponents can become far too large in the first step:
 * one of NIST's regressions is lost, and the problems of Moré, Garbow and Hillstrom take 6 % more evaluations.
 */
const firstRadius = 1;
/** The same relative to the residuals, for a start so near 0 that steps of its length change nothing. */
const leastRadius = 0.01;
/** A step must bring at least this part of the reduction that the model predicts. */
const leastRatio = 1e-4;
/** The largest geodesic correction: twice its length, relative to the step (Transtrum and Sethna, 2012). */
const maxCorrection = 0.75;
/** At a minimum, a full step may be this many times longer than the tolerance. */
const stepSlack = 10;

/** The iteration of one fit. */
export class Iteration {
  readonly #residuals: Residuals;
  readonly #source: JacobianSource;
  readonly #settings: Settings;
  readonly #scale: Float64Array;
  #damping = 0;
  #radius = 0;
  /** Whether the radius is only a guess: before the first step, and after the source of the Jacobian has changed. */
  #isNew = true;
  /** Whether the last trial step led to finite numbers. */
  #wasFinite = true;
  x: Float64Array;
  residuals: Float64Array;
  /** The root of the sum of squares, or of the losses. */
  root: number;
  iterations = 0;
  /** Undefined before the first model, and if the Jacobian is not finite. */
  model: Linearized | undefined;

  /** @param x the start, within the bounds */
  constructor(residuals: Residuals, source: JacobianSource, x: Float64Array, settings: Settings) {
    this.#residuals = residuals;
    this.#source = source;
    this.#settings = settings;
    this.#scale = new Float64Array(x.length);
    this.x = x;
    this.residuals = residuals.at(x);
    this.root = rootOf(settings.robust, this.residuals);
  }

  /** Iterates until the end. */
  run(): Ending {
    if (!Number.isFinite(this.root)) return ending("notFinite");
    const { signal, maxEvaluations } = this.#settings;
    this.#residuals.mayNot = () => {
      if (signal?.aborted) return ending("cancelled");
      return this.#residuals.evaluations >= maxEvaluations ? ending("evaluations") : undefined;
    };
    try {
      return this.#run();
    } catch (error) {
      if (error instanceof Interruption) return error.ending;
      throw error;
    }
  }

  #run(): Ending {
    for (;;) {
      const end = this.#linearize() ?? this.#endAtPoint() ?? this.#advance();
      if (end === undefined) continue;
      if (!isConverged(end)) return end;
      if (!this.#source.refine()) return this.#checked(end);
      this.#isNew = true;
    }
  }

  /** Makes the model at x. @returns an ending if that is not possible */
  #linearize(): Ending | undefined {
    this.model = undefined;
    const jacobian = this.#source.at(this.x, this.residuals);
    if (!allFinite(jacobian.data)) return ending("notFinite");
    const { robust, bounds } = this.#settings;
    const { x, residuals, root } = this;
    this.model = linearize({ x, residuals, root, robust, bounds }, jacobian, this.#scale);
    return undefined;
  }

  #endAtPoint(): Ending | undefined {
    const { gradientTolerance, maxIterations, signal } = this.#settings;
    // If the squares vanish, they cannot become smaller.
    if (this.root ** 2 === 0) return ending("value");
    if (this.model!.cosine <= gradientTolerance) return ending("gradient");
    if (signal?.aborted) return ending("cancelled");
    return this.iterations >= maxIterations ? ending("iterations") : undefined;
  }

  /** Tries steps until one is taken, or there is none left to try. */
  #advance(): Ending | undefined {
    const model = this.model!;
    const size = scaledNorm(model.scale, this.#ofFree(this.x));
    if (this.#isNew) this.#radius = Math.max(firstRadius * size, leastRadius * this.root);
    for (;;) {
      const { end, isTaken } = this.#try(model);
      if (isTaken) {
        this.iterations += 1;
        this.#settings.report?.(this);
      }
      if (end !== undefined || isTaken) return end;
    }
  }

  #try(model: Linearized): { end: Ending | undefined; isTaken: boolean } {
    const made = this.#settings.method.step(model, this.#radius, this.#damping);
    const length = scaledNorm(model.scale, made.step);
    if (this.#isNew) this.#radius = Math.min(this.#radius, length);
    this.#isNew = false;
    const straight = this.#moved(this.x, model, made.step);
    const velocity = this.#stepTo(straight);
    const x = this.#corrected(model, made, straight, velocity) ?? straight;
    const residuals = this.#residuals.at(x);
    const root = rootOf(this.#settings.robust, residuals);
    this.#wasFinite = Number.isFinite(root);
    const actual = root * 0.1 < this.root ? 1 - (root / this.root) ** 2 : -1;
    const step = this.#stepTo(x);
    const { reduction, slope } = predict(model, velocity, this.root);
    const ratio = reduction > 0 ? actual / reduction : 0;
    this.#damping = made.damping;
    this.#adjust(length, made.isFull, { actual, slope, ratio, isFar: !(root * 0.1 < this.root) });
    const isTaken = ratio >= leastRatio;
    if (isTaken) [this.x, this.residuals, this.root] = [x, residuals, root];
    const { valueTolerance, stepTolerance } = this.#settings;
    const isFlat = Math.max(Math.abs(actual), reduction) <= valueTolerance && ratio <= 2;
    if (isFlat) return { end: ending("value"), isTaken };
    const own = this.#ofFree(this.x);
    // If scales differ much, a step may be short in them and still long for an unknown that hardly matters.
    const isShort =
      this.#radius <= stepTolerance * scaledNorm(model.scale, own) &&
      norm(step) <= Math.sqrt(stepTolerance) * norm(own);
    return { end: isShort ? ending("step") : undefined, isTaken };
  }

  /** The radius for the next step, by how well the model predicted this one (Moré, as in MINPACK). */
  #adjust(
    length: number,
    isFull: boolean,
    {
      actual,
      slope,
      ratio,
      isFar,
    }: { actual: number; slope: number; ratio: number; isFar: boolean },
  ): void {
    if (ratio <= 0.25) {
      const least = actual >= 0 ? 0.5 : (0.5 * slope) / (slope + 0.5 * actual);
      const share = isFar || !(least > 0.1) ? 0.1 : least;
      this.#radius = share * Math.min(this.#radius, length / 0.1);
      this.#damping /= share;
    } else if (isFull || ratio >= 0.75) {
      this.#radius = 2 * length;
      this.#damping *= 0.5;
    }
  }

  /**
   * A step with the geodesic correction of the method. Undefined if there is no correction, if it is too large, or if a bound stops
   * the step.
   */
  #corrected(
    model: Linearized,
    made: LeastSquaresStep,
    straight: Float64Array,
    velocity: Float64Array,
  ): Float64Array | undefined {
    const { method, robust } = this.#settings;
    if (method.correction === undefined || this.#isAtBound(straight)) return undefined;
    const part = velocity.map((value) => curvaturePart * value);
    const after = this.#residuals.at(this.#moved(this.x, model, part));
    if (!allFinite(after)) return undefined;
    const { residuals } = this;
    const curvature = curvatureAlong(model, { residuals, robust }, velocity, after);
    const correction = method.correction(model, made, curvature);
    const most = (maxCorrection / 2) * scaledNorm(model.scale, velocity);
    if (!(scaledNorm(model.scale, correction) <= most)) return undefined;
    const corrected = this.#moved(straight, model, correction);
    return this.#isAtBound(corrected) ? undefined : corrected;
  }

  /** Whether a bound stops a free unknown. */
  #isAtBound(x: Float64Array): boolean {
    const { bounds } = this.#settings;
    return (
      bounds !== undefined &&
      this.model!.free.some((j) => x[j] === bounds.lower[j] || x[j] === bounds.upper[j])
    );
  }

  /** The step from x, for the free unknowns. */
  #stepTo(x: Float64Array): Float64Array {
    return Float64Array.from(this.model!.free, (j) => x[j]! - this.x[j]!);
  }

  /** The point after a step of the free unknowns, cut at the bounds. */
  #moved(from: Float64Array, { free }: Linearized, step: Float64Array): Float64Array {
    const { bounds } = this.#settings;
    const moved = from.slice();
    free.forEach((j, k) => {
      moved[j]! += step[k]!;
      if (bounds === undefined) return;
      moved[j] = Math.min(Math.max(moved[j]!, bounds.lower[j]!), bounds.upper[j]!);
    });
    return moved;
  }

  #ofFree(values: Float64Array): Float64Array {
    return Float64Array.from(this.model!.free, (j) => values[j]!);
  }

  /** Checks an ending that looks like a minimum, by a model at x itself. */
  #checked(end: Ending): Ending {
    if (end.reason !== "gradient") {
      const failed = this.#linearize();
      if (failed !== undefined) return failed;
    }
    const shortest = stepSlack * this.#settings.stepTolerance;
    if (this.root ** 2 === 0) return end;
    const verdict = verdictOn(this.model!, this.x, shortest);
    if (verdict === "minimum") return end;
    if (verdict === "open") return ending("undetermined");
    return ending(this.#wasFinite ? "stalled" : "notFinite");
  }
}
