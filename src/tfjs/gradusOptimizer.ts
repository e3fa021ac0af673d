/** An optimizer of TensorFlow.js that runs a rule of Gradus. */
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

/** The name of an optimizer, which stands for its defaults, or a name that `registerRule` was given. */
export type RuleName = keyof typeof optimizers | (string & {});

const isRecipe = (given: unknown): given is Untold =>
  typeof given === "object" && given !== null && "untold" in given;

/**
 * An optimizer of TensorFlow.js, for `minimize` and `model.compile`, that runs a rule of Gradus: any optimizer, or a chain with clipping,
 * schedules and averages. State belongs to the names of variables. A variable without a gradient stays as it is, with its state.
 * A variable that is added later starts at its own first step.
 *
 * @example
 * const optimizer = new GradusOptimizer(adamw({ lr: 1e-3 }));
 * model.compile({ optimizer, loss: "meanSquaredError" });
 */
export class GradusOptimizer<H extends HyperDefaults = HyperDefaults> extends Optimizer {
  /** Its name in saved models. */
  static readonly className = "GradusOptimizer";

  readonly #recipe: Recipe | Untold;
  readonly #run: Run;
  /** The tensors that the last `getWeights` returned. */
  #given: Tensor[] = [];
  #report: StepReport | undefined;
  #isEvaluating = false;
  #disposed = false;

  /**
   * @param rule such as `adamw()`, a chain, or the name of an optimizer
   * @param options as for `optimize`, with the variables as parameters; and `accumulate`
   * @throws {BindingError} if the rule or an option does not exist
   */
  constructor(rule: Rule<H> | RuleName, options: GradusOptimizerOptions<NoInfer<H>> = {}) {
    super();
    const given = rule as Rule | string | Untold;
    if (typeof given === "string") {
      ruleByName(given);
    } else if (!(isRecipe(given) || Array.isArray((given as Rule | undefined)?.parts))) {
      throw new BindingError(
        'GradusOptimizer: the first argument must be a rule such as adam(), with parentheses, or a name such as "adam"',
      );
    }
    const settings = options as unknown as GradusOptimizerOptions;
    checkOptimizerOptions(settings);
    this.#recipe = isRecipe(given) ? given : { rule: given, options: settings };
    this.#run = new Run(this.#recipe);
  }

  /** The number of updates so far, which schedules use. With `accumulate`, there are fewer updates than calls. */
  override get iterations(): number {
    return this.#run.steps;
  }

  /**
   * The report of the last step: its learning rate, and whether it was skipped. Undefined before the first step. It may be the same
   * object after every step.
   */
  get report(): StepReport | undefined {
    return this.#report;
  }

  /**
   * Computes the loss and its gradients, and updates the variables.
   * @param f returns the loss, one number
   * @param returnCost whether to return the loss, which the caller disposes. Default false
   * @param varList the variables to update. Default: all trainable ones
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
   * Updates variables with gradients, by name. A variable whose gradient is null stays as it is.
   * @throws {GradientError} if a gradient has no variable, another shape than its variable, or is not finite; nothing was changed
   */
  override applyGradients(gradients: NamedTensorMap | NamedTensor[]): void {
    this.#apply(gradients);
  }

  /**
   * Sets hyperparameters from the next step on, such as `{ lr: 1e-4 }`. They are saved with the state.
   * @throws {HyperparameterError} if the rule has no such hyperparameter, or the value is out of range
   */
  setHyper(settings: HyperSettings, options?: SetHyperOptions): void {
    this.#checkReady("setHyper");
    this.#run.setHyper(settings, options);
  }

  /**
   * Runs a callback while the variables have the evaluation weights: the averages of `ema`, `swa` or a Schedule-Free optimizer.
   * Afterwards the variables are as before, also if the callback throws. If it returns a promise, that is when the promise settles.
   * @param variables of a loaded model that has made no step yet, because their names may differ. Default: found by their names
   * @param callback sees the weights to evaluate until it returns, or until its promise is settled
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
   * The whole state, as tensors: `iter`, the number of updates, then a tensor for each state of each variable. They belong to the
   * optimizer. The next call disposes them.
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
   * Continues from tensors that `getWeights` returned. They still belong to the caller.
   * @throws {RestoreError} if they do not come from a GradusOptimizer. If they do not fit the rule, the next step throws
   */
  override async setWeights(weights: NamedTensor[]): Promise<void> {
    this.#checkReady("setWeights");
    const state = await stateFrom(weights);
    if (state === undefined && weights.length > 1) {
      throw new RestoreError([
        "the weights do not come from a GradusOptimizer; use fromTensorFlow to take over an optimizer of TensorFlow.js",
      ]);
    }
    this.#run.resumeFrom(state);
  }

  /** The rule and the options, for `fromConfig`. */
  getConfig(): serialization.ConfigDict {
    return configOf(this.#recipe);
  }

  /**
   * Makes an optimizer from the result of `getConfig`. TensorFlow.js calls it when it loads a model.
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

  /** Frees memory and threads. The variables stay. */
  override dispose(): void {
    this.#run.dispose();
    dispose(this.#given);
    this.#given = [];
    this.#disposed = true;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** @internal The binding, with these variables included: for checkpoints. */
  bindTo(variables: readonly Variable[]): VariableBinding {
    this.#checkReady("checkpoint");
    return this.#run.bindTo(new Map(variables.map((each) => [each.name, each])));
  }

  /** @internal The name of a variable in the state. */
  nameOf(variable: Variable): string {
    return this.#run.nameOf(variable);
  }

  /** @internal Continues from a state, instead of `setWeights`. */
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
        `${method}: wait until evaluate() has ended: the variables hold the weights to evaluate`,
      );
    }
  }
}
