/** Fills in what a step says about itself. */
import type { Execution } from "./execution.ts";
import { MutableReport, reported, type StepReport } from "./report.ts";

export class Reporter {
  readonly #first: Execution;
  /** Whose learning rate is reported, and its position there. */
  readonly #rate: { readonly execution: Execution; readonly position: number } | undefined;
  readonly #report: MutableReport;

  /** @param learningRate the qualified name of the one that is reported */
  constructor(executions: readonly Execution[], learningRate: string | undefined) {
    this.#first = executions[0]!;
    // The last group is that of the parameters in no group, if there are any.
    const execution = executions.at(-1)!;
    const position = execution.plan.hyper.indexOf(learningRate ?? "");
    this.#rate = position < 0 ? undefined : { execution, position };
    const hasNorm = executions.some(({ program }) => program.gradientNorm !== undefined);
    this.#report = new MutableReport(position >= 0, hasNorm);
  }

  /** @returns the same object at each step */
  report(step: number, skipped: boolean): StepReport {
    const { numbers } = this.#report;
    const first = this.#first;
    const norm = first.program.gradientNorm;
    numbers[reported.step] = step;
    this.#rate?.execution.copyHyper(this.#rate.position, numbers, reported.lr);
    if (norm !== undefined) {
      first.copyValue(first.plan.position(norm), numbers, reported.gradientNorm);
    }
    this.#report.skipped = skipped;
    return this.#report;
  }
}
