/** The age of each part of each parameter's rule. A part is younger than the run if it was added, thawed or not restored. */
import type { Named, Rule } from "../../rule/definition.ts";
import type { Age } from "../step/host.ts";

/** The number of updates that the run had made when something began. Whatever began with the run is left out. */
export interface Begun {
  /** Parts of the rules, by parameter and then by part. */
  readonly parts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** States that all parameters share, by their part. */
  readonly shared: Readonly<Record<string, number>>;
}

/** Everything began with the run. */
export const fromTheStart: Begun = Object.freeze({ parts: {}, shared: {} });

/** Whatever began later than the run, for one plan: all its parameters have the same age. */
export interface PlanAges {
  /** Grows in each step that leaves the parameters alone. */
  readonly parts: Record<string, number>;
  readonly shared: Readonly<Record<string, number>>;
}

/** The number of updates before a part, or its shared states, began. */
export function begunAt({ parts, shared }: PlanAges, age: Age): number {
  const begun = age.shared ? shared : parts;
  return Object.hasOwn(begun, age.part) ? begun[age.part]! : 0;
}

/** The ages of parts at a step. */
export class AgesAtStep {
  /** In the order of the constructor's argument. */
  readonly values: Float64Array;
  readonly #all: readonly Age[];
  readonly #begun: Float64Array;

  constructor(all: readonly Age[], ages: PlanAges) {
    this.#all = all;
    this.values = new Float64Array(all.length);
    this.#begun = new Float64Array(all.length);
    this.set(ages);
  }

  /** Sets when the parts began. */
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

/** The tensors of a plan that have the same age, and that age. */
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
