/**
 * Variables of TensorFlow.js whose values an optimizer changes where they lie, on the device.
 *
 * To TensorFlow.js a tensor never changes: a variable is given another tensor. Others may have a variable's tensor, too: clones,
 * reshaped ones, another variable that was assigned it, and whoever has asked for its values. So each change has its
 * own tensor, of the same buffer; and before it, others are left a copy.
 */
import { type Tensor, tensor, type Variable } from "@tensorflow/tfjs-core";
import { acquire, bufferOf, flush, type TensorData, type WebgpuBackend } from "./webgpuBackend.ts";

interface Copy {
  readonly from: GPUBuffer;
  readonly to: GPUBuffer;
}

/** A variable and the buffer that its values are in. */
interface Held {
  readonly variable: Variable;
  readonly buffer: GPUBuffer;
}

function copyAll({ device }: WebgpuBackend, copies: readonly Copy[]): void {
  if (copies.length > 0) {
    const encoder = device.createCommandEncoder();
    for (const { from, to } of copies) {
      encoder.copyBufferToBuffer(from, 0, to, 0, to.size);
    }
    device.queue.submit([encoder.finish()]);
  }
}

/** Takes a variable's buffer, or a copy where others have it as well. */
function take(backend: WebgpuBackend, variable: Variable): { held: Held; copy?: Copy } {
  const from = bufferOf(backend, variable);
  const data = backend.tensorMap.get(variable.dataId);
  if (data.refCount === 1 && !data.external) {
    data.external = true;
    return { held: { variable, buffer: from } };
  }
  const buffer = acquire(backend, 4 * variable.size);
  return { held: { variable, buffer }, copy: { from, to: buffer } };
}

/** Variables with a buffer each, which is theirs alone from one `settle` to the next `renew`. */
export class HeldVariables {
  readonly #backend: WebgpuBackend;
  readonly #all: readonly Held[];

  constructor(backend: WebgpuBackend, variables: readonly Variable[]) {
    this.#backend = backend;
    const taken = variables.map((variable) => take(backend, variable));
    this.#all = taken.map(({ held }) => held);
    flush(backend);
    copyAll(
      backend,
      taken.flatMap(({ copy }) => copy ?? []),
    );
    this.renew();
  }

  /** Name to the buffer and the shape of a variable. */
  get parameters(): Record<string, { buffer: GPUBuffer; shape: readonly number[] }> {
    return Object.fromEntries(
      this.#all.map(({ variable: { name, shape }, buffer }) => [name, { buffer, shape }]),
    );
  }

  /**
   * Readies the buffers to be changed: what TensorFlow.js has recorded runs before, values that were assigned meanwhile are taken over, and
   * whoever else has a variable's tensor keeps what is there now.
   */
  settle(): void {
    const backend = this.#backend;
    const copies = this.#all.flatMap((held) => this.#settled(held));
    flush(backend);
    copyAll(backend, copies);
  }

  /** Gives each variable a tensor of what its buffer has now. */
  renew(): void {
    for (const { variable, buffer } of this.#all) {
      if (!variable.isDisposed) {
        const now = tensor({ buffer, zeroCopy: true }, variable.shape) as Tensor;
        variable.assign(now);
        now.dispose();
      }
    }
  }

  /** Leaves the buffers to TensorFlow.js: to the variables that have them, or to its pool. */
  dispose(): void {
    for (const { variable, buffer } of this.#all) {
      const data = this.#dataOf(variable);
      if (data?.resource === buffer) {
        data.external = false;
      } else {
        this.#backend.bufferManager.releaseBuffer(buffer);
      }
    }
  }

  #dataOf({ isDisposed, dataId }: Variable): TensorData | undefined {
    const { tensorMap } = this.#backend;
    return !isDisposed && tensorMap.has(dataId) ? tensorMap.get(dataId) : undefined;
  }

  #settled({ variable, buffer }: Held): Copy[] {
    if (variable.isDisposed) {
      return [];
    }
    const from = bufferOf(this.#backend, variable);
    if (from !== buffer) {
      return [{ from, to: buffer }];
    }
    const data = this.#backend.tensorMap.get(variable.dataId);
    if (data.refCount === 1) {
      return [];
    }
    const theirs = acquire(this.#backend, buffer.size);
    data.resource = theirs;
    data.external = false;
    return [{ from: buffer, to: theirs }];
  }
}
