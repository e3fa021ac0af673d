/** The steps of a rule: it binds variables as they are added and removed, and keeps a saved state until they are there. */
import { engine, getBackend, type Tensor, type Variable } from "@tensorflow/tfjs-core";
import type { Rule } from "../rule/definition.ts";
import { BindingError, RestoreError } from "../runtime/errors.ts";
import type { HyperSettings, SetHyperOptions } from "../runtime/setHyper.ts";
import type { SavedState } from "../runtime/state/restore.ts";
import type { StepReport } from "../runtime/step/report.ts";
import { bindingOf, type VariableBinding, type Variables } from "./binding.ts";
import type { Recipe, Untold } from "./config.ts";
import { CopyingBinding } from "./copyingBinding.ts";
import { ruleByName } from "./rules.ts";
import { stateOf } from "./savedState.ts";
import { VariableNames } from "./variableNames.ts";
import { isSameShape, presentNames, type SavedVariable } from "./variables.ts";

const registered = (): Readonly<Record<string, Variable>> => engine().registeredVariables;

/** @throws {BindingError} if the model's file does not describe the rule */
function ruleOf(recipe: Recipe | Untold): Rule {
  if ("untold" in recipe) {
    throw new BindingError(
      `GradusOptimizer: the file of this model does not describe its rule: ${recipe.untold}. Make the optimizer again: ` +
        "`const optimizer = new GradusOptimizer(rule); await optimizer.setWeights(await model.optimizer.getWeights())`, " +
        "and compile the model with it. Next time, give the rule a name with registerRule before you save",
    );
  }
  return typeof recipe.rule === "string" ? ruleByName(recipe.rule) : recipe.rule;
}

type Setting = readonly [settings: HyperSettings, options: SetHyperOptions | undefined];

/** The run of one optimizer, from its first step to its last. */
export class Run {
  readonly #recipe: Recipe | Untold;
  #rule: Rule | undefined;
  #binding: VariableBinding | undefined;
  /** The state from which the next step continues. */
  #saved: SavedState | undefined;
  /** The names of variables in the state. Saved names stay, so groups and random draws match as before. */
  #names = new VariableNames();
  /** Hyperparameters to set as soon as variables are bound. */
  #settings: Setting[] = [];

  constructor(recipe: Recipe | Untold) {
    this.#recipe = recipe;
  }

  /** The number of updates so far. */
  get steps(): number {
    return this.#binding?.steps ?? this.#saved?.step ?? 0;
  }

  get binding(): VariableBinding | undefined {
    return this.#binding;
  }

  /** The variables of a saved state that is not bound yet, found by their saved names. */
  savedVariables(): readonly Variable[] {
    const { shapes = {} } = this.#saved ?? {};
    const now = registered();
    return Object.keys(shapes).flatMap((name) => (Object.hasOwn(now, name) ? [now[name]!] : []));
  }

