/** Steps variables by copies: gradients are copied into Gradus' memory, and values come back as new tensors. */
import type { DataId, Tensor, Variable } from "@tensorflow/tfjs-core";
import type { Checkpointed } from "../checkpoint/source.ts";
import type { Rule } from "../rule/definition.ts";
import { addParameters, removeParameters } from "../runtime/changeParameters.ts";
import type { AnyOptimizer } from "../runtime/contract.ts";
import { skipAbsent } from "../runtime/gradients/absent.ts";
import { optimize } from "../runtime/optimize.ts";
import { type Parameter, parameters } from "../runtime/parameters.ts";
import { type HyperSettings, type SetHyperOptions, setHyper } from "../runtime/setHyper.ts";
import type { SavedState } from "../runtime/state/restore.ts";
import { mapped, type OptimizerState } from "../runtime/state/state.ts";
import type { Stateful } from "../runtime/state/stateful.ts";
import type { StepReport } from "../runtime/step/report.ts";
import { accumulate } from "../wrappers/accumulate.ts";
import type { VariableBinding, Variables } from "./binding.ts";
import type { GradusOptimizerOptions } from "./options.ts";
import { numbersOf, tensorOf } from "./transfer.ts";

type Copies = Record<string, Parameter<Float32Array>>;

function optimizerOf(
  net: Copies,
  rule: Rule,
  { accumulate: steps = 1, ...options }: GradusOptimizerOptions,
): AnyOptimizer {
  return steps === 1
    ? optimize(net, rule, { ...options, absent: skipAbsent })
    : accumulate(net, rule, { ...options, steps });
}

/** Copies of variables, in the memory of the kernels. */
const copiesOf = (variables: Variables): Copies =>
  parameters(Object.fromEntries([...variables].map(([name, { shape }]) => [name, shape])));

/** @see VariableBinding */
export class CopyingBinding implements VariableBinding {
  readonly #variables: Map<string, Variable>;
  /** The data that each copy was made from. It differs from the variable's if other code has assigned a value since. */
  readonly #copied = new Map<string, DataId>();
  /** The variables that had a gradient since the last update. */
  #waiting: ReadonlySet<string> = new Set();
  #optimizer: AnyOptimizer;

  static readonly bind = (
    variables: Variables,
    rule: Rule,
    options: GradusOptimizerOptions,
  ): CopyingBinding =>
    new CopyingBinding(variables, optimizerOf(copiesOf(variables), rule, options));

  private constructor(variables: Variables, optimizer: AnyOptimizer) {
    this.#variables = new Map(variables);
    this.#optimizer = optimizer;
  }

  get variables(): Variables {
    return this.#variables;
  }

  get steps(): number {
    return this.#optimizer.steps;
  }

  get pending(): number {
    return this.#optimizer.pending ?? 0;
  }

  step(gradients: ReadonlyMap<string, Tensor>, loss?: Tensor): StepReport {
    const own = this.#optimizer.gradients as Readonly<Record<string, Float32Array>>;
    const waiting = new Set([...this.#waiting, ...gradients.keys()]);
    for (const name of waiting) {
      this.#read(name);
    }
    for (const [name, gradient] of gradients) {
      own[name]!.set(numbersOf(gradient));
    }
    const given = mapped(own, (array, name) => (gradients.has(name) ? array : this.#absent(array)));
    const before = this.steps;
    const report = this.#optimizer.step(given, loss && { loss: loss.dataSync()[0]! });
    if (this.steps > before) {
      this.#writeBack(waiting);
    }
    this.#waiting = this.pending > 0 ? waiting : new Set();
    return report;
  }

  add(variables: Variables): void {
    const more = new Map([...variables].filter(([name]) => !this.#variables.has(name)));
    if (more.size > 0) {
      this.#optimizer = addParameters(this.#optimizer, copiesOf(more));
    }
    for (const [name, variable] of variables) {
      this.#variables.set(name, variable);
      this.#copied.delete(name);
    }
  }

  remove(names: readonly string[]): void {
    this.#optimizer = removeParameters(this.#optimizer, names);
    for (const name of names) {
      this.#variables.delete(name);
      this.#copied.delete(name);
    }
  }

  evaluationWeights(): ReadonlyMap<string, Tensor> {
    const alive = this.#readAll();
    const weights = this.#optimizer.evaluationWeights() as Readonly<Record<string, Float32Array>>;
    return new Map(
      alive.map(([name, { shape }]) => [name, tensorOf({ data: weights[name]!, shape })]),
    );
  }

  setHyper(settings: HyperSettings, options?: SetHyperOptions): void {
    setHyper(this.#optimizer, settings, options);
  }

  state(): OptimizerState {
    return this.#optimizer.state();
  }

  restore(state: SavedState): void {
    this.#optimizer.restore(state);
  }

  checkpointed(): Checkpointed {
    this.#readAll();
    return this.#optimizer as AnyOptimizer & Stateful;
  }

  dispose(): void {
    this.#optimizer.dispose();
    this.#copied.clear();
  }

  /** Reads all variables that are not disposed. */
  #readAll(): [name: string, variable: Variable][] {
    const alive = [...this.#variables].filter(([, { isDisposed }]) => !isDisposed);
    for (const [name] of alive) {
      this.#read(name);
    }
    return alive;
  }

  /** Brings the copy of a variable up to date. */
  #read(name: string): void {
    const variable = this.#variables.get(name)!;
    if (!variable.isDisposed && this.#copied.get(name) !== variable.dataId) {
      this.#copies[name]!.data.set(numbersOf(variable));
      this.#copied.set(name, variable.dataId);
    }
  }

  /** Assigns the values of its copy to a variable. */
  #write(name: string): void {
    const variable = this.#variables.get(name)!;
    if (variable.isDisposed) {
      return;
    }
    const values = tensorOf(this.#copies[name]!);
    variable.assign(values);
    values.dispose();
    this.#copied.set(name, variable.dataId);
  }

  /** What is passed for a variable without a gradient: zeros if gradients are accumulated. */
  #absent(own: Float32Array): Float32Array | null {
    return this.#accumulates ? own.fill(0) : null;
  }

  /** Assigns the new values to the variables that had gradients; the others stay as they were. */
  #writeBack(stepped: ReadonlySet<string>): void {
    for (const name of stepped) {
      this.#write(name);
    }
    for (const name of this.#accumulates ? this.#copied.keys() : []) {
      // The update may have changed its copy, through the rule's state.
      if (!stepped.has(name)) {
        this.#copied.delete(name);
      }
    }
  }

  get #accumulates(): boolean {
    return this.#optimizer.pending !== undefined;
  }

  get #copies(): Copies {
    return this.#optimizer.parameters as Copies;
  }
}
