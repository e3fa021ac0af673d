/** The optimizer: a rule bound to parameters, with the state between steps. */
import { Feature } from "../feature.ts";
import { hasEvaluation } from "../rule/definition.ts";
import { fromTheStart } from "./binding/ages.ts";
import { type BoundPlan, bindAges, bindPlans, inOwnScopes } from "./binding/binding.ts";
import type { Plan } from "./binding/plans.ts";
import { Programs } from "./binding/programs.ts";
import { checkAlive, type Tensor } from "./binding/tensor.ts";
import type { AnyOptimizer, givenParameters } from "./contract.ts";
import { DisposedError, EvaluationError, GradientError } from "./errors.ts";
import type { Absence } from "./gradients/absent.ts";
import { Gradients, type StepGradients } from "./gradients/gradients.ts";
import { lossOf } from "./gradients/inputs.ts";
import { disposeAll, type Memory, type MemoryScope } from "./memory/memory.ts";
import { Scopes } from "./memory/scopes.ts";
import type {
  AnyParameter,
  AnyParameterSource,
  ArraysOf,
  ParameterSource,
  ParametersOf,
} from "./parameters.ts";
import type { NonFinitePolicy, OptimizerSource, StepInputs } from "./settings.ts";
import type { Evaluation } from "./state/evaluation.ts";
import type { ResumePoint } from "./state/restore.ts";
import { mapped, type OptimizerState } from "./state/state.ts";
import { Stateful } from "./state/stateful.ts";
import { StateStore, viewsOf } from "./state/stateStore.ts";
import { Schedules } from "./step/hyper.ts";
import type { StepReport } from "./step/report.ts";
import { Reporter } from "./step/reporter.ts";
import { ThreadPool } from "./threads/threadPool.ts";
import { withCleanup } from "./withCleanup.ts";

/** Swaps the parameters for the weights to evaluate (evaluation.ts). */
export const evaluating = new Feature<typeof Evaluation>();

