/** An optimizer on a GPU: a rule bound to buffers. */
import { DisposedError, EvaluationError, RestoreError } from "../runtime/errors.ts";
import type { RestoreOptions, RestoreReport, SavedState } from "../runtime/state/restore.ts";
import { mapped, type OptimizerState } from "../runtime/state/state.ts";
import { withCleanup } from "../runtime/withCleanup.ts";
import { answer } from "./device/answering.ts";
import { buffersGiven, buffersOf } from "./device/callers.ts";
import { Faults, type Kind } from "./device/faults.ts";
import { read as readSpans, type Span, type Words, write } from "./device/transfer.ts";
import { requireUsages } from "./device/usage.ts";
import type { GpuParameter, GpuParameterSource } from "./parameters.ts";
import { type Inquiry, inquire } from "./report.ts";
import type {
  GpuBound,
  GpuGiven,
  GpuGradients,
  GpuOptimizerSource,
  GpuReport,
  GpuStepInputs,
} from "./settings.ts";
import { missingIn, parametersOf, stateOf, writeState } from "./state/arrays.ts";
import { goOn, isOfAges, release } from "./state/resuming.ts";
import { GpuSnapshot } from "./state/snapshot.ts";
import { clearGradients, GivenCopies } from "./step/gradients.ts";
import { checkCallback, checkEncoder, checkedSnapshot, checkStep } from "./step/inputs.ts";
import { makeStep } from "./step/stepping.ts";

/** A rule bound to parameters on a GPU. Steps read nothing back and wait for nothing. */
export class GpuOptimizer<P extends GpuParameterSource = GpuParameterSource> implements Disposable {
  /** The parameters that it updates. */
  readonly parameters: P;
  /** Where gradients are to be written before a step, as buffers. */
  readonly gradients: { readonly [K in keyof P]: Required<GpuParameter> };
  readonly #source: GpuOptimizerSource;
  #bound: GpuBound;
  readonly #copies: GivenCopies;
  /** The learning rate of the last step. */
  #rate: number | undefined;
  readonly #faults: Faults;
  /** What the last steps were given. */
  readonly #given: { [K in Kind]?: GpuGiven } = {};
  #disposed = false;
  #isEvaluating = false;

  /** @internal Made by `optimize`. */
  constructor(source: GpuOptimizerSource) {
    this.#source = source;
    const { device, tensors, gradients } = source;
    this.#bound = source.bound;
    this.#copies = new GivenCopies(device, tensors, gradients);
    this.#faults = new Faults(device, (steps) => [
      ...buffersOf(tensors, gradients),
      ...buffersGiven((steps && this.#given[steps]) ?? {}),
    ]);
    this.#rate = this.#bound.rate();
    this.parameters = source.parameters as P;
    const entries = source.tensors.map((tensor) => {
      const { buffer, offset, storage } = source.gradients.get(tensor)!;
      return [tensor.name, { buffer, offset, shape: tensor.shape, type: storage }];
    });
    this.gradients = Object.freeze(Object.fromEntries(entries));
  }

