import type { AnyOptimizer } from "../../runtime/contract.ts";
import { BindingError, EvaluationError } from "../../runtime/errors.ts";
import type { StepGradients } from "../../runtime/gradients/gradients.ts";
import type { AnyParameter, AnyParameterSource } from "../../runtime/parameters.ts";
import type { StepInputs } from "../../runtime/settings.ts";
import type { RankGroup } from "../../runtime/state/rankGroup.ts";
import type { ResumePoint } from "../../runtime/state/restore.ts";
import type { OptimizerState } from "../../runtime/state/state.ts";
import type { StepReport } from "../../runtime/step/report.ts";
import { withCleanup } from "../../runtime/withCleanup.ts";
import { suffixAround } from "../../wrappers/microStep.ts";
import { Wrapper } from "../../wrappers/wrapper.ts";
import { type Coroutine, runAsync, runSync } from "../coroutine.ts";
import { checksumOfFacts, type Facts, parameterFacts, ruleFacts } from "../facts.ts";
import type { OuterOptions } from "./outerOptions.ts";
import { rankGroupOf } from "./rankGroup.ts";
import { rendezvous } from "./rendezvous.ts";
import { SharedWeights } from "./sharedWeights.ts";
import { prepareUndo } from "./undo.ts";

/**
 * What `outer` returns: the optimizer of one rank, which continues from the weights of all ranks every so many steps.
 *
 * @example
 * const rule = nesterov({ lr: 0.7, momentum: 0.9 });
 * const optimizer = outer(optimize(net, adamw()), { every: 2, rule, communicator: await connect() });
 * for (let i = 0; i < 5; i++) optimizer.step({ w: new Float32Array(6).fill(1), b: [1, 2, 3] });
 * console.log(optimizer.steps, optimizer.outerSteps); // 5, 2
 * optimizer.flush(); // shares the fifth step, too
 */
