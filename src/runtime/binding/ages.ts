/** How old each part of each parameter's rule is: one that was added, thawed or not restored begins later than the run. */
import type { Named, Rule } from "../../rule/definition.ts";
import type { Age } from "../step/host.ts";

/** How many updates the run had made when something began; what began with the run is left out. */
export interface Begun {
  /** Parts of the rules of parameters, by parameter, then by part. */
  readonly parts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** States that all parameters share, by the part that has them. */
  readonly shared: Readonly<Record<string, number>>;
}

/** All of it began with the run. */
export const fromTheStart: Begun = Object.freeze({ parts: {}, shared: {} });

/** What began later than the run, in one record: all parameters of a plan are of one age. */
export interface PlanAges {
  /** Of those that a step leaves alone it grows. */
  readonly parts: Record<string, number>;
  readonly shared: Readonly<Record<string, number>>;
}

/** The update behind which a part, or its shared states, began. */
export function begunAt({ parts, shared }: PlanAges, age: Age): number {
  const begun = age.shared ? shared : parts;
  return Object.hasOwn(begun, age.part) ? begun[age.part]! : 0;
}

/** How old each of these is at a step. */
export class AgesAtStep {
  /** In the order given. */
  readonly values: Float64Array;
  readonly #all: readonly Age[];
  readonly #begun: Float64Array;

  constructor(all: readonly Age[], ages: PlanAges) {
    this.#all = all;
    this.values = new Float64Array(all.length);
    this.#begun = new Float64Array(all.length);
    this.set(ages);
  }

  /** Says when they began. */
  set(ages: PlanAges): void {
    for (const [index, age] of this.#all.entries()) {
      this.#begun[index] = begunAt(ages, age);
    }
  }

  begin(t: number): void {
    for (let index = 0; index < this.values.length; index++) {
      this.values[index] = t - this.#begun[index]!;
    }
  }
}

/** The tensors of a plan that are of one age, and that age. */
export interface Cohort<T> {
  readonly tensors: readonly T[];
  readonly ages: PlanAges;
}

/** Sorts the tensors of a plan by their ages. */
export function cohortsOf<T extends Named>(
  rule: Rule,
  tensors: readonly T[],
  begun: Begun,
): Cohort<T>[] {
  const names = rule.parts.map(({ name }) => name);
  const cohorts = new Map<string, { tensors: T[]; ages: PlanAges }>();
  for (const tensor of tensors) {
    const all = Object.hasOwn(begun.parts, tensor.name) ? begun.parts[tensor.name]! : {};
    const parts = Object.fromEntries(
      names.flatMap((name) => (Object.hasOwn(all, name) ? [[name, all[name]!]] : [])),
    );
    const key = JSON.stringify(parts);
    const known = cohorts.get(key) ?? { tensors: [], ages: { parts, shared: begun.shared } };
    known.tensors.push(tensor);
    cohorts.set(key, known);
  }
  return [...cohorts.values()];
}
