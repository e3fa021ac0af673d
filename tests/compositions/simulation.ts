/** Simulates a whole composition in float64: the parameters after each action. */
import { type Numbers, norm } from "./arithmetic.ts";
import {
  copyOf,
  emptyMemory,
  evaluated,
  type Given,
  type Memory,
  modelOf,
  type Noise,
  noisy,
  type Tensors,
  update,
} from "./chain.ts";
import {
  type Action,
  addsSomething,
  beforeAddition,
  type Composition,
  colsOf,
  type Instance,
  isMatrix,
  resolve,
  type StepAction,
} from "./composition.ts";
import { climb, given as givenTo, round } from "./given.ts";

/** The values to compare after an action. */
export interface Snapshot {
  readonly parameters: ReadonlyMap<string, ArrayLike<number>>;
  readonly evaluation: ReadonlyMap<string, ArrayLike<number>>;
  readonly steps: number;
  readonly skipped: number;
  /** Whether the call threw. */
  readonly threw: boolean;
  /** `open` if only some of the gradients are unchanged inputs. */
  readonly gradientNorm: number | "open" | undefined;
}

interface Pending {
  sums: Map<string, Numbers>;
  count: number;
  loss: number;
  readonly memory: Memory;
}

export class Simulation {
  readonly #whole: Composition;
  readonly #tensors: Tensors;
  #composition: Composition;
  #instances: readonly Instance[] = [];
  #trained: readonly string[] = [];
  #memory = emptyMemory();
  #pending: Pending = { sums: new Map(), count: 0, loss: 0, memory: emptyMemory() };
  #saved: { memory: Memory; pending: Pending; p: Map<string, Numbers> } | undefined;
  #gradientNorm: Snapshot["gradientNorm"];

  constructor(composition: Composition, noise?: Noise) {
    this.#whole = composition;
    this.#tensors = { specs: new Map(), p: new Map(), noise };
    this.#composition = addsSomething(composition) ? beforeAddition(composition) : composition;
    this.#bind();
  }

  #bind(): void {
    const { parameters, rule } = this.#composition;
    for (const spec of parameters) {
      if (this.#tensors.p.has(spec.name)) continue;
      (this.#tensors.specs as Map<string, typeof spec>).set(spec.name, spec);
      this.#tensors.p.set(spec.name, round(spec.start, spec.type));
    }
    const names = parameters.map(({ name }) => name);
    const { instances, frozen } = resolve(rule, names);
    this.#instances = instances;
    this.#trained = names.filter((name) => !frozen.has(name));
  }

  run(): Snapshot[] {
    return this.#whole.actions.map((action) => this.#act(action));
  }

  #act(action: Action): Snapshot {
    let threw = false;
    this.#gradientNorm = undefined;
    if ("step" in action) threw = this.#step(action);
    else if ("flush" in action) this.#flush();
    else if ("save" in action) this.#save();
    else if (action.restore === "back") this.#goBack();
    else if (action.restore === "added") {
      this.#composition = this.#whole;
      this.#bind();
    }
    return this.#snapshot(threw);
  }

  #snapshot(threw: boolean): Snapshot {
    const { p } = this.#tensors;
    return {
      parameters: new Map([...p].map(([name, values]) => [name, values.slice()])),
      evaluation: evaluated(this.#instances, this.#tensors, this.#memory, this.#composition.groups),
      steps: this.#memory.step,
      skipped: this.#memory.skipped + this.#pending.memory.skipped,
      threw,
      gradientNorm: this.#gradientNorm,
    };
  }

  #save(): void {
    const { sums, count, loss, memory } = this.#pending;
    this.#saved = {
      memory: copyOf(this.#memory),
      pending: structuredClone({ sums, count, loss, memory: copyOf(memory) }),
      p: structuredClone(this.#tensors.p),
    };
  }

