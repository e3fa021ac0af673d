/**
 * States that start from the parameters, such as averages and anchors: filled before the first step of their part, from
 * these as they are then. Whoever loads weights after binding, or adds a parameter to a run, has them start from there.
 */
import { begunAt } from "../binding/ages.ts";
import { type BoundPlan, declaredAs } from "../binding/binding.ts";
import type { Age } from "../step/host.ts";
import { Filling } from "./filling.ts";
import { partOf } from "./ruleParts.ts";

/** What begins behind one update: it is of one age, and where steps leave it alone, of one age still. */
interface Beginning {
  readonly bound: BoundPlan;
  readonly age: Age;
  readonly slots: readonly string[];
  /** While the step may have to be made again. */
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

  /** Fills what begins with the step behind so many updates; a step that is made again fills it again. */
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
