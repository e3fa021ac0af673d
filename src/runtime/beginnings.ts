/**
 * States that start from the parameters, such as averages and anchors: filled before the first step of their part, from
 * these as they are then. Whoever loads weights after binding, or adds a parameter to a run, has them start from there.
 */
import { begunAt } from "./ages.ts";
import { type BoundPlan, declaredAs } from "./binding.ts";
import { Filling } from "./filling.ts";
import { partOf } from "./ruleParts.ts";

/** What begins behind one update. */
interface Beginning {
  readonly bound: BoundPlan;
  readonly behind: number;
  readonly slots: readonly string[];
  /** While the step may have to be made again. */
  filling: Filling | undefined;
}

function beginningsOf(bound: BoundPlan): Beginning[] {
  const { plan, state, source } = bound;
  const { scalars } = plan.program;
  const shared = new Set(scalars.flatMap((each) => (each.shared ? [each.slot] : [])));
  const byUpdate = new Map<number, string[]>();
  for (const slot of [...state.keys(), ...scalars.map((each) => each.slot)]) {
    if (/\bp\b/.test(String(declaredAs(plan.rule.parts, slot).initial))) {
      const behind = begunAt(source.ages, { part: partOf(slot), shared: shared.has(slot) });
      byUpdate.set(behind, [...(byUpdate.get(behind) ?? []), slot]);
    }
  }
  return [...byUpdate].map(([behind, slots]) => ({ bound, behind, slots, filling: undefined }));
}

export class Beginnings {
  readonly #all: readonly Beginning[];

  constructor(plans: readonly BoundPlan[]) {
    this.#all = plans.flatMap(beginningsOf);
  }

  /** Fills what begins with the step behind so many updates; a step that is made again fills it again. */
  fill(updates: number): void {
    for (let index = 0; index < this.#all.length; index++) {
      const beginning = this.#all[index]!;
      if (beginning.behind === updates) {
        beginning.filling ??= new Filling(beginning.bound, beginning.slots);
        beginning.filling.run(updates + 1);
      } else if (beginning.filling !== undefined) {
        beginning.filling.dispose();
        beginning.filling = undefined;
      }
    }
  }
}
