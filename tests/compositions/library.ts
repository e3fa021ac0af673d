/** Runs a whole composition with Gradus: the parameters after each action, and arrays that must not change. */
import * as source from "../../src/index.ts";
import {
  type Action,
  addsSomething,
  beforeAddition,
  type Composition,
  type ElementType,
  resolve,
  type StepAction,
} from "./composition.ts";
import { BOWL } from "./given.ts";
import {
  arraysOf,
  formOf,
  type Library,
  type Numbers,
  type Rename,
  Saying,
  textOf,
  writtenBeside,
} from "./saying.ts";
import type { Snapshot } from "./simulation.ts";

export interface Variant {
  readonly library?: Library;
  readonly backend?: source.Backend;
  readonly threads?: number;
  /** Continues with another optimizer after each action. */
  readonly restoreAlways?: boolean;
  /** Compares averages only at the end if they take too long. */
  readonly evaluate?: "always" | "last";
}

type Stepper = source.Optimizer | source.Accumulator;

export interface Outcome {
  /** Why it could not be bound. */
  readonly refused?: Error;
  readonly snapshots: readonly Snapshot[];
  /** Unexpected changes, and missing ones. */
  readonly complaints: readonly string[];
  /** The bits of the last state, with all numbers. */
  readonly state: string;
}

/** Whether a step may throw, or be skipped. */
const isRisky = ({ step, flaw }: StepAction): boolean =>
  flaw !== undefined ||
  Object.values(step).some(
    (each) => "rows" in each || ("values" in each && !each.values.every(Number.isFinite)),
  );

class Run {
  readonly complaints: string[] = [];
  readonly #library: Library;
  readonly #variant: Variant;
  readonly #whole: Composition;
  readonly #arrays: ReadonlyMap<string, Numbers>;
  #composition: Composition;
  #optimizer!: Stepper;
  #sam: source.SharpnessAware | undefined;
  #saved: { state: source.OptimizerState; p: Map<string, Numbers>; rename: Rename } | undefined;
  readonly #said: Saying;
  #trained: readonly string[] = [];
  #ownsGradients = false;

  constructor(whole: Composition, variant: Variant) {
    this.#whole = whole;
    this.#variant = variant;
    this.#library = variant.library ?? source;
    this.#said = new Saying(this.#library);
    this.#composition = addsSomething(whole) ? beforeAddition(whole) : whole;
    this.#arrays = arraysOf(whole, this.#library);
  }

