/** Fills in what a step says about itself. */
import type { BoundPlan } from "./binding.ts";
import type { Execution } from "./execution.ts";
import { combineTree } from "./reduce.ts";
import { MutableReport, reported, type StepReport } from "./report.ts";

/** Where a number of a program is. */
interface Place {
  readonly execution: Execution;
  readonly position: number;
}

/** A learning rate, and the parameters that are stepped by it. */
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

/** Where a norm of gradients is. */
interface Norm {
  readonly name: string;
  readonly results: Float64Array;
  readonly index: number;
}

/** What is to be joined to the norm of the gradients of all parameters whose rules take it of them as they came in. */
function normsOf(plans: readonly BoundPlan[]): Norm[] {
  const taking = plans.flatMap(({ execution }) => {
    const { gradientNorm, reductions } = execution.program;
    const index = reductions.findIndex(({ node }) => node === gradientNorm);
    return index < 0 ? [] : [{ execution, index, site: gradientNorm!.site }];
  });
  const [first] = taking;
  if (taking.every(({ site }) => site === first!.site)) {
    return taking.slice(0, 1).map(({ execution: { tensors }, index }) => ({
      ...{ name: "", results: tensors[0]!.inputs.reductions, index },
    }));
  }
  // Norms of several parts may be of the same parameters: each parameter's own is taken once.
  const all = taking.flatMap(({ execution: { tensors }, index }) =>
    tensors.map(({ tensor: { name }, unit: { results } }) => ({ name, results, index })),
  );
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

export class Reporter {
  readonly #rates: readonly Rate[];
  readonly #rate: Rate | undefined;
  readonly #norms: readonly Norm[];
  readonly #values: Float64Array;
  readonly #report: MutableReport;

  constructor(plans: readonly BoundPlan[]) {
    this.#rates = plans.flatMap(rateOf);
    this.#rate = this.#rates.findLast(({ isGroup }) => !isGroup) ?? this.#rates.at(-1);
    this.#norms = normsOf(plans);
    this.#values = new Float64Array(this.#norms.length);
    const rates = this.#rate === undefined ? undefined : () => this.#byName();
    this.#report = new MutableReport(rates, this.#norms.length > 0);
  }

  /** @returns the same object at each step */
  report(step: number, skipped: boolean): StepReport {
    const { numbers } = this.#report;
    numbers[reported.step] = step;
    this.#rate?.execution.copyHyper(this.#rate.position, numbers, reported.lr);
    for (let index = 0; index < this.#norms.length; index++) {
      const norm = this.#norms[index]!;
      this.#values[index] = norm.results[norm.index]!;
    }
    combineTree("norm", this.#values, 0, this.#norms.length);
    numbers[reported.gradientNorm] = this.#values[0] ?? 0;
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
