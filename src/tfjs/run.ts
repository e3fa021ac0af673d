/** A rule and the variables that it steps, as they come and go, and a saved state that waits for them. */
import { engine, getBackend, type Variable } from "@tensorflow/tfjs-core";
import type { Rule } from "../rule/definition.ts";
import { BindingError, RestoreError } from "../runtime/errors.ts";
import type { HyperSettings, SetHyperOptions } from "../runtime/setHyper.ts";
import { renamed, type SavedState } from "../runtime/state/restore.ts";
import { bindingOf, type VariableBinding, type Variables } from "./binding.ts";
import type { Recipe, Untold } from "./config.ts";
import { CopyingBinding } from "./copyingBinding.ts";
import { ruleByName } from "./rules.ts";
import { stateOf } from "./savedState.ts";
import { presentNames, type SavedVariable } from "./variables.ts";

const isSameShape = (one: Variable, other: Variable): boolean =>
  String(one.shape) === String(other.shape);

const byName = (variables: Iterable<Variable>): Map<string, Variable> =>
  new Map([...variables].map((variable) => [variable.name, variable]));

const registered = (): Readonly<Record<string, Variable>> => engine().registeredVariables;

/** @throws {BindingError} where a file could not tell the rule */
function ruleOf(recipe: Recipe | Untold): Rule {
  if ("untold" in recipe) {
    throw new BindingError(
      `GradusOptimizer: the file of this model could not tell its rule: ${recipe.untold}. Make one anew: ` +
        "`const optimizer = new GradusOptimizer(rule); await optimizer.setWeights(await model.optimizer.getWeights())`, " +
        "and compile the model with it; registerRule gives such a rule a name that files can tell",
    );
  }
  return typeof recipe.rule === "string" ? ruleByName(recipe.rule) : recipe.rule;
}

type Setting = readonly [settings: HyperSettings, options: SetHyperOptions | undefined];

/** What an optimizer does from its first step to its last. */
export class Run {
  readonly #recipe: Recipe | Untold;
  #binding: VariableBinding | undefined;
  /** What it goes on from at its next step. */
  #saved: SavedState | undefined;
  /** What is to be set as soon as there is something to set it of. */
  #settings: Setting[] = [];

  constructor(recipe: Recipe | Untold) {
    this.#recipe = recipe;
  }

  /** The updates made. */
  get steps(): number {
    return this.#binding?.steps ?? this.#saved?.step ?? 0;
  }

  get binding(): VariableBinding | undefined {
    return this.#binding;
  }

  /** Whether the rule steps by the loss. */
  get readsLoss(): boolean {
    return ruleOf(this.#recipe).parts.some(({ definition }) => /\bloss\b/.test(definition.rule));
  }

  /** The variables of a saved state that is waited with, by the names that they had. */
  savedVariables(): readonly Variable[] {
    const { shapes = {} } = this.#saved ?? {};
    const now = registered();
    return Object.keys(shapes).flatMap((name) => (Object.hasOwn(now, name) ? [now[name]!] : []));
  }

  /** All that is kept between steps; undefined where nothing is yet. */
  async state(): Promise<SavedState | undefined> {
    return (await this.#binding?.state()) ?? this.#saved;
  }

  /** Goes on from a saved state, once there are variables. */
  resumeFrom(saved: SavedState | undefined): void {
    this.dispose();
    this.#saved = saved;
  }

  setHyper(...setting: Setting): void {
    if (this.#binding === undefined) {
      ruleOf(this.#recipe);
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

  /** Binds these variables too, and leaves out those that are gone. */
  bindTo(variables: Variables): VariableBinding {
    if (this.#binding === undefined) {
      this.#begin(variables);
    } else if (this.#binding.pending === 0) {
      this.#follow(this.#binding, variables);
    } else {
      this.#checkPending(this.#binding, variables);
    }
    return this.#binding!;
  }

  #begin(variables: Variables): void {
    const binding = this.#saved ? this.#resumed(this.#saved, variables) : this.#bind(variables);
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
    const rule = ruleOf(this.#recipe);
    const bind = bindingOf(getBackend()) ?? CopyingBinding.bind;
    return bind(variables, rule, (this.#recipe as Recipe).options);
  }

  /** Those of a saved state first, and then the others, which are new. */
  #resumed(saved: SavedState, variables: Variables): VariableBinding {
    const names = namesNow(saved, variables);
    const known = byName(
      [...names.values()].map((name) => variables.get(name) ?? registered()[name]!),
    );
    if (known.size === 0) {
      throw new RestoreError([
        `it is of ${Object.keys(saved.shapes).join(", ")}, and these are ${[...variables.keys()].join(", ")}`,
      ]);
    }
    const binding = this.#bind(known);
    try {
      const some = stateOf(saved, new Set(names.keys()));
      binding.restore(renamed(some, Object.fromEntries(names)));
      binding.add(new Map([...variables].filter(([name]) => !known.has(name))));
    } catch (error) {
      binding.dispose();
      throw error;
    }
    return binding;
  }

  #follow(binding: VariableBinding, variables: Variables): void {
    const now = registered();
    const changed = [...variables.values()].filter(
      (variable) => binding.variables.get(variable.name) !== variable,
    );
    const gone = [...binding.variables.values()].filter((variable) => {
      const other = variables.get(variable.name) ?? now[variable.name];
      return other === undefined ? variable.isDisposed : !isSameShape(variable, other);
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
      binding.remove(gone.map(({ name }) => name));
    }
    binding.add(byName(changed));
  }

  /** @throws {BindingError} where others than those that have gradients waiting are to be stepped */
  #checkPending({ pending, variables: bound }: VariableBinding, variables: Variables): void {
    const other = [...variables.values()].find((variable) => bound.get(variable.name) !== variable);
    if (other !== undefined) {
      throw new BindingError(
        `applyGradients: \`${other.name}\` is new, and ${pending} gradients of the other variables wait for their update`,
      );
    }
  }
}

/** The present names of saved variables: among those that are stepped now, or else the same ones. */
function namesNow({ shapes }: SavedState, variables: Variables): Map<string, string> {
  const saved = Object.entries(shapes).map(([name, shape]): SavedVariable => ({ name, shape }));
  const names = presentNames(saved, variables.values());
  const others = Object.values(registered()).filter(
    ({ name, dtype }) => dtype === "float32" && shapes[name] !== undefined && !variables.has(name),
  );
  for (const each of saved.filter(({ name }) => !names.has(name))) {
    const same = others.find(
      ({ name, shape }) => name === each.name && String(shape) === String(each.shape),
    );
    if (same !== undefined) {
      names.set(each.name, same.name);
    }
  }
  return names;
}
