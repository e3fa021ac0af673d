/**
 * Fills states that start from the parameters, such as averages and anchors, before the first step of their part. They start from
 * the values at that time, so they also fit weights that are loaded after binding, or parameters that join the run.
 */
import { begunAt } from "../binding/ages.ts";
import { type BoundPlan, declaredAs } from "../binding/binding.ts";
import type { Age } from "../step/host.ts";
import { Filling } from "./filling.ts";
import { partOf } from "./ruleParts.ts";

/** States that begin after the same update. They all have the same age, even if steps skip them. */
interface Beginning {
  readonly bound: BoundPlan;
  readonly age: Age;
  readonly slots: readonly string[];
  /** Kept while the step may have to be repeated. */
  filling: Filling | undefined;
}

function initialStatesOf(bound: BoundPlan): Beginning[] {
  const { plan, state, source } = bound;
  const { scalars } = plan.program;
  const shared = new Set(scalars.flatMap((each) => (each.shared ? [each.slot] : [])));
  const byUpdate = new Map<string, { age: Age; slots: string[] }>();
  for (const slot of [...state.keys(), ...scalars.map((each) => each.slot)]) {
    if (/\bp\b/.test(String(declaredAs(plan.rule.parts, slot).initial))) {
      const age = { part: partOf(slot), shared: shared.has(slot) };
      const key = `${age.shared} ${begunAt(source.ages, age)}`;
      const known = byUpdate.get(key);
      byUpdate.set(key, { age, slots: [...(known?.slots ?? []), slot] });
    }
  }
  return [...byUpdate.values()].map((each) => ({ ...each, bound, filling: undefined }));
}

export class InitialStates {
  readonly #all: readonly Beginning[];

  constructor(plans: readonly BoundPlan[]) {
    this.#all = plans.flatMap(initialStatesOf);
  }

  /** Fills the states that begin after this number of updates. If the step is repeated, it fills them again. */
  fill(updates: number): void {
    for (let index = 0; index < this.#all.length; index++) {
      const beginning = this.#all[index]!;
      const { bound, age, slots } = beginning;
      if (begunAt(bound.source.ages, age) === updates) {
        beginning.filling ??= new Filling(bound, slots);
        beginning.filling.run(updates + 1);
      } else if (beginning.filling !== undefined) {
        beginning.filling.dispose();
        beginning.filling = undefined;
      }
    }
  }
}
