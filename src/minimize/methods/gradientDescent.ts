/** Gradient descent with an optimizer of Gradus. */
import type { HyperDefaults, Rule } from "../../rule/definition.ts";
import { GradientError } from "../../runtime/errors.ts";
import { optimize } from "../../runtime/optimize.ts";
import type { Optimizer } from "../../runtime/optimizer.ts";
import { parameters } from "../../runtime/parameters.ts";
import type { SavedState } from "../../runtime/state/restore.ts";
import { MinimizeError } from "../errors.ts";
import {
  createPoint,
  type Ending,
  type Method,
  type Objective,
  type Point,
  type Solver,
} from "../method.ts";

/**
 * Gradient descent with an optimizer such as `adam({ lr: 0.01 })`: one step in each iteration, without a search. The result is the
 * best of all points. If a value is not finite, the step is halved until it is. No optimizer stops by itself, so give
 * `maxIterations`.
 *
 * @param rule any optimizer or chain. It computes in float64, with all unknowns as one tensor
 * @throws {MinimizeError} if it is not a rule
 * @example
 * const method = gradientDescent(sgd({ lr: 0.1 }));
 * const f = ([x]: number[]) => ({ value: (x - 3) ** 2, gradient: [2 * (x - 3)] });
 * minimize(f, [0], { method, maxIterations: 2 }).x; // [1.08]: 0.6, and from there 0.48
 */
export function gradientDescent(rule: Rule<HyperDefaults>): Method {
  if (!Array.isArray((rule as Rule | undefined)?.parts)) {
    throw new MinimizeError(
      "gradientDescent: the argument must be a rule such as adam(); note the parentheses",
    );
  }
  return {
    name: "gradientDescent",
    bounded: false,
    usesGradient: true,
    start: (objective, start, saved) =>
      new Stepper(objective, rule, start, saved as Saved | undefined),
  };
}

interface Saved {
  readonly current: Point;
  readonly best: Point;
  readonly optimizer: SavedState;
  /** The point after a step, if its value is not yet known. */
  readonly pending: Float64Array | undefined;
}

/** How often a step is halved if it leads to a value that is not finite. */
const maxHalvings = 60;

class Stepper implements Solver {
  readonly usesGradient = true;
  readonly descends = false;
  point: Point;
  moved = Number.NaN;
  readonly #objective: Objective;
  readonly #optimizer: Optimizer<{ x: { data: Float64Array; shape: readonly number[] } }>;
  readonly #x: Float64Array;
  #current: Point;
  #trial: Point;
  #isPending: boolean;

  constructor(objective: Objective, rule: Rule, start: Point, saved: Saved | undefined) {
    this.#objective = objective;
    this.#current = structuredClone(saved?.current ?? start);
    this.point = structuredClone(saved?.best ?? start);
    this.#trial = createPoint(objective.unknowns);
    const net = parameters({ x: [objective.unknowns] }, { type: "float64" });
    this.#x = net.x.data;
    this.#x.set(saved?.pending ?? this.#current.x);
    this.#isPending = saved?.pending !== undefined;
    // One thread, because nobody disposes of a method.
    this.#optimizer = optimize(net, rule, { threads: 1 });
    if (saved !== undefined) {
      this.#optimizer.restore(saved.optimizer);
    }
  }

  step(): Ending | undefined {
    const current = this.#current;
    if (!this.#isPending && !this.#takeStep(current)) {
      return {
        reason: "notFinite",
        message: "not converged: the rule squares the gradient, which may be too large for float64",
      };
    }
    const trial = this.#trial;
    trial.x.set(this.#x);
    this.#objective.evaluate(trial);
    for (let count = 0; !isFinitePoint(trial); count++) {
      if (count === maxHalvings) {
        return {
          reason: "notFinite",
          message: "not converged: every step leads to values that are infinite or NaN",
        };
      }
      for (let i = 0; i < trial.x.length; i++) {
        const way = trial.x[i]! - current.x[i]!;
        trial.x[i] = Number.isFinite(way) ? current.x[i]! + way / 2 : current.x[i]!;
      }
      this.#objective.evaluate(trial);
    }
    this.#accept(trial);
    return undefined;
  }

  /** Makes a step. Returns false if the rule refuses the gradient, although it is finite. */
  #takeStep({ gradient, value }: Point): boolean {
    this.#optimizer.gradients.x.set(gradient);
    try {
      this.#optimizer.step(undefined, { loss: value });
    } catch (error) {
      if (error instanceof GradientError) {
        return false;
      }
      throw error;
    }
    this.#isPending = true;
    return true;
  }

  save(): Saved {
    return {
      current: structuredClone(this.#current),
      best: structuredClone(this.point),
      optimizer: this.#optimizer.state(),
      pending: this.#isPending ? this.#x.slice() : undefined,
    };
  }

  #accept(trial: Point): void {
    this.moved = largestChange(this.#current.x, trial.x);
    this.#trial = this.#current;
    this.#current = trial;
    this.#x.set(trial.x);
    this.#isPending = false;
    if (trial.value < this.point.value) {
      this.point.x.set(trial.x);
      this.point.gradient.set(trial.gradient);
      this.point.value = trial.value;
    }
  }
}

const isFinitePoint = ({ value, gradient }: Point): boolean =>
  Number.isFinite(value) && gradient.every(Number.isFinite);

function largestChange(from: Float64Array, to: Float64Array): number {
  let most = 0;
  for (let i = 0; i < from.length; i++) {
    most = Math.max(most, Math.abs(to[i]! - from[i]!));
  }
  return most;
}
