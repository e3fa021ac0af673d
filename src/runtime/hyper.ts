/** The values of hyperparameters at a step. */
import type { HyperValues, Schedule } from "../rule/definition.ts";
import { HyperparameterError } from "../rule/errors.ts";

interface Scheduled {
  readonly name: string;
  readonly index: number;
  readonly schedule: Schedule;
}

export class HyperAtStep {
  /** By position in the list of names; switches are 1 and 0. */
  readonly values: Float64Array;
  readonly #scheduled: readonly Scheduled[];

  /** @param names qualified, of those that are read */
  constructor(names: readonly string[], hyper: HyperValues) {
    const given = names.map((name) => hyper.get(name)!);
    this.values = Float64Array.from(given, Number);
    this.#scheduled = given.flatMap((value, index) =>
      typeof value === "function" ? [{ name: names[index]!, index, schedule: value }] : [],
    );
  }

  /** Asks each schedule for its value at step `t`. */
  begin(t: number): void {
    for (let i = 0; i < this.#scheduled.length; i++) {
      const { name, index, schedule } = this.#scheduled[i]!;
      const value: unknown = schedule(t);
      if (typeof value !== "number" || Number.isNaN(value)) {
        throw new HyperparameterError(
          `the schedule of ${name} gave ${String(value)} at step ${t}; it must give a number`,
        );
      }
      this.values[index] = value;
    }
  }
}
