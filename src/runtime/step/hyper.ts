/** The values of hyperparameters at a step. */
import type { HyperValues, Rule, Schedule } from "../../rule/definition.ts";
import { HyperparameterError } from "../../rule/errors.ts";
import { rangeIn } from "../../rule/hyper.ts";
import type { Range } from "../../rule/ranges.ts";

/** Calls each schedule once per step, however many groups and programs use it: it may not be a pure function. */
export class Schedules {
  readonly #values = new Map<Schedule, { round: number; t: number; value: unknown }>();
  #round = 0;

  /** Starts a new round, for a new step or after a refused one: each schedule is called again. */
  begin(): void {
    this.#round += 1;
  }

  /** The value at step `t`: the same for the whole round. */
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
  /** By index in the list of names. Switches are 1 or 0. */
  readonly values: Float64Array;
  readonly #scheduled: readonly Scheduled[];
  readonly #schedules: Schedules;

  /**
   * @param rule the rule, whose parts declare the ranges of hyperparameters
   * @param names the qualified names of those that are used
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
   * Calls each schedule for its value at step `t`.
   * @throws {HyperparameterError} if a schedule gives a value that the hyperparameter cannot have
   */
  begin(t: number): void {
    for (let i = 0; i < this.#scheduled.length; i++) {
      const { name, index, schedule, range } = this.#scheduled[i]!;
      const value = this.#schedules.at(schedule, t);
      if (!range.has(value)) {
        // Start a new round, so that the next evaluation calls schedules again.
        this.#schedules.begin();
        throw new HyperparameterError(
          `the schedule of ${name} gave ${String(value)} at step ${t}; it must give ${range.words}`,
        );
      }
      this.values[index] = value;
    }
  }
}
