/** An optimizer on a GPU: a rule bound to buffers. It has more than 300 lines with what the reference shows of each method. */
import type { Begun } from "../runtime/binding/ages.ts";
import type { Plan, PlannedTensor } from "../runtime/binding/plans.ts";
import { DisposedError, EvaluationError } from "../runtime/errors.ts";
import type { Exchangeable, NextPlan } from "../runtime/exchange.ts";
import type { RestoreOptions, RestoreReport, SavedState } from "../runtime/state/restore.ts";
import { mapped, type OptimizerState } from "../runtime/state/state.ts";
import { withCleanup } from "../runtime/withCleanup.ts";
import { answer, fetch } from "./device/answering.ts";
import { buffersUsed } from "./device/callers.ts";
import { Faults, type Kind } from "./device/faults.ts";
import type { Span, Words } from "./device/transfer.ts";
import { requireUsages } from "./device/usage.ts";
import type { GpuParameterSource, GradientOf, ReadParameter } from "./parameters.ts";
import { type Inquiry, inquire, type Rates } from "./report.ts";
import type {
  GpuBound,
  GpuGiven,
  GpuGradients,
  GpuOptimizerSource,
  GpuReport,
  GpuStepInputs,
} from "./settings.ts";
import { assertFits, heldBy, parametersOf, stateOf, writeParameters } from "./state/arrays.ts";
import { exchanged, giveBack } from "./state/exchanging.ts";
import { takeState } from "./state/resuming.ts";
import { GpuSnapshot, type WrittenSnapshot } from "./state/snapshot.ts";
import { asParameters, zero } from "./step/gradients.ts";
import { checkCallback, checkEncoder, checkedSnapshot, checkStep } from "./step/inputs.ts";
import { makeStep } from "./step/stepping.ts";

type Parts = readonly [source: GpuOptimizerSource, bound: GpuBound];

/**
 * A rule bound to parameters on a GPU. Steps do not read back from the device, and do not wait for it.
 *
 * @example
 * const device = await requestDevice();
 * const net = parameters(device, { b: [3] });
 * const optimizer = await optimize(device, net, sgd({ lr: 0.5 }));
 * const { buffer, offset } = optimizer.gradients.b;
 * device.queue.writeBuffer(buffer, offset, new Float32Array([1, 2, 3]));
 * optimizer.step();
 * const { b } = (await optimizer.read()).parameters;
 * b.data; // [-0.5, -1, -1.5]
 */
