/** One run: makes iterations of a solver, and decides when to stop. */
import { MinimizeError } from "./errors.ts";
import { clamp, createPoint, type Ending, type Point, type Reason, type Solver } from "./method.ts";
import {
  type AnyFunction,
  CountedObjective,
  Interruption,
  type ObjectiveFunction,
} from "./objective.ts";
import { boundsOf, type MinimizeOptions, type Settings, settingsOf, sizesOf } from "./options.ts";
import type { MinimizationResult, MinimizationState, SavedMinimization } from "./result.ts";
import { Scaling } from "./scaling.ts";
import { type Form, Variables } from "./variables.ts";
import { largest } from "./vector.ts";

/**
 * After this many iterations in a row without a lower value, the method forgets what it has learned, because a wrong curvature
 * can make steps that rounding hides. After as many more, the run has converged.
 */
const manyStalls = 3;

const sentences: Readonly<Partial<Record<Reason, string>>> = {
  gradient: "converged: the gradient is within its tolerance",
  value: "converged: the decrease of the value is within its tolerance",
  step: "converged: the step is within its tolerance",
  iterations: "not converged: the limit of iterations is reached",
  evaluations: "not converged: the limit of evaluations is reached",
  cancelled: "not converged: the signal was aborted",
};

const endOf = (reason: Reason): Ending => ({ reason, message: sentences[reason]! });

/** Why a limit or the signal ended the run. Other errors come from the user's function. */
function interruptedBy(error: unknown): Ending {
  if (error instanceof Interruption) {
    return endOf(error.reason);
  }
  throw error;
}

/** A run on one function, from one start. */
export class Run<X> {
  ending: Ending | undefined;
  readonly #settings: Settings;
  readonly #signal: AbortSignal | undefined;
  readonly #variables: Variables;
  readonly #scaling: Scaling;
  readonly #objective: CountedObjective;
  readonly #solver: Solver;
  #iterations = 0;
  #stalls = 0;
  #gradientNorm = Number.NaN;
  /** Whether the gradient at the start is not known yet. */
  #isUnstarted = false;

  constructor(f: ObjectiveFunction<X>, x0: X, options: MinimizeOptions<X>) {
    if (typeof f !== "function") {
      throw new MinimizeError("minimize: the first argument must be a function");
    }
    this.#settings = settingsOf(options);
    this.#signal = options.signal;
    const variables = new Variables(x0);
    this.#variables = variables;
    const sizes = sizesOf(options.typical, variables);
    this.#scaling = new Scaling(sizes, boundsOf(options.bounds, variables));
    const start = createPoint(variables.length);
    variables.read("the start", x0, start.x);
    this.#scaling.inward(start.x);
    const { resume } = options;
    this.#objective = new CountedObjective(
      f as AnyFunction,
      variables,
      this.#scaling,
      { maxEvaluations: this.#settings.maxEvaluations, signal: options.signal },
      options.hessianProduct as AnyFunction | undefined,
    );
    this.#solver = resume === undefined ? this.#begin(start) : this.#resume(resume, start);
    this.#gradientNorm = this.#stationarity();
    this.#checkEnd();
    this.#writeParameters();
  }

  /** One iteration; afterwards `ending` says whether it was the last. */
  advance(): void {
    const before = this.#solver.point.value;
    try {
      this.ending = this.#signal?.aborted ? endOf("cancelled") : this.#solver.step();
    } catch (error) {
      this.ending = interruptedBy(error);
    }
    if (this.ending === undefined) {
      this.#iterations++;
      this.#gradientNorm = this.#stationarity();
      this.#countStalls(before);
      this.#checkEnd();
    }
    this.#writeParameters();
  }

  /** The state now. `x` and `save()` are computed only when they are used, from the state at that time. */
  state(): MinimizationState<X> {
    const run = this;
    return {
      get x() {
        return run.x();
      },
      ...this.#facts(),
    };
  }

  /** The last state, with a copy of x. */
  result(): MinimizationResult<X> {
    const { reason, message } = this.ending!;
    const converged = reason === "gradient" || reason === "value" || reason === "step";
    return { x: this.x(), ...this.#facts(), reason, message, converged };
  }

  #facts(): Omit<MinimizationState<X>, "x"> {
    const { usesGradient, point } = this.#solver;
    const { evaluations, gradientBy = "differences" } = this.#objective;
    return {
      value: point.value,
      gradientNorm: this.#gradientNorm,
      iterations: this.#iterations,
      evaluations,
      gradientBy: usesGradient ? gradientBy : "none",
      reason: this.ending?.reason,
      message: this.ending?.message,
      save: () => this.save(),
    };
  }

  x(): Form<X> {
    const { point } = this.#solver;
    const x = this.#scaling.outward(point.x);
    return this.#variables.form(this.#variables.inPlace ? x : x.slice()) as Form<X>;
  }

