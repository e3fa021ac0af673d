/** One run: the solver, one iteration after another, and when it ends. */
import { sizeBy } from "./differences.ts";
import { MinimizeError } from "./errors.ts";
import { clamp, createPoint, type Ending, type Point, type Reason, type Solver } from "./method.ts";
import { type AnyFunction, CountedObjective, Interruption, type ObjectiveFunction } from "./objective.ts";
import { boundsOf, type MinimizeOptions, type Settings, settingsOf, sizesOf } from "./options.ts";
import type { MinimizationState, SavedMinimization } from "./result.ts";
import { Scaling } from "./scaling.ts";
import { type Form, Variables } from "./variables.ts";
import { largest } from "./vector.ts";

/** Iterations running without a lower value that are convergence. */
const mostStalls = 3;

const sentences: Readonly<Partial<Record<Reason, string>>> = {
  gradient: "converged: the gradient is within its tolerance",
  value: "converged: the value no longer becomes lower by more than its tolerance",
  step: "converged: the steps are within their tolerance",
  iterations: "stopped at the limit of iterations, before it converged",
  evaluations: "stopped at the limit of evaluations, before it converged",
  cancelled: "cancelled by the signal",
};

const endOf = (reason: Reason): Ending => ({ reason, message: sentences[reason]! });

/** What a part of a run returns, or the end that a limit or the signal brings. */
function interruptible(part: () => Ending | undefined): Ending | undefined {
  try {
    return part();
  } catch (error) {
    if (error instanceof Interruption) {
      return endOf(error.reason);
    }
    throw error;
  }
}

/** A function, a start and options at work. */
export class Run<X> {
  ending: Ending | undefined;
  readonly #settings: Settings;
  readonly #signal: AbortSignal | undefined;
  readonly #variables: Variables;
  readonly #scaling: Scaling;
  readonly #objective: CountedObjective;
  readonly #typical: Float64Array;
  readonly #solver: Solver;
  #iterations = 0;
  #stalls = 0;
  #gradientNorm = Number.NaN;
  /** Whether the start's gradient is not known yet. */
  #isUnstarted = false;

