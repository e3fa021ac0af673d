/** Writes the report of a step. */
import { Feature } from "../../feature.ts";
import type { BoundPlan } from "../binding/binding.ts";
import type { Execution } from "./execution.ts";
import type { GradientNorms } from "./norms.ts";
import { MutableReport, reported, type StepReport } from "./report.ts";

/** Computes the norm of all gradients (norms.ts). */
export const gradientNorms = new Feature<typeof GradientNorms>();

/** The place of a number of a program. */
interface Place {
  readonly execution: Execution;
  readonly position: number;
}

/** A learning rate, and the parameters that use it. */
interface Rate extends Place {
  readonly names: readonly string[];
  readonly isGroup: boolean;
}

function rateOf({ plan, execution }: BoundPlan): Rate[] {
  const { rule, tensors, isGroup } = plan;
  const position = execution.plan.hyper.indexOf(rule.planner.learningRate(rule) ?? "");
  const names = tensors.map(({ name }) => name);
  return position < 0 ? [] : [{ execution, position, names, isGroup }];
}

export class Reporter {
  readonly #rates: readonly Rate[];
  readonly #rate: Rate | undefined;
  readonly #norms: GradientNorms | undefined;
  readonly #report: MutableReport;

  constructor(plans: readonly BoundPlan[]) {
    this.#rates = plans.flatMap(rateOf);
    this.#rate = this.#rates.findLast(({ isGroup }) => !isGroup) ?? this.#rates.at(-1);
    const isTaken = plans.some(({ plan }) => plan.program.gradientNorm);
    this.#norms = isTaken ? new gradientNorms.value(plans) : undefined;
    const rates = this.#rate === undefined ? undefined : () => this.#byName();
    this.#report = new MutableReport(rates, this.#norms?.exist);
  }

  /** @returns the same object at each step */
  report(step: number, skipped: boolean): StepReport {
    const { numbers } = this.#report;
    numbers[reported.step] = step;
    this.#rate?.execution.copyHyper(this.#rate.position, numbers, reported.lr);
    this.#norms?.write(numbers, reported.gradientNorm);
    this.#report.skipped = skipped;
    return this.#report;
  }

  #byName(): Record<string, number> {
    const value = new Float64Array(1);
    const byName: Record<string, number> = Object.create(null);
    for (const { execution, position, names } of this.#rates) {
      execution.copyHyper(position, value, 0);
      for (const name of names) {
        byName[name] = value[0]!;
      }
    }
    return byName;
  }
}
