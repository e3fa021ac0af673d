import type { AnyOptimizer } from "../../runtime/contract.ts";
import { BindingError, EvaluationError } from "../../runtime/errors.ts";
import type { StepGradients } from "../../runtime/gradients/gradients.ts";
import type { StoredElements } from "../../runtime/memory/memory.ts";
import type { AnyParameter, AnyParameterSource } from "../../runtime/parameters.ts";
import type { StepInputs } from "../../runtime/settings.ts";
import type { ResumePoint } from "../../runtime/state/restore.ts";
import type { OptimizerState } from "../../runtime/state/state.ts";
import type { StepReport } from "../../runtime/step/report.ts";
import { withCleanup } from "../../runtime/withCleanup.ts";
import { suffixAround } from "../../wrappers/microStep.ts";
import { Wrapper } from "../../wrappers/wrapper.ts";
import { type Exchange, later, now } from "../exchange.ts";
import { type Facts, parameterFacts, ruleFacts, sumOf } from "../facts.ts";
import type { OuterOptions } from "./outerOptions.ts";
import { callRoll } from "./rollCall.ts";
import { SharedWeights } from "./sharedWeights.ts";

/** An optimizer of one rank, which has it go on from the weights of all ranks every so many steps. */
export class OuterOptimizer<P extends AnyParameterSource = AnyParameterSource>
  extends Wrapper<P>
  implements AnyOptimizer<P>
{
  readonly outermost =
    "outer compares the weights of whole steps: let outer be the outer one, outer(accumulate(...))";
  readonly #options: OuterOptions;
  readonly #shared: SharedWeights;
  /** Behind the names of what it keeps: another one within this one has others. */
  readonly #suffix: string;
  /** What must be the same on all ranks, from the first step on. */
  #facts: { readonly facts: Facts; readonly sum: number } | undefined;
  /** Steps since the last outer one. */
  #ownSteps = 0;
  #isWaiting = false;
  #isEvaluating = false;

  /** @internal Made by `outer`. */
  constructor(inner: AnyOptimizer<P>, options: OuterOptions) {
    super(inner);
    const { every: _, communicator: __, rule, ...settings } = options;
    this.#options = options;
    this.#suffix = suffixAround(inner);
    this.#shared = new SharedWeights(inner, rule, { ...settings, threads: inner.mostThreads });
  }

  /** The outer steps that were made. */
  get outerSteps(): number {
    return this.#shared.steps;
  }

  /** The own steps that wait for an outer step, and what waits in the optimizer within. */
  override get pending(): number {
    return this.#ownSteps + super.pending;
  }

  /**
   * Compares the ranks, and gives all of them the weights of the first one; all ranks call it. The first `step` does that, too, and so
   * does the first behind a restore: call it before gradients are made where ranks begin at different weights.
   * @throws {BindingError} where ranks differ in rules, shapes or options, naming one of them and what differs, on each of them
   */
  begin(): void {
    this.#now("begin", this.#begin());
  }

  /** As `begin`, for transports whose operations are promises, and for all others. */
  beginAsync(): Promise<void> {
    return this.#later(this.#begin());
  }

  /**
   * Makes a step of the optimizer within; the last of each `every` makes an outer step, too, of all ranks together, from whose weights
   * this rank goes on.
   *
   * @param gradients as for the optimizer within
   * @param inputs as for the optimizer within
   * @returns the report of the optimizer within; behind an outer step `pending` is 0
   * @throws {BindingError} what `begin` throws; and where the transport is asynchronous: `stepAsync` is for those
   * @throws {GradientError} where the outer gradient is not finite, and what the optimizer within throws; nothing was changed
   * @throws {EvaluationError} inside `evaluate()`, or while `stepAsync` is waited for
   * @throws {DisposedError} after `dispose()`
   */
  step(gradients?: StepGradients<P>, inputs?: StepInputs): StepReport {
    return this.#now("step", this.#step(gradients, inputs));
  }

  /** As `step`, for transports whose operations are promises, and for all others. */
  stepAsync(gradients?: StepGradients<P>, inputs?: StepInputs): Promise<StepReport> {
    return this.#later(this.#step(gradients, inputs));
  }

  /**
   * Makes an outer step now, of the own steps since the last one, however few; of none not at all. All ranks call it, such as at the end
   * of a training. What waits in the optimizer within updates its parameters before.
   */
  override flush(): StepReport {
    return this.#now("flush", this.#flush());
  }

  /** As `flush`, for transports whose operations are promises, and for all others. */
  flushAsync(): Promise<StepReport> {
    return this.#later(this.#flush());
  }

  /**
   * Runs a callback with the shared weights in the parameters' place, those of the last outer step, or what the outer rule makes of them
   * to be evaluated. They are the same on all ranks, and none waits for another.
   * @param callback sees those weights until it returns, or until its promise is settled
   * @see Optimizer.evaluate
   */
  override evaluate<T>(callback: () => T): T {
    this.#assertFree("evaluate");
    this.#take();
    const evaluate = () => {
      this.#isEvaluating = true;
      return super.evaluate(() => this.#shared.evaluate(callback));
    };
    return withCleanup(evaluate, () => {
      this.#isEvaluating = false;
    });
  }

  /**
   * As `state()`, with the arrays themselves; the shared weights, as `outer.weights`, and the state of the outer rule are in `nested.outer`, the same on all
   * ranks. All else is this rank's own.
   */
  override stateViews(): OptimizerState {
    this.#assertFree("state");
    return this.#views();
  }

  #views(): OptimizerState {
    const views = super.stateViews();
    this.#take();
    return {
      ...views,
      counters: { ...views.counters, [`ownSteps${this.#suffix}`]: this.#ownSteps },
      nested: { ...views.nested, [`outer${this.#suffix}`]: this.#shared.stateViews() },
    };
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

  /** Binds the same rules with the same options to other parameters, from the first step. */
  bindTo<Q extends AnyParameterSource>(net: Q): OuterOptimizer<Q> {
    return new OuterOptimizer(this.inner.bindTo(net) as AnyOptimizer<Q>, this.#options);
  }

  /** Gives back the memory of the shared weights, and that of the optimizer within; the parameters stay. */
  override dispose(): void {
    this.#shared.dispose();
    super.dispose();
  }

  *#step(
    gradients: StepGradients<P> | undefined,
    inputs: StepInputs | undefined,
  ): Exchange<StepReport> {
    if (this.#facts === undefined) {
      yield* this.#begin();
    }
    this.#take();
    const step = () => this.inner.step(gradients as never, inputs);
    if (this.#ownSteps + 1 < this.#options.every) {
      const report = step();
      this.#ownSteps += 1;
      return report;
    }
    return yield* this.#together(step, gradients === undefined);
  }

  *#flush(): Exchange<StepReport> {
    if (this.#ownSteps === 0) {
      return super.flush();
    }
    if (this.#facts === undefined) {
      yield* this.#begin();
    }
    return yield* this.#together(() => super.flush(), false);
  }

  /** Compares ranks, and has those without weights of their own take those of the first. */
  *#begin(): Exchange<void> {
    const views = this.#views();
    const { [`outer${this.#suffix}`]: shared, ...nested } = views.nested;
    const facts: Facts = [
      ["`every`", `${this.#options.every}`],
      ...parameterFacts(this.parameters as Readonly<Record<string, AnyParameter>>),
      ...ruleFacts({ ...views, nested }, "the "),
      ...ruleFacts(shared!, "the outer "),
    ];
    yield* this.#outerStep({ facts, sum: sumOf(facts) }, true);
  }

  /** Where no own step was made since the last outer one, the weights of this rank are those that all share. */
  #take(): void {
    if (this.#ownSteps === 0) {
      this.#shared.take();
    }
  }

  /** A step of this rank and an outer one, or none of them. */
  *#together(step: () => StepReport, isOwn: boolean): Exchange<StepReport> {
    const undo = this.#undoing(isOwn);
    try {
      const report = step();
      yield* this.#outerStep(this.#facts!, false);
      return report;
    } catch (error) {
      undo();
      throw error;
    }
  }

  *#outerStep(facts: { facts: Facts; sum: number }, begins: boolean): Exchange<void> {
    const { communicator } = this.#options;
    const shared = this.#shared;
    const answer = { ...facts, isDue: !begins, begins };
    const { contributing, contributes, isLate } = yield* callRoll(communicator, shared, answer);
    if (contributing > 0) {
      yield* shared.average(communicator, contributes, contributing);
      shared.step();
    }
    // A run that was stopped between two outer steps goes on there.
    if (contributing > 0 || isLate || this.#ownSteps === 0) {
      shared.give();
      this.#ownSteps = 0;
    }
    this.#facts = facts;
  }

  /**
   * Keeps what a step changes; what it returns puts that back.
   * @param isOwn whether it steps by `gradients`, which it may set to zero
   */
  #undoing(isOwn: boolean): () => void {
    const { inner } = this;
    const state = inner.state();
    const all = Object.values(this.parameters as Readonly<Record<string, AnyParameter>>);
    const gradients = isOwn && inner.zeroesGradients ? Object.values(inner.gradients) : [];
    const arrays: StoredElements[] = [...all.map(({ data }) => data), ...gradients];
    const copies = arrays.map((array) => [array, array.slice()] as const);
    return () => {
      inner.restore(state);
      for (const [array, copy] of copies) {
        array.set(copy);
      }
    };
  }

  #now<T>(method: "begin" | "step" | "flush", turns: Exchange<T>): T {
    this.#assertFree(method);
    const { synchronous, transport } = this.#options.communicator;
    if (!synchronous) {
      throw new BindingError(
        `outer: ranks wait for one another by promises on this transport (${transport}): await ${method}Async(), not ${method}()`,
      );
    }
    return now(turns);
  }

  async #later<T>(turns: Exchange<T>): Promise<T> {
    this.#assertFree("step");
    this.#isWaiting = true;
    try {
      return await later(turns);
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