  constructor(f: ObjectiveFunction<X>, x0: X, options: MinimizeOptions<X>) {
    if (typeof f !== "function") {
      throw new MinimizeError(
        "minimize: the first argument is a function: minimize(([x, y]) => ..., [0, 0])",
      );
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
    this.#typical = resume?.typical.slice() ?? start.x.map(sizes === undefined ? sizeBy : () => 1);
    this.#objective = new CountedObjective(
      f as AnyFunction,
      variables,
      this.#scaling,
      this.#typical,
      { maxEvaluations: this.#settings.maxEvaluations, signal: options.signal },
      options.hessianProduct as AnyFunction | undefined,
    );
    this.#solver = resume === undefined ? this.#begin(start) : this.#resume(resume, start);
    this.#gradientNorm = this.#stationarity();
    this.#look();
    this.#settle();
  }

  /** One iteration; afterwards `ending` says whether it was the last. */
  advance(): void {
    const before = this.#solver.point.value;
    this.ending = this.#signal?.aborted
      ? endOf("cancelled")
      : interruptible(() => this.#solver.step());
    if (this.ending === undefined) {
      this.#iterations++;
      this.#gradientNorm = this.#stationarity();
      this.#count(before);
      this.#look();
    }
    this.#settle();
  }

  state(): MinimizationState<X> {
    return new State(this, this.#solver.point.value, this.#gradientNorm, {
      iterations: this.#iterations,
      evaluations: this.#objective.evaluations,
      gradientBy: this.#solver.usesGradient
        ? (this.#objective.gradientBy ?? "differences")
        : "none",
      ...this.ending,
    });
  }

  x(): Form<X> {
    const { point } = this.#solver;
    const x = this.#scaling.outward(point.x);
    return this.#variables.form(this.#variables.inPlace ? x : x.slice()) as Form<X>;
  }

  save(): SavedMinimization {
    const { evaluations, startValue, gradientBy } = this.#objective;
    return {
      version: 1,
      method: this.#settings.method.name,
      unknowns: this.#variables.length,
      iterations: this.#iterations,
      evaluations,
      startValue,
      stalls: this.#stalls,
      gradientBy,
      typical: this.#typical.slice(),
      ...(this.#isUnstarted && { start: this.#solver.point.x.slice() }),
      solver: this.#solver.save(),
    };
  }

  #begin(start: Point): Solver {
    const { method } = this.#settings;
    const objective = this.#objective;
    const { lower, upper } = objective;
    if (lower !== undefined && upper !== undefined) {
      start.x.forEach((value, i, x) => {
        x[i] = clamp(value, lower[i]!, upper[i]!);
      });
    }
    this.ending = interruptible(() => {
      if (method.usesGradient) {
        objective.evaluate(start);
      } else {
        objective.evaluateValue(start);
      }
      return undefined;
    });
    this.#isUnstarted = this.ending !== undefined;
    objective.startValue = start.value;
    this.ending ??= this.#notFinite(start, method.usesGradient);
    return method.start(objective, start);
  }

  #resume(saved: SavedMinimization, start: Point): Solver {
    const { method } = this.#settings;
    if (saved.method !== method.name || saved.unknowns !== this.#variables.length) {
      throw new MinimizeError(
        `minimize: \`resume\` is of ${saved.method} with ${saved.unknowns} unknowns, not of ${method.name} with ${this.#variables.length}`,
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
    return method.start(this.#objective, start, saved.solver);
  }

  #notFinite({ x, value, gradient }: Point, usesGradient: boolean): Ending | undefined {
    const bad = x.findIndex((each) => !Number.isFinite(each));
    const badSlope = usesGradient ? gradient.findIndex((each) => !Number.isFinite(each)) : -1;
    const what =
      bad >= 0
        ? `\`${this.#variables.nameOf(bad)}\` is ${x[bad]}`
        : !Number.isFinite(value)
          ? `the value is ${value}`
          : badSlope >= 0 &&
            `the gradient of \`${this.#variables.nameOf(badSlope)}\` is ${gradient[badSlope]}`;
    return what ? { reason: "notFinite", message: `not started: ${what} at the start` } : undefined;
  }

  /** The largest magnitude in the gradient, of what points out of the bounds the way that is left. */
  #stationarity(): number {
    const { usesGradient, point } = this.#solver;
    if (!usesGradient) {
      return Number.NaN;
    }
    const { lower, upper } = this.#objective;
    if (lower === undefined || upper === undefined) {
      return largest(point.gradient);
    }
    let most = 0;
    for (let i = 0; i < lower.length; i++) {
      const [x, g] = [point.x[i]!, point.gradient[i]!];
      const way = g > 0 ? Math.min(g, x - lower[i]!) : Math.min(-g, upper[i]! - x);
      most = way > most || Number.isNaN(way) ? way : most;
    }
    return most;
  }

  #count(before: number): void {
    const { descends, point } = this.#solver;
    const least = this.#settings.valueTolerance * Math.max(Math.abs(before), Math.abs(point.value));
    this.#stalls = descends && before - point.value <= least ? this.#stalls + 1 : 0;
  }

  /** Whether this is the end. */
  #look(): void {
    if (this.ending !== undefined) {
      return;
    }
    const { gradientTolerance, stepTolerance, maxIterations } = this.#settings;
    const { point, moved } = this.#solver;
    if (this.#variables.length === 0 || this.#gradientNorm <= gradientTolerance) {
      this.ending = this.#flat();
    } else if (this.#stalls >= mostStalls) {
      this.ending = endOf("value");
    } else if (moved <= stepTolerance * largest(point.x)) {
      this.ending = endOf("step");
    } else if (this.#iterations >= maxIterations) {
      this.ending = endOf("iterations");
    } else if (this.#signal?.aborted) {
      this.ending = endOf("cancelled");
    }
  }

  #flat(): Ending {
    if (this.#iterations > 0 || this.#variables.length === 0) {
      return endOf("gradient");
    }
    return {
      reason: "gradient",
      message:
        "converged at once: the gradient is within its tolerance at the start, a minimum, a saddle, or a plateau",
    };
  }

  /** Parameters of the user's hold the best point whenever the user sees them. */
  #settle(): void {
    if (this.#variables.inPlace) {
      this.#variables.form(this.#scaling.outward(this.#solver.point.x));
    }
  }
}

type Numbers = Pick<MinimizationState<never>, "iterations" | "evaluations" | "gradientBy"> &
  Partial<Ending>;

/** What was true after an iteration; x and what can be saved are those of now. */
class State<X> implements MinimizationState<X> {
  readonly value: number;
  readonly gradientNorm: number;
  readonly iterations: number;
  readonly evaluations: number;
  readonly gradientBy: MinimizationState<X>["gradientBy"];
  readonly reason: Reason | undefined;
  readonly message: string | undefined;
  readonly #run: Run<X>;

  constructor(run: Run<X>, value: number, gradientNorm: number, numbers: Numbers) {
    this.#run = run;
    this.value = value;
    this.gradientNorm = gradientNorm;
    this.iterations = numbers.iterations;
    this.evaluations = numbers.evaluations;
    this.gradientBy = numbers.gradientBy;
    this.reason = numbers.reason;
    this.message = numbers.message;
  }

  get x(): Form<X> {
    return this.#run.x();
  }

  save(): SavedMinimization {
    return this.#run.save();
  }
}
