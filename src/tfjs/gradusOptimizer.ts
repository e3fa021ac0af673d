/** An optimizer of TensorFlow.js that steps by a rule of Gradus. */
import {
  dispose,
  engine,
  keep,
  type NamedTensorMap,
  Optimizer,
  type Scalar,
  type serialization,
  type Tensor,
  type Variable,
} from "@tensorflow/tfjs-core";
import type { optimizers } from "../optimizers/index.ts";
import type { HyperDefaults, Rule } from "../rule/definition.ts";
import { BindingError, DisposedError, EvaluationError, RestoreError } from "../runtime/errors.ts";
import type { HyperSettings, SetHyperOptions } from "../runtime/setHyper.ts";
import type { OptimizerState } from "../runtime/state/state.ts";
import type { StepReport } from "../runtime/step/report.ts";
import { withCleanup } from "../runtime/withCleanup.ts";
import type { VariableBinding } from "./binding.ts";
import { configOf, type Recipe, recipeFrom, type Untold } from "./config.ts";
import { givenGradients, type NamedTensor } from "./givenGradients.ts";
import { checkOptimizerOptions, type GradusOptimizerOptions } from "./options.ts";
import { ruleByName } from "./rules.ts";
import { Run } from "./run.ts";
import { countName, countOf, stateFrom, weightsOf } from "./weights.ts";

/** An optimizer by name, with its defaults, or as `registerRule` was given. */
export type RuleName = keyof typeof optimizers | (string & {});

const isRecipe = (given: unknown): given is Untold =>
  typeof given === "object" && given !== null && "untold" in given;

/**
 * An optimizer of TensorFlow.js, for `minimize` and `model.compile`, that steps by a rule of Gradus: any of its optimizers, with
 * clipping, schedules, averages and all that a chain may have. State goes by the names of variables: one that a step has no
 * gradient for stays as it is, with its state, and one that joins begins at its own first step.
 *
 * @example
 * const optimizer = new GradusOptimizer(adamw({ lr: 1e-3 }));
 * model.compile({ optimizer, loss: "meanSquaredError" });
 */
export class GradusOptimizer<H extends HyperDefaults = HyperDefaults> extends Optimizer {
  /** What files of models call it. */
  static readonly className = "GradusOptimizer";

  readonly #recipe: Recipe | Untold;
  readonly #run: Run;
  /** What the last `getWeights` gave. */
  #given: Tensor[] = [];
  #report: StepReport | undefined;
  #isEvaluating = false;
  #disposed = false;

  /**
   * @param rule such as `adamw()`, a chain, or the name of an optimizer
   * @param options as for `optimize`, where variables are the parameters; and `accumulate`
   * @throws {BindingError} where there is no such rule or option
   */
  constructor(rule: Rule<H> | RuleName, options: GradusOptimizerOptions<NoInfer<H>> = {}) {
    super();
    const given = rule as Rule | string | Untold;
    if (typeof given === "string") {
      ruleByName(given);
    } else if (!(isRecipe(given) || Array.isArray((given as Rule | undefined)?.parts))) {
      throw new BindingError(
        'GradusOptimizer: the first argument is a rule such as adam(), note the parentheses, or a name such as "adam"',
      );
    }
    const settings = options as unknown as GradusOptimizerOptions;
    checkOptimizerOptions(settings);
    this.#recipe = isRecipe(given) ? given : { rule: given, options: settings };
    this.#run = new Run(this.#recipe);
  }

  /** The updates made: what schedules count. With `accumulate` fewer than the calls. */
  override get iterations(): number {
    return this.#run.steps;
  }

  /**
   * What the last step was like: its learning rate, whether it was left out; undefined before the first. It may be one object that
   * each step fills anew.
   */
  get report(): StepReport | undefined {
    return this.#report;
  }

