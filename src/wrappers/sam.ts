import { defineOptimizer } from "../builtIn.ts";
import type { Schedule } from "../rule/definition.ts";
import type { AnyOptimizer } from "../runtime/contract.ts";
import { BindingError, checkOptions, EvaluationError, GradientError } from "../runtime/errors.ts";
import type { GradientSource } from "../runtime/gradients/gradients.ts";
import { optimize } from "../runtime/optimize.ts";
import type { Optimizer } from "../runtime/optimizer.ts";
import type {
  AnyParameter,
  AnyParameterSource,
  ParameterArray,
  ParameterSource,
} from "../runtime/parameters.ts";
import type { StepReport } from "../runtime/step/report.ts";
import { isPromise } from "../runtime/withCleanup.ts";
import { checkOptimizer, checkOptionsGiven } from "./arguments.ts";
import { Wrapper } from "./wrapper.ts";

/** Options of {@link sam}. */
export interface SamOptions {
  /** The radius of the neighbourhood: how far it climbs. Default: 0.05, or 0.5 with `adaptive`. */
  readonly rho?: number | Schedule;
  /** Measures the neighbourhood in units of each element's magnitude (ASAM). Default: false. */
  readonly adaptive?: boolean;
  /** A number added to these magnitudes, so that elements at zero move too. Default: 0.01. */
  readonly eta?: number | Schedule;
}

/** The result of a closure: gradients that it has not written to `optimizer.gradients`, and the loss. */
export interface ClosureResult<P extends AnyParameterSource = ParameterSource> {
  /** Gradients by parameter. Those that are missing here are in `optimizer.gradients`. */
  readonly gradients?: { readonly [K in keyof P]: GradientSource | undefined };
  /** The loss, for rules and schedules that read it. */
  readonly loss?: number;
}

type Gradients = Parameters<AnyOptimizer["step"]>[0];

const climb = defineOptimizer({
  name: "sam",
  hyper: { rho: 0.05, adaptive: false, eta: 0.01 },
  ranges: { rho: "[0, inf)", eta: "[0, inf)" },
  rule: `
    unit = where(adaptive, abs(p) + eta, 1)
    length = globalNorm(unit * g)
    p = p + where(length == 0, 0, rho * (unit * g / length)) * unit
  `,
});

/**
 * Makes steps towards flat minima.
 *
 * @example
 * const optimizer = optimize(net, sgd({ lr: 0.1 }));
 * const sharpness = sam(optimizer, { rho: 0.5 });
 * const seen: number[] = [];
 * sharpness.step(() => {
 *   seen.push(net.b.data[0]);
 *   optimizer.gradients.b.fill(1); // of your loss, at the parameters as they are now
 * });
 * seen.length; // 2: at the parameters, and uphill of them
 * optimizer.steps; // 1
 */
export class SharpnessAware<P extends AnyParameterSource = ParameterSource> extends Wrapper<P> {
  /** Why no wrapper can wrap this one. */
  readonly outermost =
    "sam steps with a function that computes gradients: make sam the outer wrapper, sam(accumulate(...))";
  readonly #climber: Optimizer<AnyParameterSource>;
  readonly #saved: ReadonlyMap<ParameterArray, ParameterArray>;
  /** Whether a closure is still running, so its step is not complete. */
  #waiting = false;

  /** @internal Made by `sam`. */
  constructor(optimizer: AnyOptimizer<P>, options: SamOptions) {
    checkOptimizer("sam", optimizer, ["parameters", "trained"]);
    if ((optimizer as unknown) instanceof SharpnessAware) {
      throw new BindingError("sam: this is from sam already: one is enough");
    }
    super(optimizer);
    checkOptionsGiven("sam", options, "{ rho: 0.05 }");
    checkOptions("sam", options, ["rho", "adaptive", "eta"]);
    const { adaptive = false, rho = adaptive ? 0.5 : 0.05, eta = 0.01 } = options;
    const parameters = trainedOf(optimizer, optimizer.parameters as AnyParameterSource);
    // The optimizer inside refuses gradients that are not finite; the climber only skips them.
    this.#climber = optimize(parameters, climb({ adaptive, rho, eta }), { nonFinite: "skip" });
    const arrays = Object.values(parameters as Record<string, AnyParameter>);
    this.#saved = new Map(arrays.map(({ data }) => [data, data.slice()]));
  }

