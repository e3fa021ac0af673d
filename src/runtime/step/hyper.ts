/** The values of hyperparameters at a step. */
import type { HyperValues, Rule, Schedule } from "../../rule/definition.ts";
import { HyperparameterError } from "../../rule/errors.ts";
import { rangeIn } from "../../rule/hyper.ts";
import type { Range } from "../../rule/ranges.ts";

/** Asks each schedule once a step, however many groups and programs read it: it may be no pure function. */
export class Schedules {
  readonly #values = new Map<Schedule, { round: number; t: number; value: unknown }>();
  #round = 0;

  /** A step begins, or was refused: each schedule is asked anew. */
  begin(): void {
    this.#round += 1;
  }

  /** Its value at step `t`: as it was given in this round. */
  at(schedule: Schedule, t: number): unknown {
    let known = this.#values.get(schedule);
    if (known === undefined) {
      known = { round: -1, t: 0, value: 0 };
      this.#values.set(schedule, known);
    }
    if (known.round !== this.#round || known.t !== t) {
      known.value = schedule(t);
      known.round = this.#round;
      known.t = t;
    }
    return known.value;
  }
}

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
  readonly #schedules: Schedules;

  /**
   * @param rule whose parts say what their hyperparameters may be
   * @param names qualified, of those that are read
   */
  constructor(rule: Rule, names: readonly string[], hyper: HyperValues, schedules: Schedules) {
    const given = names.map((name) => hyper.get(name)!);
    this.values = Float64Array.from(given, Number);
    this.#schedules = schedules;
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
      const value = this.#schedules.at(schedule, t);
      if (!range.has(value)) {
        // Not kept: whoever evaluates again asks again.
        this.#schedules.begin();
        throw new HyperparameterError(
          `the schedule of ${name} gave ${String(value)} at step ${t}; it must give ${range.words}`,
        );
      }
      this.values[index] = value;
    }
  }
}
