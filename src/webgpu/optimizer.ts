/** An optimizer on a GPU: a rule bound to buffers. */
import { status } from "../compilers/wgsl/layout.ts";
import { DisposedError, EvaluationError, GradientError } from "../runtime/errors.ts";
import type { RestoreOptions, RestoreReport, SavedState } from "../runtime/restore.ts";
import { mapped, type OptimizerState } from "../runtime/state.ts";
import { parametersOf, stateOf, writeState } from "./arrays.ts";
import { record } from "./commands.ts";
import { DeviceError } from "./errors.ts";
import { copiesOf } from "./gradients.ts";
import { type GpuParameter, type GpuParameterSource, wordBytes } from "./parameters.ts";
import { type Inquiry, inquire } from "./report.ts";
import type { Ring } from "./ring.ts";
import type { RowSteps } from "./selecting.ts";
import type { GpuOptimizerSource, GpuReport, GpuStepOptions } from "./settings.ts";
import { GpuSnapshot } from "./snapshot.ts";
import type { GpuTensor } from "./tensor.ts";
import { read, readWords, write } from "./transfer.ts";

/** A rule bound to parameters on a GPU. Steps read nothing back and wait for nothing. */
export class GpuOptimizer<P extends GpuParameterSource = GpuParameterSource> implements Disposable {
  /** The parameters that it updates. */
  readonly parameters: P;
  /** Where gradients are to be written before a step, as buffers. */
  readonly gradients: { readonly [K in keyof P]: Required<GpuParameter> };
  readonly #source: GpuOptimizerSource;
  readonly #ring: Ring;
  #lost: string | undefined;
  #disposed = false;

  /** @internal Made by `optimize`. */
  constructor(source: GpuOptimizerSource) {
    this.#source = source;
    this.#ring = source.ring;
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
  step({ gradients, encoder, loss, rows }: GpuStepOptions<P> = {}): void {
    this.#assertAlive();
    this.#assertTraining("step");
    const { device, tensors, zeroedBehind } = this.#source;
    const commands = rows === undefined ? this.#source.commands : this.#rows().commands(rows);
    const copies =
      gradients === undefined ? [] : copiesOf(device, tensors, gradients, this.#source.gradients);
    this.#ring.advance(this.#loss(loss), encoder);
    const target = encoder ?? device.createCommandEncoder();
    for (const { from, to, bytes } of copies) {
      target.copyBufferToBuffer(from.buffer, from.offset, to.buffer, to.offset, bytes);
    }
    const pass = target.beginComputePass();
    record(pass, commands);
    pass.end();
    for (const tensor of zeroedBehind) {
      this.#clear(target, tensor);
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
    const inquiry = inquire(this.#source);
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
    const { evaluation } = this.#source;
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
    const { device, tensors, plans, seed } = this.#source;
    const inquiry = inquire(this.#source);
    const { parameters, spans } = parametersOf(tensors);
    const state = stateOf(this.#source);
    await read(device, [...spans, ...state.spans], [...inquiry.words, ...state.words]);
    const { step: steps, skippedSteps } = this.#take(inquiry);
    return new GpuSnapshot({
      ...{ parameters, seed, steps, skippedSteps },
      arrays: state.finish(),
      plans: plans.map(({ plan }) => plan),
    });
  }

  /** Takes parameters and state of a snapshot to the device, behind all steps submitted so far. */
  write(snapshot: GpuSnapshot): void {
    this.#assertAlive();
    this.#assertTraining("write");
    const { device, tensors } = this.#source;
    for (const { name, parameter } of tensors) {
      write(device, { ...parameter, array: snapshot.parameters[name]!.data });
    }
    writeState(this.#source, snapshot.stateViews().parameters);
    this.#resume(snapshot.steps, snapshot.skippedSteps);
  }

  /** All that is kept between steps: the same form as on the CPU. */
  async state(): Promise<OptimizerState> {
    return (await this.read()).state();
  }

  /**
   * Goes on where a saved state was, of this device or of the CPU. Values of parameters are no part of it.
   * @see Resumable.restore
   */
  async restore(state: SavedState, options?: RestoreOptions): Promise<RestoreReport> {
    const snapshot = await this.read();
    const report = snapshot.restore(state, options);
    this.write(snapshot);
    return report;
  }

  /** Gives back the buffers of gradients and state; the parameters stay. */
  dispose(): void {
    this.#disposed = true;
    this.#source.evaluation?.dispose();
    for (const buffer of this.#source.owned) {
      buffer.destroy();
    }
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #take({ counts, gradientNorm }: Inquiry): GpuReport {
    const { plans, nonFinite, learningRate } = this.#source;
    const { step, skippedSteps } = this.#ring.confirm(
      counts[status.updates]!,
      counts[status.skipped]!,
    );
    if (nonFinite === "throw" && counts[status.stopped] !== 0) {
      this.#resume(step, 0);
      throw new GradientError(
        `step ${step + 1}: a gradient is not finite; nothing was updated, then or in the ${skippedSteps - 1} steps after it. Set nonFinite to "skip" to leave out such steps, or to "allow" to let them through.`,
      );
    }
    const last = plans.at(-1)!.step.execution.host;
    const position = last.plan.hyper.indexOf(learningRate ?? "");
    const lr = position < 0 ? undefined : last.hyper.values[position];
    return { step, skippedSteps, lr, gradientNorm: gradientNorm?.[0] };
  }

  #resume(step: number, skippedSteps: number): void {
    const words = new Uint32Array(status.length);
    words[status.updates] = step;
    words[status.skipped] = skippedSteps;
    this.#source.device.queue.writeBuffer(this.#source.status, 0, words);
    this.#ring.resume(step, skippedSteps);
    // What evaluates reads the numbers of the last update, which another optimizer may have made.
    if (this.#source.evaluation !== undefined && step > 0) {
      this.#ring.write(step, Number.NaN);
    }
  }

  #rows(): RowSteps {
    const { rows } = this.#source;
    if (rows === undefined) {
      throw new GradientError("step: to choose rows, bind with optimize(..., { rows: true })");
    }
    return rows;
  }

  #loss(loss: number | undefined): number {
    const reads = this.#source.plans.some(({ step }) => step.execution.host.plan.usesLoss);
    if (reads && (loss === undefined || !Number.isFinite(loss))) {
      throw new GradientError(
        `a rule steps by the loss, and ${loss ?? "none"} was given: pass it as step({ loss })`,
      );
    }
    return loss ?? Number.NaN;
  }

  #clear(encoder: GPUCommandEncoder, tensor: GpuTensor): void {
    const { buffer, offset, storage } = this.#source.gradients.get(tensor)!;
    encoder.clearBuffer(buffer, offset, wordBytes(tensor.length, storage));
  }

  #assertTraining(method: string): void {
    if (this.#source.evaluation?.entered) {
      throw new EvaluationError(
        `${method}: the weights to evaluate stand in the parameters' place until evaluate() is done`,
      );
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
