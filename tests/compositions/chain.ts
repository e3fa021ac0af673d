/** Simulates one update of all tensors with a rule, in float64. */

import type { Numbers } from "./arithmetic.ts";
import {
  colsOf,
  type ElementType,
  type GroupSpec,
  type Instance,
  isMatrix,
  type ParameterSpec,
  rowsOf,
  type Value,
} from "./composition.ts";
import type { Model, Shared, StateModel, View } from "./model.ts";
import { optimizers } from "./optimizers.ts";
import { drawing, transforms } from "./transforms.ts";

export const modelOf = (part: string): Model =>
  (optimizers[part] ?? transforms[part] ?? drawing[part])!;

/** A whole gradient, or some rows, each once. */
export type Given = { readonly values: Numbers; readonly rows?: readonly number[] };

/** A part's state for one parameter, and how many steps it has made. */
interface Kept {
  age: number;
  state: Record<string, Numbers>;
}

/** The state between steps. */
export interface Memory {
  step: number;
  skipped: number;
  readonly kept: Map<string, Kept>;
  readonly shared: Map<string, Shared>;
}

export const emptyMemory = (): Memory => ({
  step: 0,
  skipped: 0,
  kept: new Map(),
  shared: new Map(),
});

export const copyOf = ({ step, skipped, kept, shared }: Memory): Memory =>
  structuredClone({ step, skipped, kept, shared });

/** Perturbs a number as another rounding would. */
export type Noise = (value: number, type: ElementType) => number;

/** The arrays of an update. */
export interface Tensors {
  /** Applied to gradients, and to the results of each part. */
  readonly noise?: Noise | undefined;
  readonly specs: ReadonlyMap<string, ParameterSpec>;
  readonly p: Map<string, Numbers>;
}

const valueAt = (value: Value, t: number): number =>
  typeof value === "object" ? value.from / (1 + value.fall * t) : Number(value);

export function noisy({ specs, noise }: Tensors, name: string, values: Numbers): Numbers {
  const { type } = specs.get(name)!;
  return noise === undefined ? values : values.map((value) => noise(value, type));
}

/** The options of one part for one parameter at a step. */
export function optionsOf(
  { name, spec }: Instance,
  parameter: string,
  groups: readonly GroupSpec[],
  t: number,
): Record<string, number> {
  const { options } = modelOf(spec.part);
  const group = groups.find(({ match }) => match.includes(parameter));
  return Object.fromEntries(
    Object.entries({ ...options, ...spec.options }).map(([option, value]) => {
      const own = group?.overrides[`${name}.${option}`] ?? group?.overrides[option];
      return [option, valueAt(own ?? value, t)];
    }),
  );
}

/** The indices, in an array that belongs to a parameter, of the elements of some rows. */
function elementsOf(kind: StateModel["kind"], rows: readonly number[], cols: number): number[] {
  return kind === "element"
    ? rows.flatMap((row) => Array.from({ length: cols }, (_, col) => row * cols + col))
    : [...rows];
}

const sizeOf = (kind: StateModel["kind"], { shape }: ParameterSpec): number =>
  ({
    element: rowsOf(shape) * colsOf(shape),
    column: rowsOf(shape),
    row: colsOf(shape),
    scalar: 1,
  })[kind];

/** Makes the views of tensors for a step, and writes the results back. */
class Step {
  readonly views = new Map<string, View>();
  readonly #tensors: Tensors;
  readonly #given: ReadonlyMap<string, Given>;

  constructor(tensors: Tensors, given: ReadonlyMap<string, Given>) {
    this.#tensors = tensors;
    this.#given = given;
    for (const [name, { values, rows }] of given) {
      const { shape } = tensors.specs.get(name)!;
      const [p, matrix] = [tensors.p.get(name)!, isMatrix(shape)];
      const view = { name, cols: colsOf(shape), matrix, u: undefined, t: 0, o: {}, s: {} };
      this.views.set(name, {
        ...view,
        rows: rows?.length ?? rowsOf(shape),
        p: this.#some("element", name, p),
        g: values.slice(),
      });
    }
  }