  #goBack(): void {
    if (this.#saved === undefined) return;
    const { memory, pending, p } = structuredClone(this.#saved);
    this.#memory = memory;
    this.#pending = pending;
    for (const [name, values] of p) this.#tensors.p.set(name, values);
  }

  /** @returns whether it throws */
  #step({ step, loss, flaw }: StepAction): boolean {
    if (flaw !== undefined || this.#needsWhole(step)) return true;
    const wrapper = this.#composition.wrapper;
    const given = new Map(
      this.#trained.map((name) => [name, givenTo(this.#tensors, name, step[name]!)] as const),
    );
    if (wrapper !== undefined && "sam" in wrapper) climb(this.#tensors, given, wrapper);
    for (const [name, { values, rows }] of given) {
      given.set(name, { values: noisy(this.#tensors, name, values), ...(rows && { rows }) });
    }
    return wrapper !== undefined && "accumulate" in wrapper
      ? this.#micro(given, loss)
      : this.#update(given, loss);
  }

  /** Whether a sparse gradient is passed to a rule that needs whole rows and columns. */
  #needsWhole(step: StepAction["step"]): boolean {
    const { wrapper } = this.#composition;
    const adding = wrapper !== undefined && "accumulate" in wrapper;
    const rule = adding ? wrapper.each : undefined;
    const instances = adding
      ? rule === undefined
        ? []
        : resolve(rule, this.#trained).instances
      : this.#instances;
    return instances.some(({ spec, takers }) => {
      const { whole } = modelOf(spec.part);
      // If Adafactor does not factor matrices, it needs no rows and columns of them.
      if (spec.options["factored"] === false) return false;
      return takers.some((name) => {
        const needs =
          whole === "all" ||
          (whole === "matrices" && isMatrix(this.#tensors.specs.get(name)!.shape));
        return needs && "rows" in step[name]!;
      });
    });
  }

  /** @returns whether it throws; a skipped step counts as one */
  #refuses(given: ReadonlyMap<string, Given>, memory: Memory): "throws" | "skips" | undefined {
    const { nonFinite } = this.#composition;
    const finite = [...given].every(([name, { values }]) => {
      const type = this.#tensors.specs.get(name)!.type;
      const seen = this.#squares(name)
        ? round(
            values.map((value) => value ** 2),
            type,
          )
        : values;
      return seen.every(Number.isFinite);
    });
    if (finite || nonFinite === "allow") return undefined;
    if (nonFinite === "throw") return "throws";
    memory.skipped++;
    return "skips";
  }

  /** Whether a parameter's rule squares its gradient before a clip makes it small. */
  #squares(name: string): boolean {
    const models = this.#instances
      .filter(({ takers }) => takers.includes(name))
      .map(({ spec }) => modelOf(spec.part));
    return models.find(({ squares, clips }) => squares || clips)?.squares ?? false;
  }

  #update(given: ReadonlyMap<string, Given>, loss: number): boolean {
    const refused = this.#refuses(given, this.#memory);
    if (refused !== undefined) return refused === "throws";
    this.#gradientNorm = this.#rawNorm(given);
    const { groups } = this.#composition;
    update(this.#instances, this.#tensors, this.#memory, given, groups, loss);
    return false;
  }

  /** The norm of the input gradients, over all parameters whose rule computes it. */
  #rawNorm(given: ReadonlyMap<string, Given>): Snapshot["gradientNorm"] {
    const raw = new Set(this.#trained);
    const taken = new Set<string>();
    for (const { spec, takers } of this.#instances) {
      // If the direction is the gradient, its norm is also the gradient's.
      if (spec.part === "clipUpdateByGlobalNorm") return "open";
      if (spec.part === "clipByGlobalNorm" || spec.part === "mechanize") {
        const some = takers.filter((name) => raw.has(name));
        if (some.length > 0 && some.length < takers.length) return "open";
        for (const name of some) taken.add(name);
      }
      for (const name of modelOf(spec.part).writes === "g" ? takers : []) {
        const matrix = isMatrix(this.#tensors.specs.get(name)!.shape);
        if (matrix || spec.part !== "centralize") raw.delete(name);
      }
    }
    if (taken.size === 0) return undefined;
    return norm(Float64Array.from(taken, (name) => norm(given.get(name)!.values)));
  }

  #micro(given: ReadonlyMap<string, Given>, loss: number): boolean {
    const { wrapper } = this.#composition;
    if (wrapper === undefined || !("accumulate" in wrapper))
      throw new Error("it does not accumulate");
    const pending = this.#pending;
    const refused = this.#refuses(given, pending.memory);
    if (refused !== undefined) return refused === "throws";
    const rule = wrapper.each ?? { chain: [] };
    const { instances } = resolve(rule, this.#trained);
    const views = update(instances, this.#tensors, pending.memory, given, [], loss);
    for (const [name, { g }] of views) {
      const { shape } = this.#tensors.specs.get(name)!;
      const rows = given.get(name)!.rows;
      const cols = colsOf(shape);
      const sums = pending.sums.get(name) ?? new Float64Array(this.#tensors.p.get(name)!.length);
      pending.sums.set(
        name,
        sums.map((value, i) => {
          const row = rows === undefined ? 0 : rows.indexOf(Math.floor(i / cols));
          if (row < 0) return value;
          return value + g[rows === undefined ? i : row * cols + (i % cols)]!;
        }),
      );
    }
    pending.count++;
    pending.loss += loss;
    if (pending.count === wrapper.accumulate) this.#flush();
    return false;
  }

  #flush(): void {
    const { sums, count, loss, memory } = this.#pending;
    if (count === 0) return;
    const means = [...sums].map(
      ([name, all]) => [name, { values: all.map((v) => v / count) }] as const,
    );
    this.#update(new Map(means), loss / count);
    this.#pending = { sums: new Map(), count: 0, loss: 0, memory };
  }
}

export const simulate = (composition: Composition, noise?: Noise): Snapshot[] =>
  new Simulation(composition, noise).run();
