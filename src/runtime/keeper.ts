/** What a bound optimizer keeps between steps, as data. */
import { type HyperValue, type Rule, stateOf } from "../rule/definition.ts";
import { hash } from "../rule/hash.ts";
import type { BoundPlan } from "./binding.ts";
import type { FloatArray } from "./memory.ts";
import type { Plan, Planned } from "./plans.ts";
import { mapped, type OptimizerState, type StatefulSchedule, type StateGroup } from "./state.ts";

const isStateful = (value: HyperValue): value is StatefulSchedule =>
  typeof (value as Partial<StatefulSchedule>).restore === "function" &&
  typeof (value as Partial<StatefulSchedule>).state === "function";

/** Names a rule after its parts and their maths: what state means depends on these, and on no number. */
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

function describeHyper(hyper: ReadonlyMap<string, HyperValue>): StateGroup["hyper"] {
  const entries = [...hyper].map(([name, value]) => [
    name,
    typeof value === "function" ? value.name || "schedule" : value,
  ]);
  return Object.fromEntries(entries);
}

/** The same however parameters lie in memory: by their names. */
function groupsOf(plans: readonly Plan<Planned>[]): readonly StateGroup[] {
  const groups = new Map<string, StateGroup & { readonly parameters: string[] }>();
  for (const plan of plans) {
    const rest = { rule: fingerprintOf(plan.rule), hyper: describeHyper(plan.hyper) };
    const key = JSON.stringify([rest.rule, Object.entries(rest.hyper).map(String)]);
    const group = groups.get(key) ?? { parameters: [], ...rest };
    group.parameters.push(...plan.tensors.map(({ name }) => name));
    groups.set(key, group);
  }
  for (const { parameters } of groups.values()) {
    parameters.sort();
  }
  return [...groups.values()].sort((a, b) => (a.parameters[0]! < b.parameters[0]! ? -1 : 1));
}

/** By parameter, then by the state's name. */
export type StateArrays = Readonly<Record<string, Readonly<Record<string, FloatArray>>>>;

export class Keeper {
  readonly #seed: number;
  readonly #shapes: Readonly<Record<string, readonly number[]>>;
  readonly #groups: readonly StateGroup[];
  readonly #parameters: StateArrays;
  /** By the name that they are saved under. */
  readonly #schedules: Readonly<Record<string, StatefulSchedule>>;

  constructor(
    seed: number,
    shapes: Readonly<Record<string, readonly number[]>>,
    plans: readonly Plan<Planned>[],
    parameters: StateArrays,
  ) {
    this.#seed = seed;
    this.#shapes = mapped(shapes, (shape) => [...shape]);
    this.#groups = groupsOf(plans);
    this.#parameters = parameters;
    this.#schedules = statefulIn(plans);
  }

  /** @returns views of the arrays */
  state(step: number, skippedSteps: number): OptimizerState {
    return {
      ...{ version: 1, step, skippedSteps, seed: this.#seed },
      groups: this.#groups,
      shapes: this.#shapes,
      schedules: mapped(this.#schedules, (schedule) => schedule.state()),
      counters: {},
      parameters: this.#parameters,
      nested: {},
    };
  }

  /** Gives each schedule back what it had seen; one that refuses leaves all as they were. */
  restoreSchedules(saved: OptimizerState["schedules"]): void {
    const done: (() => void)[] = [];
    try {
      for (const [name, schedule] of Object.entries(this.#schedules)) {
        if (Object.hasOwn(saved, name)) {
          const before = schedule.state();
          schedule.restore(saved[name]);
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

/** Views of the arrays that plans keep beside these parameters. */
export function viewsOf(
  named: Readonly<Record<string, unknown>>,
  bound: readonly BoundPlan[],
): StateArrays {
  const parameters = mapped(named, () => Object.create(null) as Record<string, FloatArray>);
  for (const { state, execution } of bound) {
    for (const [slot, arrays] of state) {
      for (const [tensor, array] of arrays) {
        parameters[tensor.name]![slot] = array;
      }
    }
    for (const [index, { slot }] of execution.program.scalars.entries()) {
      for (const { tensor, inputs } of execution.tensors) {
        parameters[tensor.name]![slot] = inputs.scalars.subarray(index, index + 1);
      }
    }
  }
  return parameters;
}

/** Groups may have schedules of their own under one name; they are counted in the order of their parameters. */
function statefulIn(plans: readonly Plan<Planned>[]): Record<string, StatefulSchedule> {
  const found: Record<string, StatefulSchedule> = Object.create(null);
  const firstOf = ({ tensors }: Plan<Planned>): string =>
    tensors.map(({ name }) => name).sort()[0]!;
  for (const plan of [...plans].sort((a, b) => (firstOf(a) < firstOf(b) ? -1 : 1))) {
    for (const [qualified, value] of plan.hyper) {
      if (isStateful(value) && !Object.values(found).includes(value)) {
        let name = qualified;
        for (let count = 2; name in found; count++) {
          name = `${qualified}#${count}`;
        }
        found[name] = value;
      }
    }
  }
  return found;
}
