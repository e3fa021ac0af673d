/** An optimizer on a GPU: a rule bound to buffers. */
import { status } from "../compilers/wgsl/layout.ts";
import { DisposedError, EvaluationError, GradientError, RestoreError } from "../runtime/errors.ts";
import type { RestoreOptions, RestoreReport, SavedState } from "../runtime/restore.ts";
import { mapped, type OptimizerState } from "../runtime/state.ts";
import { missingIn, parametersOf, stateOf, writeState } from "./arrays.ts";
import { record } from "./commands.ts";
import { DeviceError } from "./errors.ts";
import { GivenCopies } from "./gradients.ts";
import { checkStep, takeLoss } from "./inputs.ts";
import { type GpuParameter, type GpuParameterSource, wordBytes } from "./parameters.ts";
import { type Inquiry, inquire } from "./report.ts";
import { goOn, isOfAges, release } from "./resuming.ts";
import type { RowSteps } from "./selecting.ts";
import type { GpuBound, GpuOptimizerSource, GpuReport, GpuStepOptions } from "./settings.ts";
import { GpuSnapshot } from "./snapshot.ts";
import { read, readWords, write } from "./transfer.ts";
import { requireUsage, type Usage } from "./usage.ts";

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
  #lost: string | undefined;
  #disposed = false;

  /** @internal Made by `optimize`. */
  constructor(source: GpuOptimizerSource) {
    this.#source = source;
    const { device, tensors, gradients } = source;
    this.#bound = source.bound;
    this.#copies = new GivenCopies(device, tensors, gradients);
    this.#rate = this.#bound.rate();
    this.parameters = source.parameters as P;
    const entries = source.tensors.map((tensor) => {
      const { buffer, offset, storage } = source.gradients.get(tensor)!;
      return [tensor.name, { buffer, offset, shape: tensor.shape, type: storage }];
    });
    this.gradients = Object.freeze(Object.fromEntries(entries));
    source.device.lost.then(({ reason, message }) => {
      this.#lost = `${reason}: ${message}`;
    });
  }

  /**
   * Updates all parameters once: submits the step, or records it.
   *
   * Gradients that are not finite are noticed on the device. With `nonFinite: "throw"` that step and
   * those after it change nothing, until `report()` has said so; with `"skip"` such steps alone.
   *
   * @throws {GradientError} where the rule reads the loss and none is given, or a gradient does not fit
   * @throws {HyperparameterError} where a schedule gives no number, or one out of the hyperparameter's range
   * @throws {DeviceError} where the device is lost, or 256 steps are recorded into the encoder already
   * @throws {EvaluationError} within `evaluate()`
   * @throws {DisposedError} after `dispose()`
   */
  step(options: GpuStepOptions<P> = {}): void {
    this.#assertAlive();
    this.#assertTraining("step");
    const { device, nonFinite } = this.#source;
    const { ring, losses, plans, beginnings } = this.#bound;
    checkStep(options);
    const { gradients, encoder, rows } = options;
    const commands = rows === undefined ? this.#bound.commands : this.#rows().commands(rows);
    const copies = gradients === undefined ? [] : this.#copies.check(gradients);
    const loss = takeLoss(plans, nonFinite, options.loss);
    ring.advance(encoder);
    this.#rate = this.#bound.rate();
    if (loss !== undefined) {
      losses.give(loss.value, loss.refused, encoder);
    }
    const target = encoder ?? device.createCommandEncoder();
    this.#copies.record(target, copies);
    const pass = target.beginComputePass();
    record(pass, [...beginnings.before(encoder !== undefined), ...commands]);
    pass.end();
    if (encoder === undefined) {
      device.queue.submit([target.finish()]);
    }
  }

  /**
   * Sets `optimizer.gradients` to zero, behind all that was submitted so far.
   * @param encoder records it there, among the caller's own commands; by default it is submitted at once
   * @throws {BindingError} where a buffer of the caller's cannot be cleared
   */
  zeroGradients(encoder?: GPUCommandEncoder): void {
    this.#assertAlive();
    const { device, gradients } = this.#source;
    for (const [{ name }, { buffer }] of gradients) {
      requireUsage(`zeroGradients: the gradient of \`${name}\``, buffer, "COPY_DST");
    }
    const target = encoder ?? device.createCommandEncoder();
    for (const [{ length }, { buffer, offset, storage }] of gradients) {
      target.clearBuffer(buffer, offset, wordBytes(length, storage));
    }
    if (encoder === undefined) {
      device.queue.submit([target.finish()]);
    }
  }

  /**
   * Asks the device how far it is: what was submitted before counts.
   *
   * @throws {GradientError} with `nonFinite: "throw"`, where a gradient was not finite: parameters and state are as they
   *   were before that step, and the next one is made again
   */
  async report(): Promise<GpuReport> {
    this.#assertAlive();
    const inquiry = inquire(this.#bound);
    await readWords(this.#source.device, inquiry.words);
    return this.#take(inquiry);
  }

  /**
   * Runs a callback with the weights to evaluate in the parameters' place, as on the CPU: the averages that `ema`,
   * `swa` or a Schedule-Free optimizer keeps, behind all steps submitted so far. What the callback submits sees them;
   * when it returns, or a promise of it is settled, the parameters are back, bit for bit. Nothing is waited for.
   *
   * @returns what the callback returns
   * @throws {EvaluationError} inside another such callback
   * @throws {BindingError} where a parameter's buffer cannot be copied
   */
  evaluate<T>(callback: () => T): T {
    this.#assertAlive();
    this.#assertTraining("evaluate");
    const { evaluation } = this.#bound;
    return evaluation === undefined ? callback() : evaluation.during(callback);
  }

  /** Copies of the weights to evaluate, by name: what to save at the end of a training. */
  evaluation(): Promise<{ readonly [K in keyof P]: Float32Array }> {
    const { device, tensors } = this.#source;
    const { parameters, spans } = parametersOf(tensors);
    // They are copied at once: the parameters need not wait until the copies are here.
    const [reading] = this.evaluate(() => [read(device, spans)]);
    return reading!.then(() => mapped(parameters, ({ data }) => data)) as Promise<never>;
  }

  /**
   * Parameters and state as they are behind all steps submitted so far, in arrays: of one moment, whatever is submitted
   * until they are here. They take as much memory again meanwhile.
   */
  async read(): Promise<GpuSnapshot> {
    this.#assertAlive();
    this.#assertTraining("read");
    const { device, tensors, seed } = this.#source;
    const { plans, beginnings, begun } = this.#bound;
    this.#assertCopied("read", "COPY_SRC");
    beginnings.now();
    const inquiry = inquire(this.#bound);
    const { parameters, spans } = parametersOf(tensors);
    const state = stateOf(this.#kept());
    await read(device, [...spans, ...state.spans], [...inquiry.words, ...state.words]);
    const { step: steps, skippedSteps } = this.#take(inquiry);
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
   */
  write(snapshot: GpuSnapshot): void {
    this.#assertAlive();
    this.#assertTraining("write");
    this.#assertCopied("write", "COPY_DST");
    const { device, tensors } = this.#source;
    const { parameters } = snapshot;
    const missing = missingIn(this.#kept(), parameters, snapshot.stateViews().parameters);
    if (missing.length > 0) {
      throw new RestoreError(missing);
    }
    for (const { name, parameter } of tensors) {
      write(device, { ...parameter, array: parameters[name]!.data });
    }
    this.#takeState(snapshot);
  }

  /** All that is kept between steps: the same form as on the CPU. */
  async state(): Promise<OptimizerState> {
    return (await this.read()).state();
  }

  /**
   * Goes on where a saved state was, of this device or of the CPU. Values of parameters are no part of it. Steps that are
   * recorded are to be submitted before, as with `write`.
   * @see Resumable.restore
   */
  async restore(state: SavedState, options?: RestoreOptions): Promise<RestoreReport> {
    const snapshot = await this.read();
    this.#assertAlive();
    this.#assertTraining("restore");
    const report = snapshot.restore(state, options);
    this.#takeState(snapshot);
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

  #take({ moment, counts, gradientNorm }: Inquiry): GpuReport {
    const { ring, beginnings } = this.#bound;
    const { step, skippedSteps } = ring.confirm(
      moment,
      counts[status.updates]!,
      counts[status.skipped]!,
    );
    if (ring.isNow(moment)) {
      beginnings.heard(step);
    }
    if (this.#source.nonFinite === "throw" && counts[status.stopped] !== 0) {
      // Whoever asked first was told, and steps may have been made since.
      if (ring.isNow(moment)) {
        goOn(this.#source.device, this.#bound, step, 0);
      }
      throw new GradientError(
        `step ${step + 1}: a gradient is not finite; nothing was updated, then or in the ${skippedSteps - 1} steps after it. Set nonFinite to "skip" to leave out such steps, or to "allow" to let them through.`,
      );
    }
    return { step, skippedSteps, lr: this.#rate, gradientNorm: gradientNorm() };
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

  #rows(): RowSteps {
    const { rows } = this.#bound;
    if (rows === undefined) {
      throw new GradientError("step: to choose rows, bind with optimize(..., { rows: true })");
    }
    return rows;
  }

  #assertTraining(method: string): void {
    if (this.#bound.evaluation?.entered) {
      throw new EvaluationError(
        `${method}: the weights to evaluate stand in the parameters' place until evaluate() is done`,
      );
    }
  }

  #assertCopied(method: string, usage: Usage): void {
    for (const { name, parameter } of this.#source.tensors) {
      requireUsage(`${method}: parameter \`${name}\``, parameter.buffer, usage);
    }
  }

  #assertAlive(): void {
    if (this.#disposed) {
      throw new DisposedError("this optimizer was disposed; make a new one with optimize()");
    }
    if (this.#lost !== undefined) {
      throw new DeviceError(
        `the device is lost (${this.#lost}): request another, and go on from the last checkpoint`,
      );
    }
  }
}
