/** The values of hyperparameters at a step. */
import type { HyperValues, Rule, Schedule } from "../rule/definition.ts";
import { HyperparameterError } from "../rule/errors.ts";
import { rangeIn } from "../rule/hyper.ts";
import type { Range } from "../rule/ranges.ts";

interface Scheduled {
  readonly name: string;
  readonly index: number;
  readonly schedule: Schedule;
  readonly range: Range;
}

export class HyperAtStep {
  /** By position in the list of names; switches are 1 and 0. */
  readonly values: Float64Array;
  readonly #scheduled: readonly Scheduled[];

  /**
   * @param rule whose parts say what their hyperparameters may be
   * @param names qualified, of those that are read
   */
  constructor(rule: Rule, names: readonly string[], hyper: HyperValues) {
    const given = names.map((name) => hyper.get(name)!);
    this.values = Float64Array.from(given, Number);
    this.#scheduled = given.flatMap((schedule, index) => {
      const name = names[index]!;
      return typeof schedule === "function"
        ? [{ name, index, schedule, range: rangeIn(rule, name) }]
        : [];
    });
  }

  /**
   * Asks each schedule for its value at step `t`.
   * @throws {HyperparameterError} where one gives what the hyperparameter may not be
   */
  begin(t: number): void {
    for (let i = 0; i < this.#scheduled.length; i++) {
      const { name, index, schedule, range } = this.#scheduled[i]!;
      const value: unknown = schedule(t);
      if (!range.has(value)) {
        throw new HyperparameterError(
          `the schedule of ${name} gave ${String(value)} at step ${t}; it must give ${range.words}`,
        );
      }
      this.values[index] = value;
    }
  }
}
