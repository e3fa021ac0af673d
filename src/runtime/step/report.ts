/** The report of a step. */

/** The report of a step. It is one object, which each step overwrites. */
export interface StepReport {
  /** The number of updates so far, including this one. */
  readonly step: number;
  /**
   * The learning rate of this step: of the parameters in no group, or of the last group if all are in groups. Undefined if the rule
   * has none.
   */
  readonly lr: number | undefined;
  /** The learning rates of this step, by the names of parameters that have one. Each read makes a new object. */
  readonly lrs: Readonly<Record<string, number>>;
  /**
   * The norm of the gradients before the rule changes them, over all parameters whose rule computes it (`clipByGlobalNorm` does),
   * and of the order that the rule uses. Undefined if no rule does, or if parts of a rule use several orders.
   */
  readonly gradientNorm: number | undefined;
  /** Whether a gradient was not finite and nothing was updated (`nonFinite: "skip"`). */
  readonly skipped: boolean;
}

/** The indices of the report's numbers. */
export const reported = { step: 0, lr: 1, gradientNorm: 2 } as const;

/** The report of an optimizer. Its numbers are in one array, so that a step allocates nothing. */
export class MutableReport implements StepReport {
  readonly numbers = new Float64Array(3);
  readonly #rates: (() => Record<string, number>) | undefined;
  readonly #hasNorm: boolean | undefined;
  skipped = false;

  /** @param rates undefined if no parameter has a learning rate */
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

  /** Defines what `console.log` shows in Node. */
  [Symbol.for("nodejs.util.inspect.custom")](): Omit<StepReport, "lrs"> {
    return this.toJSON();
  }
}
