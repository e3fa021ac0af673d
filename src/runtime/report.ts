/** What a step says about itself. */

/** The outcome of a step. It is one object, filled anew by each step. */
export interface StepReport {
  /** The number of updates so far, this one included. */
  readonly step: number;
  /** The learning rate of this step, for parameters in no group; undefined if the rule has none. */
  readonly lr: number | undefined;
  /** The norm of all gradients as they came in, if the rule takes it (`clipByGlobalNorm` does). */
  readonly gradientNorm: number | undefined;
  /** Whether a gradient was not finite and nothing was updated (`nonFinite: "skip"`). */
  readonly skipped: boolean;
}

/** The report that an optimizer keeps; its numbers are in one array, so that filling it allocates nothing. */
export class MutableReport implements StepReport {
  readonly #numbers = new Float64Array(3);
  readonly hasRate: boolean;
  readonly #hasNorm: boolean;
  skipped = false;

  constructor(hasRate: boolean, hasNorm: boolean) {
    this.hasRate = hasRate;
    this.#hasNorm = hasNorm;
  }

  get step(): number {
    return this.#numbers[0]!;
  }

  get lr(): number | undefined {
    return this.hasRate ? this.#numbers[1] : undefined;
  }

  get gradientNorm(): number | undefined {
    return this.#hasNorm ? this.#numbers[2] : undefined;
  }

  set(step: number, lr: number, gradientNorm: number, skipped: boolean): void {
    this.#numbers[0] = step;
    this.#numbers[1] = lr;
    this.#numbers[2] = gradientNorm;
    this.skipped = skipped;
  }

  toJSON(): StepReport {
    const { step, lr, gradientNorm, skipped } = this;
    return { step, lr, gradientNorm, skipped };
  }
}
