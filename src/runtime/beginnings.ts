/**
 * States that start from an expression, such as averages and anchors: filled before the first step of their part, of the
 * parameters as they are then. Whoever loads weights after binding, or adds a parameter to a run, has them start from there.
 */
import { begunAt } from "./ages.ts";
import { type BoundPlan, declaredAs, fillExpressions } from "./binding.ts";
import { partOf } from "./ruleParts.ts";

/** What begins behind one update. */
interface Beginning {
  readonly bound: BoundPlan;
  readonly behind: number;
  readonly slots: readonly string[];
}

function beginningsOf(bound: BoundPlan): Beginning[] {
  const { plan, state, source } = bound;
  const { scalars } = plan.program;
  const shared = new Set(scalars.flatMap((each) => (each.shared ? [each.slot] : [])));
  const byUpdate = new Map<number, string[]>();
  for (const slot of [...state.keys(), ...scalars.map((each) => each.slot)]) {
    if (typeof declaredAs(plan.rule.parts, slot).initial === "string") {
      const behind = begunAt(source.ages, { part: partOf(slot), shared: shared.has(slot) });
      byUpdate.set(behind, [...(byUpdate.get(behind) ?? []), slot]);
    }
  }
  return [...byUpdate].map(([behind, slots]) => ({ bound, behind, slots }));
}

export class Beginnings {
  readonly #all: readonly Beginning[];

  constructor(plans: readonly BoundPlan[]) {
    this.#all = plans.flatMap(beginningsOf);
  }

  /** Fills what begins with the step behind so many updates; a step that is made again fills it again. */
  fill(updates: number): void {
    for (let index = 0; index < this.#all.length; index++) {
      const { bound, behind, slots } = this.#all[index]!;
      if (behind === updates) {
        fillExpressions(bound, slots, updates + 1);
      }
    }
  }
}