  /** For a sparse gradient, the elements of its rows. */
  #some(kind: StateModel["kind"], name: string, all: Numbers): Numbers {
    const { rows } = this.#given.get(name)!;
    if (rows === undefined || kind === "row" || kind === "scalar") return all.slice();
    const { shape } = this.#tensors.specs.get(name)!;
    return Float64Array.from(elementsOf(kind, rows, colsOf(shape)), (at) => all[at]!);
  }

  /** The whole array, with the given rows replaced. */
  whole(kind: StateModel["kind"], name: string, all: Numbers, some: Numbers): Numbers {
    const { rows } = this.#given.get(name)!;
    if (rows === undefined || kind === "row" || kind === "scalar") return some;
    const result = all.slice();
    const { shape } = this.#tensors.specs.get(name)!;
    for (const [i, at] of elementsOf(kind, rows, colsOf(shape)).entries()) result[at] = some[i]!;
    return result;
  }

  /** Runs a part for the tensors that it applies to. */
  run(instance: Instance, memory: Memory, groups: readonly GroupSpec[], loss: number): void {
    const model = modelOf(instance.spec.part);
    const views = instance.takers.map((name) => this.views.get(name)!);
    if (views.length === 0) return;
    const before = views.map((view) => this.#begin(instance, view, memory, groups));
    const shared = sharedOf(instance, memory, views[0]!.o);
    model.run(views, shared, loss);
    for (const view of views) {
      const { name } = view;
      if (model.writes === "g") view.g = noisy(this.#tensors, name, view.g);
      if (model.writes === "u") view.u = noisy(this.#tensors, name, view.u!);
      if (model.writes === "p") view.p = noisy(this.#tensors, name, view.p);
    }
    for (const [index, { name, s }] of views.entries()) {
      const { state } = memory.kept.get(`${instance.name}/${name}`)!;
      for (const [key, { kind }] of Object.entries(model.state ?? {})) {
        state[key] = this.whole(kind, name, before[index]![key]!, s[key]!);
      }
    }
  }

  #begin(instance: Instance, view: View, memory: Memory, groups: readonly GroupSpec[]) {
    const { name } = view;
    const key = `${instance.name}/${name}`;
    view.o = optionsOf(instance, name, groups, memory.step);
    const state = Object.entries(modelOf(instance.spec.part).state ?? {});
    if (!memory.kept.has(key)) {
      // State that starts from the parameter is initialized just before the part's first step.
      const start = ({ kind, initial }: StateModel) =>
        initial === "p"
          ? this.#tensors.p.get(name)!.slice()
          : new Float64Array(sizeOf(kind, this.#tensors.specs.get(name)!)).fill(
              typeof initial === "string" ? view.o[initial]! : initial,
            );
      const all = Object.fromEntries(state.map(([each, model]) => [each, start(model)]));
      memory.kept.set(key, { age: 0, state: all });
    }
    const kept = memory.kept.get(key)!;
    kept.age++;
    view.t = kept.age;
    view.s = Object.fromEntries(
      state.map(([each, { kind }]) => [each, this.#some(kind, name, kept.state[each]!)]),
    );
    return { ...kept.state };
  }

  /** Writes the results to the parameters. */
  finish(): void {
    for (const [name, { p }] of this.views) {
      this.#tensors.p.set(name, this.whole("element", name, this.#tensors.p.get(name)!, p));
    }
  }
}

function sharedOf({ name, spec }: Instance, memory: Memory, options: View["o"]): Shared {
  let shared = memory.shared.get(name);
  if (shared === undefined) {
    const entries = Object.entries(modelOf(spec.part).shared ?? {}).map(([key, initial]) => [
      key,
      typeof initial === "string" ? options[initial]! : initial,
    ]);
    shared = { ...Object.fromEntries(entries), t: 0 };
    memory.shared.set(name, shared!);
  }
  shared!.t++;
  return shared!;
}

/** The last part that makes a parameter's direction, and the optimizer whose learning rate applies. */
function applications(instances: readonly Instance[]) {
  const last = new Map<string, { at: number; optimizer: Instance }>();
  for (const [at, instance] of instances.entries()) {
    const { writes, optimizer } = modelOf(instance.spec.part);
    for (const name of writes === "u" ? instance.takers : []) {
      last.set(name, { at, optimizer: optimizer ? instance : last.get(name)!.optimizer });
    }
  }
  return last;
}

/**
 * One update. Parts run in the order of writing, each for all tensors that it applies to. The direction is applied after the last
 * part
 * that makes it.
 * @returns the views after the update
 */
export function update(
  instances: readonly Instance[],
  tensors: Tensors,
  memory: Memory,
  given: ReadonlyMap<string, Given>,
  groups: readonly GroupSpec[],
  loss: number,
): ReadonlyMap<string, View> {
  const step = new Step(tensors, given);
  const last = applications(instances);
  memory.step++;
  for (const [at, instance] of instances.entries()) {
    step.run(instance, memory, groups, loss);
    for (const view of step.views.values()) {
      const application = last.get(view.name);
      if (application?.at !== at) continue;
      const { lr } = optionsOf(application.optimizer, view.name, groups, memory.step);
      const p = view.p.map((value, i) => value - lr! * view.u![i]!);
      view.p = noisy(tensors, view.name, p);
    }
  }
  step.finish();
  return step.views;
}

/** The weights to evaluate, for all parameters. */
export function evaluated(
  instances: readonly Instance[],
  { specs, p }: Tensors,
  memory: Memory,
  groups: readonly GroupSpec[],
): Map<string, Numbers> {
  const result = new Map<string, Numbers>([...p].map(([name, values]) => [name, values.slice()]));
  const behind = new Set<string>();
  for (const instance of instances) {
    const model = modelOf(instance.spec.part);
    // The last average counts, even if it has not begun; in that case it equals the parameters.
    for (const name of model.evaluation ? instance.takers : []) {
      result.set(name, p.get(name)!.slice());
      behind.delete(name);
    }
    const views = instance.takers.flatMap((name): View[] => {
      const kept = memory.kept.get(`${instance.name}/${name}`);
      if (kept === undefined) return [];
      const { shape } = specs.get(name)!;
      const options = optionsOf(instance, name, groups, memory.step);
      const shaped = { rows: rowsOf(shape), cols: colsOf(shape), matrix: isMatrix(shape) };
      const arrays = { p: p.get(name)!, g: new Float64Array(), u: undefined };
      return [{ name, ...shaped, ...arrays, t: kept.age, o: options, s: kept.state }];
    });
    if (model.evaluation !== undefined) {
      for (const view of views) {
        result.set(view.name, model.evaluation(view).slice());
        behind.add(view.name);
      }
    } else if (model.projection) {
      const averaged = views.filter(({ name }) => behind.has(name));
      for (const view of averaged) view.p = result.get(view.name)!;
      if (averaged.length > 0) model.run(averaged, { t: 0 }, 0);
      for (const { name, p: projected } of averaged) result.set(name, projected);
    }
  }
  return result;
}
