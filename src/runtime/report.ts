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

/** Where the report's numbers are. */
export const reported = { step: 0, lr: 1, gradientNorm: 2 } as const;

/** The report that an optimizer keeps; its numbers are in one array, so that filling it allocates nothing. */
export class MutableReport implements StepReport {
  readonly numbers = new Float64Array(3);
  readonly #hasRate: boolean;
  readonly #hasNorm: boolean;
  skipped = false;

  constructor(hasRate: boolean, hasNorm: boolean) {
    this.#hasRate = hasRate;
    this.#hasNorm = hasNorm;
  }

  get step(): number {
    return this.numbers[reported.step]!;
  }

  get lr(): number | undefined {
    return this.#hasRate ? this.numbers[reported.lr] : undefined;
  }

  get gradientNorm(): number | undefined {
    return this.#hasNorm ? this.numbers[reported.gradientNorm] : undefined;
  }

  toJSON(): StepReport {
    const { step, lr, gradientNorm, skipped } = this;
    return { step, lr, gradientNorm, skipped };
  }

  /** What `console.log` shows in Node. */
  [Symbol.for("nodejs.util.inspect.custom")](): StepReport {
    return this.toJSON();
  }
}
