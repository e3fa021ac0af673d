/** An optimizer on a GPU: a rule bound to buffers. */
import { status } from "../compilers/wgsl/layout.ts";
import { placesIn } from "../compilers/wgsl/values.ts";
import { BindingError, DisposedError, GradientError } from "../runtime/errors.ts";
import type { RestoreOptions, RestoreReport, SavedState } from "../runtime/restore.ts";
import type { OptimizerState } from "../runtime/state.ts";
import { arraysOf } from "./arrays.ts";
import { record } from "./commands.ts";
import { DeviceError } from "./errors.ts";
import { type GpuParameter, type GpuParameterSource, storageBytes } from "./parameters.ts";
import type { Ring } from "./ring.ts";
import type { RowSteps } from "./selecting.ts";
import type { GpuOptimizerSource, GpuReport, GpuStepOptions } from "./settings.ts";
import { GpuSnapshot } from "./snapshot.ts";
import { type GpuTensor, placeOf } from "./tensor.ts";
import { read, readBytes, write } from "./transfer.ts";

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
   * @throws {HyperparameterError} where a schedule gives no number
   * @throws {DeviceError} where the device is lost, or 256 steps are recorded into the encoder already
   * @throws {DisposedError} after `dispose()`
   */
  step({ gradients, encoder, loss, rows }: GpuStepOptions<P> = {}): void {
    this.#assertAlive();
    const { device, zeroedBehind } = this.#source;
    const commands = rows === undefined ? this.#source.commands : this.#rows().commands(rows);
    const places = gradients === undefined ? [] : this.#places(gradients);
    this.#ring.advance(this.#loss(loss), encoder);
    const target = encoder ?? device.createCommandEncoder();
    for (const { from, to, bytes } of places) {
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
    const { device, plans, values, nonFinite, learningRate } = this.#source;
    const counts = new Uint32Array(
      (await readBytes(device, this.#source.status, 0, 4 * status.length)).buffer,
    );
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
    const { execution } = plans[0]!.step;
    const norm = execution.program.gradientNorm;
    let gradientNorm: number | undefined;
    if (norm !== undefined) {
      const place = placesIn(execution.program, execution.compiled.layout).device(norm);
      const bytes = await readBytes(device, values, 4 * (execution.valuesAt + place), 4);
      gradientNorm = new Float32Array(bytes.buffer)[0];
    }
    const last = plans.at(-1)!.step.execution.host;
    const position = last.plan.hyper.indexOf(learningRate ?? "");
    const lr = position < 0 ? undefined : last.hyper.values[position];
    return { step, skippedSteps, lr, gradientNorm };
  }

  /** Parameters and state as they are behind all steps submitted so far, in arrays. */
  async read(): Promise<GpuSnapshot> {
    const { step: steps, skippedSteps } = await this.report();
    const { device, tensors, plans, values, seed } = this.#source;
    const names = tensors.map(({ name }) => name);
    const { arrays, spans, scalars } = arraysOf(names, plans);
    const parameters: Record<string, { data: Float32Array; shape: readonly number[] }> =
      Object.create(null);
    for (const { name, shape, length, parameter } of tensors) {
      const array = new Float32Array(length);
      parameters[name] = { data: array, shape };
      await read(device, { ...parameter, array });
    }
    for (const span of spans) {
      await read(device, span);
    }
    if (scalars.length > 0) {
      const numbers = new Float32Array((await readBytes(device, values, 0, values.size)).buffer);
      for (const { at, array } of scalars) {
        array[0] = numbers[at]!;
      }
    }
    return new GpuSnapshot({
      ...{ parameters, arrays, seed, steps, skippedSteps },
      plans: plans.map(({ plan }) => plan),
    });
  }

  /** Takes parameters and state of a snapshot to the device, behind all steps submitted so far. */
  write(snapshot: GpuSnapshot): void {
    this.#assertAlive();
    const { device, tensors, plans, values } = this.#source;
    const state = snapshot.stateViews();
    const names = tensors.map(({ name }) => name);
    const { arrays, spans, scalars } = arraysOf(names, plans);
    for (const [name, slots] of Object.entries(arrays)) {
      for (const [slot, array] of Object.entries(slots)) {
        array.set(state.parameters[name]![slot]!);
      }
    }
    for (const { name, parameter } of tensors) {
      write(device, { ...parameter, array: snapshot.parameters[name]!.data });
    }
    for (const span of spans) {
      write(device, span);
    }
    for (const { at, array } of scalars) {
      device.queue.writeBuffer(values, 4 * at, Float32Array.from(array));
    }
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
    for (const buffer of this.#source.owned) {
      buffer.destroy();
    }
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #resume(step: number, skippedSteps: number): void {
    const words = new Uint32Array(status.length);
    words[status.updates] = step;
    words[status.skipped] = skippedSteps;
    this.#source.device.queue.writeBuffer(this.#source.status, 0, words);
    this.#ring.resume(step, skippedSteps);
  }

  #places(given: Readonly<Record<string, Omit<GpuParameter, "shape">>>) {
    const { device, tensors, gradients } = this.#source;
    for (const name of Object.keys(given)) {
      if (!tensors.some((tensor) => tensor.name === name)) {
        throw new GradientError(`there is no parameter \`${name}\``);
      }
    }
    return tensors.map((tensor) => {
      const { name, length } = tensor;
      const what = `the gradient of \`${name}\``;
      const to = gradients.get(tensor)!;
      const source = given[name];
      if (source === undefined) {
        throw new GradientError(`${what} is missing`);
      }
      try {
        const from = placeOf(what, { type: to.storage, ...source }, length, device);
        return { from, to, bytes: Math.ceil((length * storageBytes[to.storage]) / 4) * 4 };
      } catch (error) {
        throw error instanceof BindingError ? new GradientError(error.message) : error;
      }
    });
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
    const bytes = tensor.length * storageBytes[storage];
    encoder.clearBuffer(buffer, offset, Math.ceil(bytes / 4) * 4);
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