  /**
   * Updates all parameters once: submits the step, or records it.
   *
   * Gradients that are not finite are noticed on the device. With `nonFinite: "throw"` that step and
   * those after it change nothing, until `report()` has said so; with `"skip"` such steps alone. A step that the device
   * refuses, such as for a buffer that was destroyed, changes nothing either: `report()` and `read()` say so.
   * @param gradients that lie elsewhere: they are copied first; by default those in `gradients`
   * @param inputs what else the rule reads, `loss`; the `encoder` that the step is recorded into; the `rows` that it is for
   * @throws {GradientError} where the rule reads the loss and none is given, or a gradient does not fit
   * @throws {HyperparameterError} where a schedule gives no number, or one out of the hyperparameter's range
   * @throws {DeviceError} where the device is lost, has refused what was called before, or 256 steps are recorded into the
   *   encoder already
   * @throws {EvaluationError} within `evaluate()`
   * @throws {DisposedError} after `dispose()`
   */
  step(gradients?: GpuGradients<P>, inputs: GpuStepInputs = {}): void {
    this.#assertReady("step");
    checkStep(gradients, inputs, Object.keys(this.gradients));
    const given: GpuGiven = { ...inputs, gradients };
    if (given.encoder === undefined) {
      // The device counts those that it makes: to listen to each would be dear.
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
   * Sets `optimizer.gradients` to zero, behind all that was submitted so far.
   * @param encoder records it there, among the caller's own commands; by default it is submitted at once
   * @throws {BindingError} where a buffer of the caller's cannot be cleared
   */
  zeroGradients(encoder?: GPUCommandEncoder): void {
    this.#assertReady();
    checkEncoder("zeroGradients", encoder);
    const { device, gradients } = this.#source;
    if (encoder !== undefined) {
      this.#faults.during(
        () => clearGradients(encoder, gradients),
        (why) => `zeroGradients: it could not be recorded, and is not done: ${why}`,
      );
      return;
    }
    const own = device.createCommandEncoder();
    clearGradients(own, gradients);
    device.queue.submit([own.finish()]);
  }

  /**
   * Asks the device how far it is: what was submitted before counts.
   * @throws {GradientError} with `nonFinite: "throw"`, where a gradient was not finite: parameters and state are as they
   *   were before that step, and the next one is made again
   * @throws {DeviceError} where the device is lost, or has refused steps: each of those has changed nothing, and steps may
   *   go on, with other buffers where one was destroyed
   */
  async report(): Promise<GpuReport> {
    this.#assertReady();
    const inquiry = inquire(this.#bound);
    await this.#fetch("report", [], inquiry.words);
    return this.#answer("report", inquiry);
  }

  /**
   * Runs a callback with the weights to evaluate in the parameters' place, as on the CPU: the averages that `ema`,
   * `swa` or a Schedule-Free optimizer keeps, behind all steps submitted so far. What the callback submits sees them;
   * when it returns, or a promise of it is settled, the parameters are back, bit for bit. Nothing is waited for.
   * @returns what the callback returns
   * @throws {EvaluationError} inside another such callback
   * @throws {BindingError} where a parameter's buffer cannot be copied
   */
  evaluate<T>(callback: () => T): T {
    this.#assertReady("evaluate");
    checkCallback(callback);
    const { evaluation } = this.#bound;
    this.#isEvaluating = true;
    const evaluate = () => (evaluation ? evaluation.during(callback, this.#faults) : callback());
    return withCleanup(evaluate, () => void (this.#isEvaluating = false));
  }

  /** Copies of the weights to evaluate, by name: what to save at the end of a training. */
  async readEvaluationWeights(): Promise<{ readonly [K in keyof P]: Float32Array }> {
    this.#assertReady();
    requireUsages("readEvaluationWeights", this.#source.tensors, "COPY_SRC");
    const { parameters, spans } = parametersOf(this.#source.tensors);
    // They are copied at once: the parameters need not wait until the copies are here.
    const [reading] = this.evaluate(() => [this.#fetch("readEvaluationWeights", spans)]);
    await reading;
    return mapped(parameters, ({ data }) => data) as never;
  }

  /**
   * Parameters and state as they are behind all steps submitted so far, in arrays: of one moment, whatever is submitted
   * until they are here. They take as much memory again meanwhile.
   * @throws {BindingError} where a parameter's buffer cannot be copied
   * @throws {DeviceError} where it was destroyed, or as `report()`; once that was said of steps, they are read as they are
   */
  async read(): Promise<GpuSnapshot> {
    this.#assertReady("read");
    const { tensors, seed } = this.#source;
    const { plans, initialStates, begun } = this.#bound;
    requireUsages("read", this.#source.tensors, "COPY_SRC");
    this.#faults.during(
      () => initialStates.now(),
      (why) => `read: ${why}`,
    );
    const inquiry = inquire(this.#bound);
    const { parameters, spans } = parametersOf(tensors);
    const state = stateOf(this.#kept());
    await this.#fetch("read", [...spans, ...state.spans], [...inquiry.words, ...state.words]);
    const { step: steps, skippedSteps } = await this.#answer("read", inquiry);
    return new GpuSnapshot({
      ...{ parameters, seed, steps, skippedSteps, begun },
      arrays: state.finish(),
      plans: plans.map(({ plan }) => plan),
    });
  }

  /**
   * Takes parameters and state of a snapshot to the device, behind all steps submitted so far. Submit those that are
   * recorded before: where parts are of other ages then, they would be of buffers that are gone.
   * @throws {RestoreError} where it is of other parameters, or another rule
   * @throws {BindingError} where a parameter's buffer cannot be written
   * @throws {DeviceError} where the device is lost. What it refuses the next call says: then a part may have been written
   */
  write(snapshot: GpuSnapshot): void {
    this.#assertReady("write");
    requireUsages("write", this.#source.tensors, "COPY_DST");
    const { device, tensors } = this.#source;
    const { parameters } = checkedSnapshot(snapshot);
    const missing = missingIn(this.#kept(), parameters, snapshot.stateViews());
    if (missing.length > 0) {
      throw new RestoreError(missing);
    }
    this.#writing("write", () => {
      for (const { name, parameter } of tensors) {
        write(device, { ...parameter, array: parameters[name]!.data });
      }
      this.#takeState(snapshot);
    });
  }

  /** All that is kept between steps: the same form as on the CPU. */
  async readState(): Promise<OptimizerState> {
    return (await this.read()).state();
  }

  /**
   * Goes on where a saved state was, of this device or of the CPU. Values of parameters are no part of it. Steps that are
   * recorded are to be submitted before, as with `write`.
   * @see Stateful.restore
   */
  async writeState(state: SavedState, options?: RestoreOptions): Promise<RestoreReport> {
    const snapshot = await this.read();
    this.#assertReady("writeState");
    const report = snapshot.restore(state, options);
    this.#writing("writeState", () => this.#takeState(snapshot));
    await this.#faults.settle();
    return report;
  }

  /** Gives back the buffers of gradients and state; the parameters stay. */
  dispose(): void {
    this.#disposed = true;
    this.#copies.dispose();
    release(this.#bound);
    for (const buffer of this.#source.owned) {
      buffer.destroy();
    }
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #make(given: GpuGiven): void {
    makeStep(this.#source, this.#bound, this.#copies, given);
    this.#given[given.encoder ? "recorded" : "submitted"] = given;
    this.#rate = this.#bound.rate();
  }

  /** Reads as things are behind what is submitted so far. */
  async #fetch(method: string, spans: readonly Span[], words?: readonly Words[]): Promise<void> {
    const [read] = await Promise.allSettled([readSpans(this.#source.device, spans, words)]);
    await this.#faults.settle();
    if (read.status === "rejected") {
      throw await this.#faults.named(method, read.reason);
    }
  }

  async #answer(method: string, inquiry: Inquiry): Promise<GpuReport> {
    const [source, bound, faults] = [this.#source, this.#bound, this.#faults];
    return { ...(await answer({ method, source, bound, faults }, inquiry)), lr: this.#rate };
  }

  #writing(method: string, call: () => void): void {
    this.#faults.during(
      call,
      (why) =>
        `${method}: ${why}. A part may have been written: bind again, and go on from a checkpoint`,
    );
  }

  /** What state is read from and written to. */
  #kept() {
    const { device, tensors } = this.#source;
    const { plans, values } = this.#bound;
    return { device, tensors, plans, values };
  }

  #takeState(snapshot: GpuSnapshot): void {
    const { begun, parameters } = snapshot.stateViews();
    if (!isOfAges(this.#bound, begun)) {
      const bound = this.#source.bind(begun);
      release(this.#bound);
      this.#bound = bound;
    }
    writeState(this.#kept(), parameters);
    goOn(this.#source.device, this.#bound, snapshot.steps, snapshot.skippedSteps);
  }

  /** @param method that would take the weights to evaluate for the parameters */
  #assertReady(method?: string): void {
    if (this.#disposed) {
      throw new DisposedError("this optimizer was disposed; make a new one with optimize()");
    }
    this.#faults.assertNone();
    if (method !== undefined && this.#isEvaluating) {
      throw new EvaluationError(
        `${method}: the weights to evaluate stand in the parameters' place until evaluate() is done`,
      );
    }
  }
}