  save(): SavedMinimization {
    const { evaluations, startValue, gradientBy, typical } = this.#objective;
    return {
      version: 1,
      method: this.#settings.method.name,
      unknowns: this.#variables.length,
      iterations: this.#iterations,
      evaluations,
      startValue,
      stalls: this.#stalls,
      gradientBy,
      ...(typical && { typical: typical.slice() }),
      ...(this.#isUnstarted && { start: this.#solver.point.x.slice() }),
      solver: this.#solver.save(),
    };
  }

  #begin(start: Point): Solver {
    const { method } = this.#settings;
    const objective = this.#objective;
    const { lower, upper } = objective;
    if (lower && upper) {
      start.x.set(start.x.map((value, i) => clamp(value, lower[i]!, upper[i]!)));
    }
    try {
      if (method.usesGradient) {
        objective.evaluate(start);
      } else {
        objective.evaluateValue(start);
      }
    } catch (error) {
      this.ending = interruptedBy(error);
    }
    this.#isUnstarted = this.ending !== undefined;
    objective.startValue = start.value;
    this.ending ??= this.#notFinite(start, method.usesGradient);
    return method.start(objective, start);
  }

  #resume(saved: SavedMinimization, start: Point): Solver {
    const { method } = this.#settings;
    if (saved.method !== method.name || saved.unknowns !== this.#variables.length) {
      throw new MinimizeError(
        `minimize: \`resume\` was saved by ${saved.method} with ${saved.unknowns} unknowns, not by ${method.name} with ${this.#variables.length}`,
      );
    }
    if (saved.start !== undefined) {
      start.x.set(saved.start);
      return this.#begin(start);
    }
    this.#iterations = saved.iterations;
    this.#stalls = saved.stalls;
    this.#objective.evaluations = saved.evaluations;
    this.#objective.startValue = saved.startValue;
    this.#objective.gradientBy = saved.gradientBy;
    this.#objective.typical = saved.typical?.slice();
    return method.start(this.#objective, start, saved.solver);
  }

  #notFinite({ x, value, gradient }: Point, usesGradient: boolean): Ending | undefined {
    const isBad = (each: number) => !Number.isFinite(each);
    const named = (i: number) => `\`${this.#variables.nameOf(i)}\``;
    const [bad, steep] = [x.findIndex(isBad), gradient.findIndex(isBad)];
    let what: string | undefined;
    if (bad >= 0) {
      what = `${named(bad)} is ${x[bad]}`;
    } else if (isBad(value)) {
      what = `the value is ${value}`;
    } else if (usesGradient && steep >= 0) {
      what = `the gradient of ${named(steep)} is ${gradient[steep]}`;
    }
    return what === undefined
      ? undefined
      : { reason: "notFinite", message: `not started: ${what} at the start` };
  }

  /** The largest magnitude in the gradient; with bounds, in the projected gradient. */
  #stationarity(): number {
    const { usesGradient, point } = this.#solver;
    const { lower, upper } = this.#objective;
    const { x, gradient } = point;
    if (!usesGradient) {
      return Number.NaN;
    }
    return largest(
      lower && upper
        ? gradient.map((g, i) => clamp(x[i]! - g, lower[i]!, upper[i]!) - x[i]!)
        : gradient,
    );
  }

  #countStalls(before: number): void {
    const { descends, point } = this.#solver;
    const least = this.#settings.valueTolerance * Math.max(Math.abs(before), Math.abs(point.value));
    this.#stalls = descends && before - point.value <= least ? this.#stalls + 1 : 0;
    if (this.#stalls === manyStalls) {
      this.#solver.reset?.();
    }
  }

  /** Ends the run if there is a reason. */
  #checkEnd(): void {
    const reason = this.#reason();
    if (reason !== undefined) {
      const { message } = endOf(reason);
      const isPlain = reason !== "gradient" || this.#iterations > 0;
      const where = isPlain ? "" : " at the start: a minimum, a saddle, or a plateau";
      this.ending ??= { reason, message: message + where };
    }
  }

  #reason(): Reason | undefined {
    const { gradientTolerance, stepTolerance, maxIterations } = this.#settings;
    const { point, moved } = this.#solver;
    if (this.#variables.length === 0 || this.#gradientNorm <= gradientTolerance) {
      return "gradient";
    }
    if (this.#stalls >= 2 * manyStalls) {
      return "value";
    }
    if (moved <= (stepTolerance && stepTolerance * largest(point.x))) {
      return "step";
    }
    if (this.#iterations >= maxIterations) {
      return "iterations";
    }
    return this.#signal?.aborted ? "cancelled" : undefined;
  }

  /** Writes the best point into the user's parameters, before the user sees them. */
  #writeParameters(): void {
    if (this.#variables.inPlace) {
      this.#variables.form(this.#scaling.outward(this.#solver.point.x));
    }
  }
}