  /**
   * Runs `f`, and updates variables against the gradient of what it returns.
   * @param f gives the loss, one number
   * @param returnCost whether to return the loss, which the caller disposes. Default false
   * @param varList which variables. Default: all that are trainable
   */
  override minimize(f: () => Scalar, returnCost = false, varList?: Variable[]): Scalar | null {
    const { value, grads } = this.computeGradients(f, varList);
    let done = false;
    try {
      this.#apply(
        varList ? varList.map(({ name }) => ({ name, tensor: grads[name]! })) : grads,
        value,
      );
      done = returnCost;
    } finally {
      dispose(grads);
      if (!done) {
        value.dispose();
      }
    }
    return returnCost ? value : null;
  }

  /**
   * Updates variables by gradients, by name; those with a gradient of null stay as they are.
   * @throws {GradientError} where one has no variable, or another shape, or is not finite; nothing was changed
   */
  override applyGradients(gradients: NamedTensorMap | NamedTensor[]): void {
    this.#apply(gradients);
  }

  /**
   * Sets hyperparameters from the next step on, such as `{ lr: 1e-4 }`; they are kept with the state.
   * @throws {HyperparameterError} where the rule has none of the name, or it may not be that
   */
  setHyper(settings: HyperSettings, options?: SetHyperOptions): void {
    this.#checkReady("setHyper");
    this.#run.setHyper(settings, options);
  }

  /**
   * Runs a callback with the weights to evaluate in the variables: the averages of `ema`, `swa` or a Schedule-Free optimizer.
   * Whatever the callback returns or throws, and when a promise of it is settled, the variables are as before.
   * @param callback sees the weights to evaluate until it returns, or until its promise is settled
   * @param variables of a model that was loaded and has not been stepped since, as its names may differ. Default: by their names
   * @example const loss = optimizer.evaluate(() => model.evaluate(xs, ys));
   */
  evaluate<T>(callback: () => T, variables: readonly Variable[] = []): T {
    this.#checkReady("evaluate");
    const binding = this.#bindingFor(variables);
    const weights = binding?.evaluationWeights() ?? new Map<string, Tensor>();
    const before = [...weights].map(([name, average]) => {
      const variable = binding!.variables.get(name)!;
      return { variable, average, kept: keep(variable.clone()) };
    });
    const enter = () => {
      this.#isEvaluating = true;
      for (const { variable, average } of before) {
        variable.assign(average);
        average.dispose();
      }
      return callback();
    };
    return withCleanup(enter, () => {
      for (const { variable, kept } of before) {
        if (!variable.isDisposed) {
          variable.assign(kept);
        }
        kept.dispose();
      }
      this.#isEvaluating = false;
    });
  }

  /**
   * All that is kept between steps, as tensors: `iter`, the number of updates, then a tensor for each state of each variable. They belong
   * to the optimizer, which disposes them when it is asked again.
   */
  override async getWeights(): Promise<NamedTensor[]> {
    this.#checkReady("getWeights");
    const state = await this.#run.state();
    dispose(this.#given);
    const weights = state
      ? weightsOf(state as OptimizerState)
      : [{ name: countName, tensor: keep(countOf(0)) }];
    this.#given = weights.map(({ tensor }) => tensor);
    return weights;
  }

  /**
   * Goes on from what `getWeights` gave; the tensors stay the caller's.
   * @throws {RestoreError} where they are not of a GradusOptimizer; that they do not fit the rule is found at the next step
   */
  override async setWeights(weights: NamedTensor[]): Promise<void> {
    this.#checkReady("setWeights");
    const state = await stateFrom(weights);
    if (state === undefined && weights.length > 1) {
      throw new RestoreError([
        "these are no weights of a GradusOptimizer: fromTensorFlow takes over an optimizer of TensorFlow.js",
      ]);
    }
    this.#run.resumeFrom(state);
  }

  /** What `fromConfig` makes it of again: the rule and the options. */
  getConfig(): serialization.ConfigDict {
    return configOf(this.#recipe);
  }

  /**
   * Makes an optimizer of what `getConfig` gave: TensorFlow.js calls it when a model is loaded.
   * @param cls the class itself, as TensorFlow.js passes it
   * @param config what `getConfig` gave
   */
  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    const recipe = recipeFrom(config);
    return isRecipe(recipe) ? new cls(recipe) : new cls(recipe.rule, recipe.options);
  }

  /** Gives back memory and threads; the variables stay. */
  override dispose(): void {
    this.#run.dispose();
    dispose(this.#given);
    this.#given = [];
    this.#disposed = true;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** @internal What is bound, with these variables: for checkpoints. */
  bindTo(variables: readonly Variable[]): VariableBinding {
    this.#checkReady("checkpoint");
    return this.#run.bindTo(new Map(variables.map((each) => [each.name, each])));
  }

  /** @internal What state calls a variable. */
  nameOf(variable: Variable): string {
    return this.#run.nameOf(variable);
  }

  /** @internal What it goes on from, in the place of `setWeights`. */
  resumeFrom(state: OptimizerState): void {
    this.#run.resumeFrom(state);
  }

  #apply(gradients: NamedTensorMap | NamedTensor[], loss?: Scalar): void {
    this.#checkReady("applyGradients");
    const { variables, tensors } = givenGradients(gradients, engine().registeredVariables);
    if (tensors.size === 0) {
      return;
    }
    this.#report = this.#run.step(variables, tensors, loss);
  }

  #bindingFor(variables: readonly Variable[]): VariableBinding | undefined {
    const saved = this.#run.savedVariables();
    const known = variables.length > 0 ? variables : saved;
    return known.length > 0
      ? this.#run.bindTo(new Map(known.map((each) => [each.name, each])))
      : this.#run.binding;
  }

  #checkReady(method: string): void {
    if (this.#disposed) {
      throw new DisposedError(
        "this optimizer was disposed; make a new one with new GradusOptimizer",
      );
    }
    if (this.#isEvaluating) {
      throw new EvaluationError(
        `${method}: the weights to evaluate stand in the variables until evaluate() is done`,
      );
    }
  }
}