  /**
   * Makes one step. It takes gradients at the present parameters, climbs, takes gradients there, returns, and lets the optimizer
   * step with the second gradients.
   *
   * @param closure computes the gradients at the present parameters. It writes them to `optimizer.gradients`, or returns them. It
   *   is called twice; only once if the first gradients are not finite. If it returns a promise, `step` waits for it. The rule sees
   *   the loss that the last call returns. With `zeroGradients`, gradients are zero before each call, for a closure that adds to
   *   them
   * @returns the optimizer's report, or a promise of it
   * @throws {GradientError} as `Optimizer.step`; the parameters are as they were
   * @throws {EvaluationError} while a closure of another step is running
   */
  step(closure: () => Promise<unknown>): Promise<StepReport>;
  step(closure: () => ClosureResult<P> | number): StepReport;
  step(closure: () => void): StepReport;
  step(closure: () => unknown): StepReport | Promise<StepReport> {
    if (typeof closure !== "function") {
      throw new GradientError(
        "sam: step takes a function that computes gradients: step(() => { optimizer.gradients.w.set(...) })",
      );
    }
    if (this.#waiting) {
      throw new EvaluationError(
        "sam: a step still waits for its closure; await it before the next",
      );
    }
    this.#waiting = true;
    let later = false;
    try {
      const first = closure();
      later = isPromise(first);
      return later
        ? this.#stepLater(first as PromiseLike<unknown>, closure)
        : this.#stepNow(first, closure);
    } catch (error) {
      throw this.#undone(error);
    } finally {
      this.#waiting = later;
    }
  }

  /** Frees its own memory. The optimizer belongs to the caller. */
  override dispose(): void {
    this.#climber.dispose();
  }

  #stepNow(first: unknown, closure: () => unknown): StepReport {
    let last = first;
    if (this.#climb(first)) {
      try {
        last = closure();
      } finally {
        this.#return();
      }
    }
    return this.#descend(last);
  }

  async #stepLater(first: PromiseLike<unknown>, closure: () => unknown): Promise<StepReport> {
    try {
      let last = await first;
      if (this.#climb(last)) {
        try {
          last = await closure();
        } finally {
          this.#return();
        }
      }
      return this.#descend(last);
    } catch (error) {
      throw this.#undone(error);
    } finally {
      this.#waiting = false;
    }
  }

  /** Sets the gradients to zero, so that nothing from these closures goes into the next step. */
  #undone(error: unknown): unknown {
    this.#zero();
    return error;
  }

  #zero(): void {
    if (this.zeroesGradients) {
      this.zeroGradients();
    }
  }

  /** Climbs. @returns false if gradients are not finite */
  #climb(result: unknown): boolean {
    for (const [data, saved] of this.#saved) {
      saved.set(data);
    }
    const { gradients = this.gradients } = read<P>(result);
    if (this.#climber.step(trainedOf(this, gradients)).skipped) {
      return false;
    }
    this.#zero();
    return true;
  }

  #return(): void {
    for (const [data, saved] of this.#saved) {
      data.set(saved);
    }
  }

  #descend(result: unknown): StepReport {
    const { gradients, loss } = read<P>(result);
    return this.inner.step(gradients as Gradients, loss === undefined ? {} : { loss });
  }
}

/** The gradients of parameters that are not frozen: frozen ones do not belong to the neighbourhood. */
function trainedOf<T>(
  { trained }: { readonly trained: readonly string[] },
  all: { readonly [name: string]: T },
): Record<string, T> {
  if (typeof all !== "object" || all === null) {
    throw new GradientError(
      `sam: gradients must be an object with the names of parameters, such as { w: [...] }, not ${all === null ? "null" : typeof all}`,
    );
  }
  return Object.fromEntries(trained.map((name) => [name, all[name]!]));
}

function read<P extends AnyParameterSource>(result: unknown): ClosureResult<P> {
  if (typeof result === "number") {
    return { loss: result };
  }
  return typeof result === "object" && result !== null ? result : {};
}

/**
 * Sharpness-aware minimization around any optimizer. It steps with the gradients of a nearby point where the loss is higher: the
 * worst point of the neighbourhood. This leads to flat minima.
 *
 * Options: `rho` the radius of the neighbourhood (default 0.05, with `adaptive` 0.5), `adaptive` measures it in units of each
 * element's magnitude (false), `eta` a number added to these magnitudes (0.01).
 * Ranges: `rho`, `eta` [0, inf).
 *
 * Foret et al., 2021, "Sharpness-Aware Minimization for Efficiently Improving Generalization", equation 2. `adaptive` is Kwon et
 * al., 2021, "ASAM", algorithm 1 with T of every element. Its authors' code leaves biases at 1, and adds 1e-16 to the norm. It
 * costs a second gradient and a copy of the parameters. It is the same as optax.contrib.sam that climbs with normalize() and
 * sgd(rho); each of Optax' updates is half such a step. PyTorch and Keras have none.
 *
 * @param optimizer the optimizer that makes the steps, or a wrapper such as `accumulate(...)`. Climbing does not change its state
 * @throws {BindingError} if an option is unknown
 * @throws {HyperparameterError} if an option has an invalid value
 * @example
 * const optimizer = optimize(net, sgd({ lr: 0.1, momentum: 0.9 }));
 * const sharpness = sam(optimizer, { rho: 0.05 });
 * sharpness.step(() => optimizer.gradients.w.set(net.w.data)); // of the loss |w|^2 / 2
 */
export function sam<P extends AnyParameterSource>(
  optimizer: AnyOptimizer<P>,
  options: SamOptions = {},
): SharpnessAware<P> {
  return new SharpnessAware(optimizer, options);
}
