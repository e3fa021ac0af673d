/** The state that a bound optimizer keeps between steps, as data. */
import { type HyperValue, type Rule, stateOf } from "../../rule/definition.ts";
import { hash } from "../../rule/graph/hash.ts";
import type { Begun } from "../binding/ages.ts";
import type { BoundPlan } from "../binding/binding.ts";
import { append } from "../binding/lists.ts";
import type { Plan, PlannedTensor } from "../binding/plans.ts";
import type { StoredElements } from "../memory/memory.ts";
import type { Setting } from "../setting.ts";
import type { ResumePoint } from "./restore.ts";
import { mapped, type OptimizerState, type StatefulSchedule, type StateGroup } from "./state.ts";

const isStateful = (value: HyperValue): value is StatefulSchedule =>
  typeof (value as Partial<StatefulSchedule>).restore === "function" &&
  typeof (value as Partial<StatefulSchedule>).state === "function";

/** Names a rule by its parts and their maths. These decide what the state means; numbers do not. */
function fingerprintOf({ parts }: Rule): string {
  return parts
    .map(({ name, definition, hyper }) => {
      const { rule, evaluation } = definition;
      const switches = Object.entries(hyper).filter(([, value]) => typeof value === "boolean");
      const maths = JSON.stringify([rule, evaluation, stateOf(definition), switches]);
      const words = maths.replace(/(?:\s|\\n)+/g, " ");
      return `${name}:${hash(words).toString(16).padStart(8, "0")}`;
    })
    .join("+");
}

/** A schedule may stand for a number that was set (setting.ts). */
function describeHyper(hyper: ReadonlyMap<string, HyperValue>): StateGroup["hyper"] {
  const entries = [...hyper].map(([name, value]) => [
    name,
    typeof value === "function"
      ? ((value as Partial<Setting>).value ?? (value.name || "schedule"))
      : value,
  ]);
  return Object.fromEntries(entries);
}

/** Ordered by the names of parameters, so their order in memory does not matter. */
function groupsOf(plans: readonly Plan<PlannedTensor>[]): readonly StateGroup[] {
  const groups = new Map<string, StateGroup & { readonly parameters: string[] }>();
  for (const plan of plans) {
    const shared = plan.program.scalars.flatMap((each) => (each.shared ? [each.slot] : []));
    // The storages of `p` and `g` belong to the parameters, not to the state.
    const kept = [...plan.storages].flatMap(([slot, { name }]) =>
      slot.length > 1 ? [[slot, name] as const] : [],
    );
    const rest = {
      ...{ rule: fingerprintOf(plan.rule), hyper: describeHyper(plan.hyper), shared },
      ...(kept.length > 0 && { storages: Object.fromEntries(kept) }),
    };
    const key = JSON.stringify([rest.rule, Object.entries(rest.hyper).map(String), kept]);
    const group = groups.get(key) ?? { parameters: [], ...rest };
    for (const { name } of plan.tensors) {
      group.parameters.push(name);
    }
    groups.set(key, group);
  }
  for (const { parameters } of groups.values()) {
    parameters.sort();
  }
  return [...groups.values()].sort((a, b) => (a.parameters[0]! < b.parameters[0]! ? -1 : 1));
}

/** Arrays by parameter, then by the name of the state. */
export type StateArrays = Readonly<Record<string, Readonly<Record<string, StoredElements>>>>;

/** A schedule with a state, and the parameters whose hyperparameter it is. */
interface Kept {
  readonly schedule: StatefulSchedule;
  readonly of: Readonly<Record<string, readonly string[]>>;
}

export class StateStore {
  readonly #seed: number;
  readonly #shaped: Readonly<Record<string, Pick<PlannedTensor, "shape">>>;
  readonly #plans: readonly Plan<PlannedTensor>[];
  readonly #arrays: () => StateArrays;
  readonly #schedules: readonly Kept[];
  /**
   * The parts of a state that never change, made on first use: most optimizers are never saved. Hyperparameters may change
   * (setHyper.ts).
   */
  #lasting: Pick<OptimizerState, "shapes" | "parameters"> | undefined;

  /**
   * @param shaped the parameters
   * @param arrays the arrays of their states
   */
  constructor(
    seed: number,
    shaped: Readonly<Record<string, Pick<PlannedTensor, "shape">>>,
    plans: readonly Plan<PlannedTensor>[],
    arrays: () => StateArrays,
  ) {
    this.#seed = seed;
    this.#shaped = shaped;
    this.#plans = plans;
    this.#arrays = arrays;
    this.#schedules = statefulIn(plans);
  }

  /** @returns the state with views of the arrays */
  state(step: number, skippedSteps: number, begun: Begun): OptimizerState {
    this.#lasting ??= {
      shapes: mapped(this.#shaped, ({ shape }) => [...shape]),
      parameters: this.#arrays(),
    };
    return {
      ...{ version: 2, step, skippedSteps, seed: this.#seed, begun },
      groups: groupsOf(this.#plans),
      ...this.#lasting,
      schedules: this.#schedules.map(({ schedule, of }) => ({ of, state: schedule.state() })),
      counters: {},
      nested: {},
    };
  }

  /**
   * Restores the states of schedules. If one refuses, all stay as they were.
   * @param saved in the order of the schedules; undefined for one without a saved state
   */
  restoreSchedules(saved: ResumePoint["schedules"]): void {
    const done: (() => void)[] = [];
    try {
      for (const [index, { schedule }] of this.#schedules.entries()) {
        if (saved[index] !== undefined) {
          const before = schedule.state();
          schedule.restore(saved[index]);
          done.push(() => schedule.restore(before));
        }
      }
    } catch (error) {
      for (const undo of done) {
        undo();
      }
      throw error;
    }
  }
}

/** Views of the arrays that plans keep for these parameters. */
export function viewsOf(
  named: Readonly<Record<string, unknown>>,
  bound: readonly BoundPlan[],
): StateArrays {
  const parameters = mapped(named, () => Object.create(null) as Record<string, StoredElements>);
  for (const { state, scalars, plan } of bound) {
    for (const [slot, arrays] of state) {
      for (const [tensor, array] of arrays) {
        parameters[tensor.name]![slot] = array;
      }
    }
    for (const [index, { slot }] of plan.program.scalars.entries()) {
      for (const [tensor, numbers] of scalars) {
        parameters[tensor.name]![slot] = numbers.subarray(index, index + 1);
      }
    }
  }
  return parameters;
}

/** The schedules with a state, each with the parameters whose hyperparameter it is. */
function statefulIn(plans: readonly Plan<PlannedTensor>[]): readonly Kept[] {
  const found = new Map<StatefulSchedule, Map<string, string[]>>();
  for (const { hyper, tensors } of plans) {
    for (const [qualified, value] of hyper) {
      if (isStateful(value)) {
        const of = found.get(value) ?? new Map<string, string[]>();
        found.set(value, of);
        for (const { name } of tensors) {
          append(of, qualified, name);
        }
      }
    }
  }
  return [...found].map(([schedule, of]) => {
    const sorted = [...of].map(([qualified, names]) => [qualified, names.sort()] as const);
    return { schedule, of: Object.fromEntries(sorted) };
  });
}