  /** The whole state; undefined before the first step. */
  async state(): Promise<SavedState | undefined> {
    return (await this.#binding?.state()) ?? this.#saved;
  }

  /** Continues from a saved state, once there are variables. */
  resumeFrom(saved: SavedState | undefined): void {
    this.dispose();
    this.#names = new VariableNames();
    this.#saved = saved;
  }

  setHyper(...setting: Setting): void {
    if (this.#binding === undefined) {
      this.#settings.push(setting);
    } else {
      this.#binding.setHyper(...setting);
    }
  }

  dispose(): void {
    this.#binding?.dispose();
    this.#binding = undefined;
    this.#saved = undefined;
  }

  /**
   * Updates variables with gradients, both by the variables' names. It binds new variables, and removes disposed ones.
   * @param loss if it is known
   */
  step(
    variables: Variables,
    gradients: ReadonlyMap<string, Tensor>,
    loss: Tensor | undefined,
  ): StepReport {
    const binding = this.bindTo(variables);
    const named = new Map([...gradients].map(([name, each]) => [this.#names.of(name), each]));
    return binding.step(named, this.#readsLoss ? loss : undefined);
  }

  /** Binds these variables too, and removes disposed ones. */
  bindTo(variables: Variables): VariableBinding {
    if (this.#binding === undefined) {
      this.#begin(variables);
    }
    const binding = this.#binding!;
    const named = this.#named(variables.values());
    if (binding.pending === 0) {
      this.#follow(binding, named);
    } else {
      this.#checkPending(binding, named);
    }
    return this.#binding!;
  }

  /** The name of a variable in the state. */
  nameOf({ name }: Variable): string {
    return this.#names.of(name);
  }

  #named(variables: Iterable<Variable>): Map<string, Variable> {
    return new Map([...variables].map((variable) => [this.#names.of(variable.name), variable]));
  }

  #begin(variables: Variables): void {
    const binding = this.#saved
      ? this.#resumed(this.#saved, variables)
      : this.#bind(this.#named(variables.values()));
    try {
      for (const setting of this.#settings) {
        binding.setHyper(...setting);
      }
    } catch (error) {
      binding.dispose();
      throw error;
    }
    this.#settings = [];
    this.#saved = undefined;
    this.#binding = binding;
  }

  #bind(variables: Variables): VariableBinding {
    const bind = bindingOf(getBackend()) ?? CopyingBinding.bind;
    if (getBackend() === "webgpu" && bind === CopyingBinding.bind) {
      throw new BindingError(
        'GradusOptimizer: the webgpu backend needs its own adapter: import "gradus/tfjs/webgpu" once',
      );
    }
    this.#rule = ruleOf(this.#recipe);
    return bind(variables, this.#rule, (this.#recipe as Recipe).options);
  }

  /** Binds the saved variables. Other variables are bound after it, as new ones. */
  #resumed(saved: SavedState, variables: Variables): VariableBinding {
    const found = savedVariables(saved, variables);
    if (found.size === 0) {
      throw new RestoreError([
        `it has the variables ${Object.keys(saved.shapes).join(", ")}, but the step has ${[...variables.keys()].join(", ")}`,
      ]);
    }
    const binding = this.#bind(found);
    try {
      binding.restore(stateOf(saved, new Set(found.keys())));
    } catch (error) {
      binding.dispose();
      throw error;
    }
    this.#names = new VariableNames([...found].map(([saved, { name }]) => [name, saved]));
    return binding;
  }

  /** Whether the rule reads the loss. */
  get #readsLoss(): boolean {
    return this.#rule!.parts.some(({ definition }) => /\bloss\b/.test(definition.rule));
  }

  #follow(binding: VariableBinding, variables: Variables): void {
    const now = registered();
    const changed = [...variables].filter(
      ([name, variable]) => binding.variables.get(name) !== variable,
    );
    const gone = [...binding.variables].filter(([name, variable]) => {
      const other = variables.get(name) ?? now[variable.name];
      return other === undefined
        ? variable.isDisposed
        : other !== variable && !isSameShape(variable, other);
    });
    if (changed.length === 0 && gone.length === 0) {
      return;
    }
    if (gone.length === binding.variables.size) {
      this.dispose();
      this.#binding = this.#bind(variables);
      return;
    }
    if (gone.length > 0) {
      binding.remove(gone.map(([name]) => name));
    }
    binding.add(new Map(changed));
  }

  /** @throws {BindingError} if a variable is new while gradients wait for an update */
  #checkPending({ pending, variables: bound }: VariableBinding, variables: Variables): void {
    const other = [...variables.values()].find((each) => bound.get(this.nameOf(each)) !== each);
    if (other !== undefined) {
      throw new BindingError(
        `applyGradients: \`${other.name}\` is new, but ${pending} gradients of the other variables wait for their update: add it after that update`,
      );
    }
  }
}

/** The variables of a saved state, by their saved names: among those of this step, or else registered ones with the same name. */
function savedVariables({ shapes }: SavedState, variables: Variables): Map<string, Variable> {
  const saved = Object.entries(shapes).map(([name, shape]): SavedVariable => ({ name, shape }));
  const names = presentNames(saved, variables.values());
  const found = new Map([...names].map(([name, now]) => [name, variables.get(now)!]));
  const now = registered();
  for (const each of saved) {
    const { name } = each;
    const same = Object.hasOwn(now, name) ? now[name] : undefined;
    const isFree = same?.dtype === "float32" && !variables.has(name) && !found.has(name);
    if (isFree && isSameShape(same, each)) {
      found.set(name, same);
    }
  }
  return found;
}