  bind(): void {
    const { parameters, rule, groups, nonFinite, zeroGradients, wrapper } = this.#composition;
    const net = Object.fromEntries(
      parameters.map(({ name, shape }) => {
        const data = this.#arrays.get(name)!;
        // A bare array is a vector.
        const bare = shape.length === 1 && shape[0]! % 2 === 1;
        return [this.#said.rename(name), bare ? data : { data, shape }];
      }),
    );
    const { backend, threads = 1 } = this.#variant;
    const options = {
      ...{ nonFinite, zeroGradients, threads, ...(backend && { backend }) },
      groups: groups.map(({ match, overrides }) => ({
        match: this.#said.match(match),
        ...this.#said.options(overrides),
      })),
    };
    const names = parameters.map(({ name }) => name);
    this.#trained = names.filter((name) => !resolve(rule, names).frozen.has(name));
    this.#optimizer?.dispose();
    this.#ownsGradients = false;
    if (wrapper !== undefined && "accumulate" in wrapper) {
      const each = wrapper.each && { each: this.#said.rule(wrapper.each) };
      this.#optimizer = this.#library.accumulate(net, this.#said.rule(rule), {
        ...{ ...options, steps: wrapper.accumulate },
        ...each,
      } as never);
      return;
    }
    const optimizer = this.#library.optimize(
      net,
      this.#said.rule(rule),
      options as source.OptimizeOptions,
    );
    this.#optimizer = optimizer;
    this.#sam =
      wrapper && this.#library.sam(optimizer, { rho: wrapper.sam, adaptive: wrapper.adaptive });
  }

  run(): { snapshots: Snapshot[]; state: string } {
    const { actions } = this.#whole;
    const snapshots = actions.map((action, index) =>
      this.#act(action, index === actions.length - 1),
    );
    const state = textOf(this.#optimizer.state());
    this.#optimizer.dispose();
    this.complaints.push(...writtenBeside(this.#whole, this.#arrays));
    return { snapshots, state };
  }

  #typeOf(name: string): ElementType {
    return this.#whole.parameters.find((each) => each.name === name)!.type;
  }

  #act(action: Action, last: boolean): Snapshot {
    let threw = false;
    let gradientNorm: number | undefined;
    if ("step" in action) ({ threw, gradientNorm } = this.#guarded(action));
    else if ("flush" in action) {
      const { updated, ...report } = (this.#optimizer as source.Accumulator).flush();
      if (updated && !report.skipped) ({ gradientNorm } = report);
    } else if ("save" in action) {
      const p = new Map([...this.#arrays].map(([name, data]) => [name, data.slice()]));
      this.#saved = { state: this.#optimizer.state(), p, rename: this.#said.rename };
    } else if (action.restore === "back") this.#goBack();
    else this.#hand(action.restore);
    if (this.#variant.restoreAlways) this.#hand("again");
    return this.#snapshot(threw, gradientNorm, last);
  }

  #goBack(): void {
    if (this.#saved === undefined) return;
    const { state, rename } = this.#saved;
    const names = this.#whole.parameters.map(({ name }) => [rename(name), this.#said.rename(name)]);
    this.#optimizer.restore(state, { rename: Object.fromEntries(names) });
    for (const [name, values] of this.#saved.p) this.#arrays.get(name)!.set(values);
  }

  /** Hands over to another optimizer. */
  #hand(how: "again" | "renamed" | "added"): void {
    const state = this.#optimizer.state();
    const before = this.#said.rename;
    if (how === "renamed") this.#said.rename = (name) => `${before(name)}_`;
    if (how === "added") this.#composition = this.#whole;
    this.bind();
    const options = {
      ...(how === "renamed" && { rename: (name: string) => `${name}_` }),
      ...(how === "added" && { partial: true }),
    };
    this.#optimizer.restore(state, options);
  }

  #snapshot(threw: boolean, gradientNorm: number | undefined, last: boolean): Snapshot {
    const { parameters } = this.#composition;
    const copy = (arrays: (name: string) => Numbers) =>
      new Map(parameters.map(({ name }) => [name, arrays(name).slice()] as const));
    const now = copy((name) => this.#arrays.get(name)!);
    const evaluates = last || this.#variant.evaluate !== "last";
    const evaluation: Record<string, Numbers> = evaluates
      ? this.#optimizer.evaluationWeights()
      : {};
    for (const [name, values] of evaluates ? now : []) {
      if (values.some((value, i) => !Object.is(value, this.#arrays.get(name)![i]))) {
        this.complaints.push(`evaluationWeights() has changed ${name}`);
      }
    }
    const { steps, skippedSteps } = this.#optimizer;
    return {
      parameters: now,
      evaluation: evaluates ? copy((name) => evaluation[this.#said.rename(name)]!) : new Map(),
      ...{ steps, skipped: skippedSteps, threw, gradientNorm },
    };
  }

  /** Makes a step; if it throws or is skipped, nothing may change. */
  #guarded(action: StepAction): { threw: boolean; gradientNorm: number | undefined } {
    const written = action.own && this.#sam === undefined ? this.#write(action) : undefined;
    const before = isRisky(action) ? this.#snapshotBits() : undefined;
    const skipped = this.#optimizer.skippedSteps;
    const own = before === undefined ? undefined : this.#ownBits(written);
    let [threw, gradientNorm] = [false, undefined as number | undefined];
    this.#said.broken = action.flaw === "schedule";
    try {
      const report = this.#step(action);
      const { updated = true } = report as { updated?: boolean };
      if (updated && !report.skipped) ({ gradientNorm } = report);
    } catch (error) {
      if (!/^(Gradient|Hyperparameter)Error$/.test((error as Error).name)) throw error;
      threw = true;
    } finally {
      this.#said.broken = false;
    }
    const left = this.#optimizer.skippedSteps > skipped;
    if ((threw || left) && before !== undefined && this.#snapshotBits() !== before) {
      this.complaints.push(`a step that ${threw ? "threw" : "was skipped"} has changed something`);
    }
    if (threw && before !== undefined && own !== this.#ownBits(written)) {
      this.complaints.push("a step that threw has changed its own gradients");
    }
    this.#checkOwn(written, !threw && this.#composition.zeroGradients);
    return { threw, gradientNorm };
  }

  #snapshotBits(): string {
    const { steps } = this.#optimizer;
    const { skippedSteps: _, nested, ...state } = this.#optimizer.state();
    const inner = Object.values(nested).map(({ skippedSteps: __, ...rest }) => rest);
    return textOf([steps, state, inner, [...this.#arrays]]);
  }

  /** The bits of the optimizer's own gradients if they are in use: to read them creates them. */
  #ownBits(written: object | undefined): string {
    this.#ownsGradients ||= written !== undefined;
    if (!this.#ownsGradients) return "";
    return textOf(this.#optimizer.gradients);
  }

  #checkOwn(written: ReadonlyMap<string, Numbers> | undefined, zeroed: boolean): void {
    for (const [name, values] of written ?? []) {
      const now: Numbers = this.#optimizer.gradients[this.#said.rename(name)]!;
      if (now.some((value, i) => (zeroed ? value !== 0 : !Object.is(value, values[i])))) {
        this.complaints.push(
          `the own gradient of ${name} is ${zeroed ? "not zero" : "another"} after a step`,
        );
      }
    }
  }

  /** Writes gradients into the optimizer's own arrays; returns copies. */
  #write({ step }: StepAction): Map<string, Numbers> {
    const gradients = this.#optimizer.gradients as Record<string, Numbers>;
    const written = this.#trained.map((name) => {
      const own = gradients[this.#said.rename(name)]!;
      own.set(
        formOf(step[name]!, this.#typeOf(name), this.#library, this.#arrays) as ArrayLike<number>,
      );
      return [name, own.slice()] as const;
    });
    return new Map(written);
  }

  #step(action: StepAction): source.StepReport {
    const { loss, own, flaw } = action;
    const sam = this.#sam;
    if (sam !== undefined) {
      return sam.step(() => {
        this.#climbed(action);
        return loss;
      });
    }
    const inputs = flaw === "loss" ? {} : { loss };
    if (own) return this.#optimizer.step(undefined, inputs);
    const given = Object.fromEntries(
      this.#trained.map((name) => [
        this.#said.rename(name),
        formOf(action.step[name]!, this.#typeOf(name), this.#library, this.#arrays),
      ]),
    );
    const first = Object.keys(given)[0]!;
    if (flaw === "missing") delete given[first];
    if (flaw === "unknown") given["nobody"] = [1];
    if (flaw === "short") given[first] = [1, 2, 3, 4, 5, 6, 7, ...new Array(8191).fill(0)];
    if (flaw === "row") given[first] = this.#library.sparse([1e6], [1]) as never;
    return this.#optimizer.step(given as never, inputs);
  }

  /** SAM's gradients at the present parameters. */
  #climbed({ step }: StepAction): void {
    for (const name of this.#trained) {
      const own: Numbers = this.#optimizer.gradients[this.#said.rename(name)]!;
      const at = this.#arrays.get(name)!;
      const { values } = step[name] as { values: readonly number[] };
      for (const [i, value] of values.entries()) own[i] = value + BOWL * at[i]!;
    }
  }
}

/** Runs a composition. Errors that no step should throw are passed on. */
export function perform(composition: Composition, variant: Variant = {}): Outcome {
  const run = new Run(composition, variant);
  try {
    run.bind();
  } catch (error) {
    if (!/^(Binding|Hyperparameter|Rule)Error$/.test((error as Error).name)) throw error;
    return { refused: error as Error, snapshots: [], complaints: [], state: "" };
  }
  const { snapshots, state } = run.run();
  return { snapshots, complaints: run.complaints, state };
}