export class OuterOptimizer<P extends AnyParameterSource = AnyParameterSource>
  extends Wrapper<P>
  implements AnyOptimizer<P>
{
  readonly outermost =
    "outer compares the weights of whole steps: let outer be the outer one, outer(accumulate(...))";
  readonly #options: OuterOptions;
  readonly #shared: SharedWeights;
  /** At the end of the names in its state, so that one `outer` inside another has other names. */
  readonly #suffix: string;
  /** What must be the same on all ranks. Undefined until they are compared. */
  #facts: { readonly facts: Facts; readonly checksum: number } | undefined;
  /** Local steps since the last outer step. */
  #ownSteps = 0;
  #isWaiting = false;
  #isEvaluating = false;

  /** @internal Made by `outer`. */
  constructor(inner: AnyOptimizer<P>, options: OuterOptions) {
    super(inner);
    const { every: _, communicator: __, rule, ...settings } = options;
    this.#options = options;
    this.#suffix = suffixAround(inner);
    this.#shared = new SharedWeights(inner, rule, { ...settings, threads: inner.maxThreads });
  }

  /** The number of outer steps so far. */
  get outerSteps(): number {
    return this.#shared.steps;
  }

  /** The number of local steps since the last outer step, and of gradients that wait in the inner optimizer. */
  override get pending(): number {
    return this.#ownSteps + super.pending;
  }

  /**
   * Compares the ranks, and gives all of them the weights of rank 0. All ranks call it. The first `step`, and the first one after a
   * restore, do the same. If ranks start from different weights, call this before you compute gradients.
   * @throws {BindingError} on all ranks, if they differ in rules, shapes or options; it names a rank and the difference
   */
  begin(): void {
    this.#runSync("begin", this.#begin());
  }

  /** Like `begin`, for asynchronous transports. It works on all transports. */
  beginAsync(): Promise<void> {
    return this.#runAsync(this.#begin());
  }

  /**
   * Makes a step of the inner optimizer. Every `every`th call also makes an outer step, together with all other ranks, and this rank
   * continues from the shared weights.
   *
   * @param gradients as for the inner optimizer
   * @param inputs as for the inner optimizer
   * @returns the report of the inner optimizer; after an outer step, `pending` is 0
   * @throws {BindingError} what `begin` throws, and if the transport is asynchronous: use `stepAsync`
   * @throws {GradientError} if the outer gradient is not finite, and what the inner optimizer throws; nothing was changed
   * @throws {EvaluationError} inside `evaluate()`, or while `stepAsync` still waits
   * @throws {DisposedError} after `dispose()`
   */
  step(gradients?: StepGradients<P>, inputs?: StepInputs): StepReport {
    return this.#runSync("step", this.#step(gradients, inputs));
  }

  /** Like `step`, for asynchronous transports. It works on all transports. */
  stepAsync(gradients?: StepGradients<P>, inputs?: StepInputs): Promise<StepReport> {
    return this.#runAsync(this.#step(gradients, inputs));
  }

  /**
   * Makes an outer step now, if there were local steps since the last one. All ranks call it, for example at the end of training. If
   * gradients wait in the inner optimizer, it updates its parameters first.
   */
  override flush(): StepReport {
    return this.#runSync("flush", this.#flush());
  }

  /** Like `flush`, for asynchronous transports. It works on all transports. */
  flushAsync(): Promise<StepReport> {
    return this.#runAsync(this.#flush());
  }

  /**
   * Runs a callback while the parameters hold the shared weights of the last outer step, or, if the outer rule keeps an average, that
   * average. They are the same on all ranks, and no rank waits for another.
   * @param callback sees those weights until it returns, or until its promise is settled
   * @see Optimizer.evaluate
   */
  override evaluate<T>(callback: () => T): T {
    this.#assertFree("evaluate");
    this.#copyParameters();
    const evaluate = () => {
      this.#isEvaluating = true;
      return super.evaluate(() => this.#shared.evaluate(callback));
    };
    return withCleanup(evaluate, () => {
      this.#isEvaluating = false;
    });
  }

  /**
   * Like `state()`, but with the arrays themselves. `nested.outer` has the shared weights, as `outer.weights`, and the state of the outer rule; it
   * is the same on all ranks. Everything else is this rank's own.
   */
  override stateViews(): OptimizerState {
    this.#assertFree("state");
    return this.#views();
  }

  #views(): OptimizerState {
    const views = super.stateViews();
    this.#copyParameters();
    return {
      ...views,
      counters: { ...views.counters, [`ownSteps${this.#suffix}`]: this.#ownSteps },
      nested: { ...views.nested, [`outer${this.#suffix}`]: this.#shared.stateViews() },
    };
  }

  /** @internal How ranks save and load one checkpoint together. */
  override get rankGroup(): RankGroup | undefined {
    return rankGroupOf(
      this.#options.communicator,
      this.inner,
      this.#shared,
      `outer${this.#suffix}`,
    );
  }

  override resumeAt(point: ResumePoint): void {
    const before = super.stateViews();
    super.resumeAt(point);
    const shared = point.nested[`outer${this.#suffix}`];
    if (shared !== undefined) {
      try {
        this.#shared.resumeAt(shared);
      } catch (error) {
        this.inner.restore(before);
        throw error;
      }
      this.#ownSteps = point.counters[`ownSteps${this.#suffix}`] ?? 0;
      this.#facts = undefined;
    }
  }

  /** Binds the same rules, with the same options, to other parameters. It starts at the first step. */
  bindTo<Q extends AnyParameterSource>(net: Q): OuterOptimizer<Q> {
    return new OuterOptimizer(this.inner.bindTo(net) as AnyOptimizer<Q>, this.#options);
  }

  /** Frees the memory of the shared weights and of the inner optimizer. The parameters stay. */
  override dispose(): void {
    this.#shared.dispose();
    super.dispose();
  }

  *#step(
    gradients: StepGradients<P> | undefined,
    inputs: StepInputs | undefined,
  ): Coroutine<StepReport> {
    if (this.#facts === undefined) {
      yield* this.#begin();
    }
    this.#copyParameters();
    const step = () => this.inner.step(gradients as never, inputs);
    if (this.#ownSteps + 1 < this.#options.every) {
      const report = step();
      this.#ownSteps += 1;
      return report;
    }
    return yield* this.#stepWithOuter(step, gradients === undefined);
  }

  *#flush(): Coroutine<StepReport> {
    if (this.#ownSteps === 0) {
      return super.flush();
    }
    if (this.#facts === undefined) {
      yield* this.#begin();
    }
    return yield* this.#stepWithOuter(() => super.flush(), false);
  }

  /** Compares the ranks, and gives all of them the same shared weights. */
  *#begin(): Coroutine<void> {
    const views = this.#views();
    const { [`outer${this.#suffix}`]: shared, ...nested } = views.nested;
    const facts: Facts = [
      ["`every`", `${this.#options.every}`],
      ...parameterFacts(this.parameters as Readonly<Record<string, AnyParameter>>),
      ...ruleFacts({ ...views, nested }, "the "),
      ...ruleFacts(shared!, "the outer "),
    ];
    yield* this.#outerStep({ facts, checksum: checksumOfFacts(facts) }, true);
  }

  /** Without a local step since the last outer step, the weights of this rank are the shared weights. */
  #copyParameters(): void {
    if (this.#ownSteps === 0) {
      this.#shared.copyFromParameters();
    }
  }

  /** Makes a local step and an outer step, or neither. */
  *#stepWithOuter(step: () => StepReport, isOwn: boolean): Coroutine<StepReport> {
    const undo = prepareUndo(this.inner, isOwn);
    try {
      const report = step();
      yield* this.#outerStep(this.#facts!, false);
      return report;
    } catch (error) {
      undo();
      throw error;
    }
  }

  *#outerStep(facts: { facts: Facts; checksum: number }, begins: boolean): Coroutine<void> {
    const { communicator } = this.#options;
    const shared = this.#shared;
    const answer = { ...facts, isDue: !begins, begins };
    const { contributing, contributes, isLate } = yield* rendezvous(communicator, shared, answer);
    if (contributing > 0) {
      yield* shared.average(communicator, contributes, contributing);
      shared.step();
    }
    // A run that was stopped between two outer steps keeps its local steps.
    if (contributing > 0 || isLate || this.#ownSteps === 0) {
      shared.copyToParameters();
      this.#ownSteps = 0;
    }
    this.#facts = facts;
  }

  #runSync<T>(method: "begin" | "step" | "flush", coroutine: Coroutine<T>): T {
    this.#assertFree(method);
    const { synchronous, transport } = this.#options.communicator;
    if (!synchronous) {
      throw new BindingError(
        `outer: ranks wait for one another by promises on this transport (${transport}): await ${method}Async(), not ${method}()`,
      );
    }
    return runSync(coroutine);
  }

  async #runAsync<T>(coroutine: Coroutine<T>): Promise<T> {
    this.#assertFree("step");
    this.#isWaiting = true;
    try {
      return await runAsync(coroutine);
    } finally {
      this.#isWaiting = false;
    }
  }

  #assertFree(method: string): void {
    if (this.#isEvaluating) {
      throw new EvaluationError(
        `${method}: the weights to evaluate stand in the parameters' place until evaluate() is done`,
      );
    }
    if (this.#isWaiting) {
      throw new EvaluationError(
        `${method}: an outer step still waits for other ranks; await stepAsync() before`,
      );
    }
  }
}
