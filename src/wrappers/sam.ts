import { defineOptimizer } from "../rule/define.ts";
import type { FloatArray } from "../runtime/memory.ts";
import { optimize } from "../runtime/optimize.ts";
import type { Optimizer } from "../runtime/optimizer.ts";
import type { ParameterSource } from "../runtime/parameters.ts";
import type { StepReport } from "../runtime/report.ts";

/** Options of {@link sam}. */
export interface SamOptions {
  /** How far it climbs: the radius of the neighbourhood. Default 0.05, with `adaptive` 0.5. */
  readonly rho?: number;
  /** Measures the neighbourhood in units of each element's magnitude (ASAM). Default false. */
  readonly adaptive?: boolean;
}

const climb = defineOptimizer({
  name: "climb",
  hyper: { rho: 0.05, adaptive: false },
  rule: `
    unit = where(adaptive, abs(p), 1)
    p = p + rho / (globalNorm(unit * g) + 1e-12) * unit * unit * g
  `,
});

/** What makes steps towards flat minima. */
export class SharpnessAware<P extends ParameterSource = ParameterSource> implements Disposable {
  readonly #optimizer: Optimizer<P>;
  readonly #climber: Optimizer;
  readonly #saved = new Map<FloatArray, FloatArray>();

  /** @internal Made by `sam`. */
  constructor(optimizer: Optimizer<P>, { adaptive = false, rho }: SamOptions) {
    this.#optimizer = optimizer;
    const parameters = optimizer.parameters as ParameterSource;
    this.#climber = optimize(parameters, climb({ adaptive, rho: rho ?? (adaptive ? 0.5 : 0.05) }));
  }

  /**
   * One step: gradients here, gradients higher up, then the optimizer's step from here by the latter.
   *
   * @param closure writes the gradients at the present parameters into `optimizer.gradients`; it is
   *   called twice, and waited for if it returns a promise
   * @returns the optimizer's report, or a promise of it
   * @throws {GradientError} where a gradient is not finite; the parameters are as they were
   */
  step(closure: () => Promise<unknown>): Promise<StepReport>;
  step(closure: () => unknown): StepReport;
  step(closure: () => unknown): StepReport | Promise<StepReport> {
    const first = closure();
    return first instanceof Promise ? this.#stepLater(first, closure) : this.#stepNow(closure);
  }

  dispose(): void {
    this.#climber.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #stepNow(closure: () => unknown): StepReport {
    this.#climb();
    try {
      closure();
    } finally {
      this.#return();
    }
    return this.#optimizer.step();
  }

  async #stepLater(first: Promise<unknown>, closure: () => unknown): Promise<StepReport> {
    await first;
    this.#climb();
    try {
      await closure();
    } finally {
      this.#return();
    }
    return this.#optimizer.step();
  }

  #climb(): void {
    for (const { data } of Object.values<{ data: FloatArray }>(this.#optimizer.parameters)) {
      const saved = this.#saved.get(data) ?? data.slice();
      saved.set(data);
      this.#saved.set(data, saved);
    }
    this.#climber.step(this.#optimizer.gradients as Record<string, FloatArray>);
  }

  #return(): void {
    for (const [data, saved] of this.#saved) {
      data.set(saved);
    }
  }
}

/**
 * Sharpness-aware minimization around any optimizer: steps by the gradients of a point a little
 * higher up, where the neighbourhood is worst, and so towards minima that are flat.
 *
 * Foret et al., 2021, "Sharpness-Aware Minimization for Efficiently Improving Generalization",
 * equation 2, with the 1e-12 of usual implementations beside the norm; `adaptive` is Kwon et al.,
 * 2021, "ASAM". Costs a second gradient and a copy of the parameters. optax.contrib.sam climbs with an
 * optimizer of one's own; PyTorch and Keras have none.
 *
 * @param optimizer makes the steps; its state never sees the climbing
 * @example
 * const optimizer = optimize(net, sgd({ lr: 0.1, momentum: 0.9 }));
 * const sharpness = sam(optimizer, { rho: 0.05 });
 * sharpness.step(() => optimizer.gradients.w.set(net.w.data)); // of the loss |w|^2 / 2
 */
export function sam<P extends ParameterSource>(
  optimizer: Optimizer<P>,
  options: SamOptions = {},
): SharpnessAware<P> {
  return new SharpnessAware(optimizer, options);
}
