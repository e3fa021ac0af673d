/** What a step says about itself. */

/** The outcome of a step. It is one object, filled anew by each step. */
export interface StepReport {
  /** The number of updates so far, this one included. */
  readonly step: number;
  /**
   * The learning rate of this step, for parameters in no group, or of the last group if all are in groups; undefined if the
   * rule has none.
   */
  readonly lr: number | undefined;
  /** The learning rates of this step by parameter, of those that have one: a new object each time it is read. */
  readonly lrs: Readonly<Record<string, number>>;
  /**
   * The norm of the gradients as they came in, of all parameters whose rule takes it (`clipByGlobalNorm` does), of the
   * order that it takes; undefined if none does, or if parts of a rule take several orders.
   */
  readonly gradientNorm: number | undefined;
  /** Whether a gradient was not finite and nothing was updated (`nonFinite: "skip"`). */
  readonly skipped: boolean;
}

/** Where the report's numbers are. */
export const reported = { step: 0, lr: 1, gradientNorm: 2 } as const;

/** The report that an optimizer keeps; its numbers are in one array, so that filling it allocates nothing. */
export class MutableReport implements StepReport {
  readonly numbers = new Float64Array(3);
  readonly #rates: (() => Record<string, number>) | undefined;
  readonly #hasNorm: boolean | undefined;
  skipped = false;

  /** @param rates undefined where there is none */
  constructor(rates: (() => Record<string, number>) | undefined, hasNorm: boolean | undefined) {
    this.#rates = rates;
    this.#hasNorm = hasNorm;
  }

  get step(): number {
    return this.numbers[reported.step]!;
  }

  get lr(): number | undefined {
    return this.#rates === undefined ? undefined : this.numbers[reported.lr];
  }

  get lrs(): Readonly<Record<string, number>> {
    return this.#rates?.() ?? {};
  }

  get gradientNorm(): number | undefined {
    return this.#hasNorm ? this.numbers[reported.gradientNorm] : undefined;
  }

  toJSON(): Omit<StepReport, "lrs"> {
    const { step, lr, gradientNorm, skipped } = this;
    return { step, lr, gradientNorm, skipped };
  }

  /** What `console.log` shows in Node. */
  [Symbol.for("nodejs.util.inspect.custom")](): Omit<StepReport, "lrs"> {
    return this.toJSON();
  }
}