export class GpuOptimizer<P extends GpuParameterSource = GpuParameterSource>
  implements Disposable, Exchangeable
{
  /**
   * Binds the same rule with the same options to other parameters, from the first step.
   * @param gradients if gradients are the caller's, those of parameters that this optimizer does not have
   */
  readonly bindTo: <Q extends GpuParameterSource>(
    net: Q,
    gradients?: GpuGradients,
  ) => Promise<GpuOptimizer<Q>>;
  #source: GpuOptimizerSource;
  #gradients: ReturnType<typeof asParameters>;
  #bound: GpuBound;
  /** Gives the learning rates of the last step. */
  #rates: () => Rates;
  readonly #faults: Faults;
  /** The inputs of the last steps, to name their buffers in errors. */
  readonly #given: { [K in Kind]?: GpuGiven } = {};
  #disposed = false;
  #isEvaluating = false;

  /** @internal `optimize` calls it. */
  constructor(source: GpuOptimizerSource) {
    [this.#source, this.#bound] = [source, source.bound];
    this.#gradients = asParameters(source.gradients);
    this.#faults = new Faults(source.device, (steps) =>
      buffersUsed(this.#source, steps && this.#given[steps]),
    );
    this.#faults.hear(source.refusal, (why) => `optimize: ${why}`);
    this.#rates = this.#bound.rates();
    this.bindTo = source.bindTo as GpuOptimizer<P>["bindTo"];
  }

  /** The parameters that it updates. */
  get parameters(): P {
    return this.#source.parameters as P;
  }

  /** The buffers to write gradients to before a step. */
  get gradients(): { readonly [K in keyof P]: GradientOf<P[K]> } {
    return this.#gradients as never;
  }

  /**
   * Updates all parameters once: submits the step, or records it.
   *
   * The device checks whether gradients are finite. With `nonFinite: "throw"`, a step with one that is not, and all steps after
   * it, change nothing until `report()` has thrown the error; with `"skip"`, only such steps change nothing. If the device
   * refuses a step, for example because a buffer was destroyed, that step changes nothing either, and `report()` and `read()`
   * say so.
   * @param gradients gradients in other buffers, which are copied first; by default those in `gradients`
   * @param inputs other inputs: the `loss`, if the rule reads it; an `encoder` to record the step into; the `rows` that it is for
   * @throws {GradientError} where the rule reads the loss and none is given, or a gradient does not fit
   * @throws {HyperparameterError} where a schedule does not give a number, or gives one out of the hyperparameter's range
   * @throws {DeviceError} where the device is lost, or has refused an earlier call, or 256 steps are already recorded into the
   *   encoder
   * @throws {EvaluationError} within `evaluate()`
   * @throws {DisposedError} after `dispose()`
   */
  step(gradients?: GpuGradients<P>, inputs: GpuStepInputs = {}): void {
    this.assertReady("step");
    checkStep(gradients, inputs, Object.keys(this.gradients));
    const given: GpuGiven = { ...inputs, gradients };
    if (given.encoder === undefined) {
      // The device counts the updates that it makes. Listening for errors of each step would be slow.
      this.#make(given);
    } else {
      this.#faults.during(
        () => this.#make(given),
        (why) => `step: it could not be recorded, and is not made: ${why}`,
        "recorded",
      );
    }
  }

  /**
   * Sets `optimizer.gradients` to zero, after all that was submitted so far.
   * @param encoder records it there, among the caller's own commands; by default it is submitted at once
   * @throws {BindingError} where a caller's buffer cannot be cleared
   */
  zeroGradients(encoder?: GPUCommandEncoder): void {
    this.assertReady();
    checkEncoder("zeroGradients", encoder);
    zero(this.#source, this.#faults, encoder);
  }

  /**
   * Asks the device for its progress, including all that was submitted before this call.
   * @throws {GradientError} with `nonFinite: "throw"`, where a gradient was not finite: parameters and state are as they
   *   were before that step, and the next step continues from there
   * @throws {DeviceError} where the device is lost, or has refused steps. A refused step has changed nothing, and steps may
   *   continue; if a buffer was destroyed, with other buffers
   */
  async report(): Promise<GpuReport> {
    this.assertReady();
    const inquiry = inquire(this.#bound);
    await this.#fetch("report", [], inquiry.words);
    return this.#answer("report", inquiry);
  }

  /**
   * Runs a callback while parameters hold the weights to evaluate, as on the CPU: the averages that `ema`,
   * `swa` or a Schedule-Free optimizer keeps, after all steps submitted so far. Whatever the callback submits sees them.
   * When it returns, or its promise is settled, the parameters have their own values again, bit for bit. Nothing waits for the
   * device.
   * @param callback submits the work that needs the weights to evaluate, before it returns or its promise is settled
   * @returns what the callback returns
   * @throws {EvaluationError} inside another such callback
   * @throws {BindingError} where a parameter's buffer cannot be copied
   */
  evaluate<T>(callback: () => T): T {
    this.assertReady("evaluate");
    checkCallback(callback);
    const { evaluation } = this.#bound;
    this.#isEvaluating = true;
    const evaluate = () => (evaluation ? evaluation.during(callback, this.#faults) : callback());
    return withCleanup(evaluate, () => void (this.#isEvaluating = false));
  }

  /** Copies of the weights to evaluate, by name: what to save at the end of training. */
  async readEvaluationWeights(): Promise<{
    readonly [K in keyof P]: ReadParameter<P[K]>["data"];
  }> {
    this.assertReady();
    requireUsages("readEvaluationWeights", this.#source.tensors, "COPY_SRC");
    const { parameters, spans } = parametersOf(this.#source.tensors);
    // They are copied on the device at once, so the parameters need not wait for the transfer.
    const [reading] = this.evaluate(() => [this.#fetch("readEvaluationWeights", spans)]);
    await reading;
    return mapped(parameters, ({ data }) => data) as never;
  }

  /**
   * Reads parameters and state after all steps submitted so far into arrays. All are of the same moment, whatever is submitted
   * while they are transferred. Until then they take their memory twice.
   * @throws {BindingError} where a parameter's buffer cannot be copied
   * @throws {DeviceError} where a buffer was destroyed, or as `report()`; after an error about steps, a new call reads what is there
   */
  async read(): Promise<GpuSnapshot<P>> {
    this.assertReady("read");
    const [{ tensors, seed }, { initialStates, begun }] = [this.#source, this.#bound];
    requireUsages("read", this.#source.tensors, "COPY_SRC");
    this.#faults.during(
      () => initialStates.now(),
      (why) => `read: ${why}`,
    );
    const inquiry = inquire(this.#bound);
    const { parameters, spans } = parametersOf(tensors);
    const { arrays, ...state } = stateOf(heldBy(this.#source, this.#bound));
    const snapshot = new GpuSnapshot<P>({ parameters, seed, begun, arrays, of: this });
    await this.#fetch("read", [...spans, ...state.spans], [...inquiry.words, ...state.words]);
    state.finish();
    return snapshot.behind(await this.#answer("read", inquiry));
  }

  /**
   * Writes the parameters and the state of a snapshot to the device, after all steps submitted so far. Submit recorded steps
   * before: if the ages of parts change, their buffers are gone.
   * @throws {RestoreError} where the snapshot has other parameters, or is of another rule
   * @throws {BindingError} where a parameter's buffer cannot be written
   * @throws {DeviceError} where the device is lost. If it refuses the write, the next call throws; a part may then have been written
   */
  write(snapshot: WrittenSnapshot): void {
    this.assertReady("write");
    requireUsages("write", this.#source.tensors, "COPY_DST");
    assertFits(heldBy(this.#source, this.#bound), checkedSnapshot(snapshot));
    this.change("write", (source, bound) => {
      writeParameters(source.device, source.tensors, snapshot.parameters);
      return [source, takeState(source, bound, snapshot)];
    });
  }

  /** All that is kept between steps, in the same form as on the CPU. */
  async readState(): Promise<OptimizerState> {
    return (await this.read()).state();
  }

  /**
   * Continues from a saved state, of this device or of the CPU. The values of parameters are not part of it. Submit recorded
   * steps before, as for `write`.
   * @see Stateful.restore
   */
  async writeState(state: SavedState, options?: RestoreOptions): Promise<RestoreReport> {
    const snapshot = await this.read();
    this.assertReady("writeState");
    const report = snapshot.restore(state, options);
    this.change("writeState", (source, bound) => [source, takeState(source, bound, snapshot)]);
    await this.#faults.settle();
    return report;
  }

  /** @internal The updates asked for (fewer are made if gradients are not finite), and a function that gives the last learning rates. */
  get asked(): { readonly updates: number; readonly rates: () => Rates } {
    return { updates: this.#bound.ring.updates, rates: this.#rates };
  }

  /** @internal After which updates the parts of its rule began. */
  get begun(): Begun {
    return this.#bound.begun;
  }

  /** The rules of the parameters, with their hyperparameters. */
  get plans(): readonly Plan<PlannedTensor>[] {
    return this.#bound.laidOut.map(({ plan }) => plan);
  }

  /** Called by `setHyper` when new programs are needed. Submit recorded steps before: their buffers would be gone. */
  exchangePlans(next: readonly NextPlan<never>[]): void {
    this.change("setHyper", (source, bound) => [source, exchanged(source, bound, next)]);
  }

  /** @internal Continues with other parts, which `to` makes from the present ones. */
  change(method: string, to: (...parts: Parts) => Parts): void {
    this.assertReady(method);
    this.#faults.writing(method, () => this.become(to));
  }

  /** @internal The same, for callers that handle the device's errors themselves. */
  become(to: (...parts: Parts) => Parts): void {
    [this.#source, this.#bound] = to(this.#source, this.#bound);
    this.#gradients = asParameters(this.#source.gradients);
  }

  /** Frees the buffers of gradients and state; the parameters stay. */
  dispose(): void {
    this.#disposed = true;
    giveBack({ source: this.#source, bound: this.#bound });
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #make(given: GpuGiven): void {
    makeStep(this.#source, this.#bound, given);
    this.#given[given.encoder ? "recorded" : "submitted"] = given;
    this.#rates = this.#bound.rates();
  }

  #fetch(method: string, spans: readonly Span[], words?: readonly Words[]) {
    return fetch(method, this.#source.device, this.#faults, spans, words);
  }

  async #answer(method: string, inquiry: Inquiry): Promise<GpuReport> {
    const [source, bound, faults] = [this.#source, this.#bound, this.#faults];
    return { ...(await answer({ method, source, bound, faults }, inquiry)), ...this.#rates() };
  }

  /** @internal @param method the name of a method that must not take the weights to evaluate for the parameters */
  assertReady(method?: string): void {
    if (this.#disposed) {
      throw new DisposedError("this optimizer was disposed; make a new one with optimize()");
    }
    this.#faults.assertNone();
    if (method !== undefined && this.#isEvaluating) {
      throw new EvaluationError(
        `${method}: wait until evaluate() has ended: the parameters hold the weights to evaluate`,
      );
    }
  }
}