/** A rule bound to parameters: it holds their gradients and the state between steps, and makes the steps. */
export class Optimizer<P extends AnyParameterSource = ParameterSource>
  extends Stateful
  implements AnyOptimizer<P>
{
  declare readonly [givenParameters]?: P;
  /** Binds the same rule with the same options to other parameters, from the first step. */
  readonly bindTo: <Q extends AnyParameterSource>(net: Q) => Optimizer<Q>;
  /** The parameters, each with its shape. */
  readonly parameters: ParametersOf<P>;
  /** The memory for gradients and state. If parameters come from several memories, the first one's. */
  readonly memory: Memory;
  readonly #scopes: Scopes;
  readonly #nonFinite: NonFinitePolicy;
  /** @internal Bound as if all parts had started with the run. */
  bound: readonly BoundPlan[];
  readonly #schedules = new Schedules();
  /** The parameters whose arrays may be detached. */
  readonly #foreign: readonly Tensor[];
  readonly #gradients: Gradients;
  /** The parameters whose gradients are set to zero after the step, because no pass does it. */
  readonly #zeroedAfterStep: readonly Tensor[];
  /** Whether `gradients` are zero after a step, for code that adds to them. */
  readonly zeroesGradients: boolean;
  readonly #threadPool: ThreadPool | undefined;
  readonly #absence: Absence | undefined;
  /** @internal */
  stateStore: StateStore;
  #begun = fromTheStart;
  /** @internal What a step runs. */
  programs: Programs;
  #reporter: Reporter;
  /** The memory of executions that only the present ages need. */
  #agedScopes: readonly MemoryScope[] = [];
  #evaluation: Evaluation | undefined;
  #isEvaluating = false;
  #steps = 0;
  #skippedSteps = 0;
  #disposed = false;

  /** @internal Made by `optimize`. */
  constructor(source: OptimizerSource) {
    super();
    const { parameters, tensors, plans, home, compiler, seed, threads, nonFinite } = source;
    this.bindTo = source.bindTo as typeof this.bindTo;
    this.parameters = parameters as ParametersOf<P>;
    this.memory = home;
    this.#scopes = new Scopes(home, source.needs);
    this.#nonFinite = nonFinite;
    this.zeroesGradients = source.zeroGradients;
    this.#foreign = tensors.filter(({ address }) => address === undefined);
    const zeroed = new Set(plans.filter(({ zeroes }) => zeroes).flatMap(({ tensors }) => tensors));
    this.#zeroedAfterStep = tensors.filter((tensor) => source.zeroGradients && !zeroed.has(tensor));
    this.#threadPool = threads > 1 ? new ThreadPool(threads) : undefined;
    try {
      const common = { threadPool: this.#threadPool, compiler, seed, schedules: this.#schedules };
      this.bound = bindPlans(plans, this.#scopes, common);
      this.programs = new Programs(this.bound);
    } catch (error) {
      this.#scopes.dispose();
      throw error;
    }
    const { bound } = this.programs;
    const { absent, gradients } = source;
    this.#absence = absent;
    this.#gradients = new Gradients(this.#scopes, tensors, bound, absent?.gradient, gradients);
    const views = () => viewsOf(parameters, this.bound);
    this.stateStore = new StateStore(seed, parameters, plans, views);
    this.#reporter = new Reporter(bound);
  }

  /** Write gradients here before `step()`: one array per parameter, with its length and type. For a parameter in 16 bits, write bits. */
  get gradients(): ArraysOf<P> {
    this.#assertReady();
    return this.#gradients.own as ArraysOf<P>;
  }

  /** The rules that step the parameters or work on their gradients, with their hyperparameters. */
  get plans(): readonly Plan[] {
    return this.bound.map(({ plan }) => plan);
  }

  /** The names of the parameters that a step changes: all but frozen ones. */
  get trained(): readonly string[] {
    return this.plans.flatMap(({ tensors }) => tensors.map(({ name }) => name));
  }

  /** The largest number of threads that may share long loops. */
  get maxThreads(): number {
    return this.#threadPool?.most ?? 1;
  }

  /** The number of threads that share long loops now, including this one. The others start when first needed. */
  get threads(): number {
    return this.#threadPool?.threads ?? 1;
  }

  /** The number of updates so far. */
  get steps(): number {
    return this.#steps;
  }

  /** The number of steps that were skipped because a gradient was not finite (`nonFinite: "skip"`). */
  get skippedSteps(): number {
    return this.#skippedSteps;
  }

  /**
   * Updates all parameters once.
   *
   * @param gradients an array, or `sparse(rows, values)`, for each parameter; undefined for a frozen one, null for one to skip
   *   (`absent: skipAbsent`). Default: the arrays in `optimizer.gradients`
   * @param inputs what else the rule reads: `loss`, the loss whose gradients these are
   * @returns a report, the same object at each step
   * @throws {GradientError} if a gradient is missing or has another length, or a gradient or loss is not finite; nothing was
   *   changed
   * @throws {HyperparameterError} if a schedule gives no number, or one outside of the hyperparameter's range
   * @throws {DisposedError} after `dispose()`
   */
  step(gradients?: StepGradients<P>, inputs?: StepInputs): StepReport {
    return this.end(this.prepare(gradients, inputs) && this.programs.run(), gradients);
  }

  /** @internal Takes the gradients and inputs of a step. @returns whether the step may be made */
  prepare(gradients: Parameters<Gradients["take"]>[0], inputs?: StepInputs): boolean {
    this.#assertReady("step");
    checkAlive(this.#foreign);
    const loss = lossOf(inputs, this.programs.usesLoss, this.#nonFinite);
    this.#take(gradients);
    this.#schedules.begin();
    this.programs.begin(this.#steps + 1, loss);
    this.programs.fill(this.#steps);
    return !this.programs.usesLoss || this.#nonFinite === "allow" || Number.isFinite(loss);
  }

  /** @internal Ends a step that was made or refused. */
  end(made: boolean, gradients: Parameters<Gradients["take"]>[0]): StepReport {
    if (made) {
      this.programs.end();
      this.#begun = this.#absence?.wait(this.programs.bound, this.#begun) ?? this.#begun;
      this.#gradients.zero(this.#zeroedAfterStep);
      this.#steps += 1;
    } else if (this.#nonFinite === "throw") {
      throw new GradientError(
        `step ${this.#steps + 1}: ${this.#gradients.findNonFinite(gradients)}; nothing was updated. ` +
          'Set nonFinite to "skip" to skip such steps, or to "allow" to make them anyway.',
      );
    } else {
      if (this.zeroesGradients) {
        this.#gradients.zero();
      }
      this.#skippedSteps += 1;
    }
    return this.#reporter.report(this.#steps, !made);
  }

  /**
   * Runs a callback while the parameters hold the weights to evaluate: the averages that `ema`, `swa` or a Schedule-Free optimizer
   * keeps. With other rules, and before the first step, these are the parameters themselves. When the callback returns or throws,
   * or its promise is settled, the parameters are back, bit for bit.
   * @param callback sees the weights to evaluate until it returns, or until its promise is settled
   * @returns what the callback returns
   * @throws {EvaluationError} inside another such callback
   * @example const length = optimizer.evaluate(() => Math.hypot(...net.w.data));
   */
  evaluate<T>(callback: () => T): T {
    this.#assertReady("evaluate");
    if (typeof callback !== "function") {
      throw new EvaluationError("evaluate: the first argument must be a function");
    }
    checkAlive(this.#foreign);
    const hasOthers = this.bound.some(({ plan }) => hasEvaluation(plan.rule));
    const evaluation = hasOthers
      ? (this.#evaluation ??= new evaluating.value(this.programs.bound))
      : undefined;
    const evaluate = () => {
      this.#isEvaluating = true;
      evaluation?.enter(this.#steps);
      return callback();
    };
    return withCleanup(evaluate, () => {
      evaluation?.leave();
      this.#isEvaluating = false;
    });
  }

  /** Copies of the weights to evaluate, by name: what to save at the end of a training. */
  evaluationWeights(): ArraysOf<P> {
    const all = this.parameters as Readonly<Record<string, AnyParameter>>;
    return this.evaluate(() => mapped(all, ({ data }) => data.slice())) as unknown as ArraysOf<P>;
  }

  /** Sets `optimizer.gradients` to zero. */
  zeroGradients(): void {
    this.#assertReady();
    this.#gradients.zero();
  }

  override stateViews(): OptimizerState {
    this.#assertReady("state");
    return this.stateStore.state(this.#steps, this.#skippedSteps, this.#begun);
  }

  override resumeAt({ step, skippedSteps, schedules, begun }: ResumePoint): void {
    const [bound, scopes] = inOwnScopes((scopeFor) => {
      const aged = bindAges(this.bound, begun, scopeFor);
      this.stateStore.restoreSchedules(schedules);
      return aged;
    });
    disposeAll(this.#agedScopes);
    this.#serve(bound, scopes);
    this.#begun = begun;
    this.#steps = step;
    this.#skippedSteps = skippedSteps;
  }

  /** Frees memory and threads; the parameters stay. Do not use arrays of `gradients` and `stateViews()` afterwards. */
  dispose(): void {
    this.#disposed = true;
    this.#threadPool?.dispose();
    this.#evaluation?.dispose();
    disposeAll(this.#agedScopes);
    this.#scopes.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #assertReady(method?: string): void {
    if (this.#disposed) {
      throw new DisposedError("this optimizer was disposed; make a new one with optimize()");
    }
    if (method !== undefined && this.#isEvaluating) {
      throw new EvaluationError(
        `${method}: wait until evaluate() has ended: the parameters hold the weights to evaluate`,
      );
    }
  }

  #take(gradients: Parameters<Gradients["take"]>[0]): void {
    this.#gradients.take(gradients);
    const parted = this.#absence?.part(this.programs.bound);
    if (parted !== undefined) {
      this.#serve(parted[0], this.#agedScopes.concat(parted[1]));
      this.#gradients.take(gradients);
    }
  }

  /** Uses these plans from now on. */
  #serve(bound: readonly BoundPlan[], scopes: readonly MemoryScope[]): void {
    this.#evaluation?.dispose();
    this.#evaluation = undefined;
    this.#agedScopes = scopes;
    this.programs = new Programs(bound);
    this.#gradients.serve(bound);
    this.#reporter = new Reporter(bound);
  }
}
