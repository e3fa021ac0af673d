/**
 * Variables of TensorFlow.js whose values an optimizer changes in place, on the device.
 *
 * In TensorFlow.js a tensor never changes; a variable is given another tensor instead. A variable's tensor may also be used by
 * others: clones, reshaped tensors, another variable that it was assigned to, and code that waits for its numbers. So each
 * change gets a new tensor with the same buffer, and before it, the other users get a copy.
 */
import { type ShapeMap, type Tensor, tensor, type Variable } from "@tensorflow/tfjs-core";
import type { Variables } from "../binding.ts";
import { acquire, bufferOf, flush, type TensorData, type WebgpuBackend } from "./backend.ts";

interface Copy {
  readonly from: GPUBuffer;
  readonly to: GPUBuffer;
}

/** A variable, and the buffer of its values. */
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

/** Takes a variable's buffer, or a copy if others use it as well. */
function take(backend: WebgpuBackend, variable: Variable): { held: Held; copies: Copy[] } {
  const from = bufferOf(backend, variable);
  const data = backend.tensorMap.get(variable.dataId);
  if (data.refCount === 1 && !data.external) {
    data.external = true;
    return { held: { variable, buffer: from }, copies: [] };
  }
  const buffer = acquire(backend, 4 * variable.size);
  return { held: { variable, buffer }, copies: [{ from, to: buffer }] };
}

/** A tensor for all of a buffer, without a copy. */
const tensorIn = (buffer: GPUBuffer, shape: readonly number[]): Tensor =>
  tensor({ buffer, zeroCopy: true }, shape as ShapeMap[keyof ShapeMap], "float32");

/** Variables with one buffer each, which nobody else uses from `settle` to `renew`. */
export class HeldVariables {
  readonly #backend: WebgpuBackend;
  readonly #all = new Map<string, Held>();

  constructor(backend: WebgpuBackend) {
    this.#backend = backend;
  }

  /**
   * Adds variables. A variable that replaces another one of the same name and shape takes over its buffer.
   * @param variables by their names in the state; variables of a second model in the same program have other names in TensorFlow.js
   */
  add(variables: Variables): void {
    const backend = this.#backend;
    const copies: Copy[] = [];
    for (const [name, variable] of variables) {
      const known = this.#all.get(name);
      if (known === undefined) {
        const taken = take(backend, variable);
        copies.push(...taken.copies);
        this.#all.set(name, taken.held);
      } else {
        copies.push(...this.#left(known));
        this.#all.set(name, { ...known, variable });
      }
    }
    flush(backend);
    copyAll(backend, copies);
  }

  /** Leaves the buffers of these variables to TensorFlow.js: to the variables, or to its pool. */
  release(names: Iterable<string>): void {
    for (const name of [...names]) {
      const { variable, buffer } = this.#all.get(name)!;
      const data = this.#dataOf(variable);
      if (data?.resource === buffer) {
        data.external = false;
      } else {
        this.#backend.bufferManager.releaseBuffer(buffer);
      }
      this.#all.delete(name);
    }
  }

  /** The buffer and the shape of a variable. */
  parameterOf(name: string): { readonly buffer: GPUBuffer; readonly shape: readonly number[] } {
    const { variable, buffer } = this.#all.get(name)!;
    return { buffer, shape: variable.shape };
  }

  /**
   * Prepares buffers for a change: recorded commands of TensorFlow.js run first, values that were assigned in the meantime are taken
   * over, and other users of a variable's tensor keep its present values.
   */
  settle(): void {
    const backend = this.#backend;
    const copies = [...this.#all.values()].flatMap((held) => this.#settled(held));
    flush(backend);
    copyAll(backend, copies);
  }

  /** Gives variables tensors with the present values of their buffers. */
  renew(names: Iterable<string>): void {
    for (const name of names) {
      const { variable, buffer } = this.#all.get(name)!;
      const now = tensorIn(buffer, variable.shape);
      variable.assign(now);
      now.dispose();
    }
  }

  /** New tensors with the present values of all variables' buffers. */
  copies(): Map<string, Tensor> {
    const made = [...this.#all].map(([name, { variable, buffer }]) => {
      const to = acquire(this.#backend, buffer.size);
      const copy = tensorIn(to, variable.shape);
      // The buffer of a copy belongs to the pool.
      this.#backend.tensorMap.get(copy.dataId).external = false;
      return { name, copy, from: buffer, to };
    });
    copyAll(this.#backend, made);
    return new Map(made.map(({ name, copy }) => [name, copy]));
  }

  #dataOf({ isDisposed, dataId }: Variable): TensorData | undefined {
    const { tensorMap } = this.#backend;
    return !isDisposed && tensorMap.has(dataId) ? tensorMap.get(dataId) : undefined;
  }

  #settled(held: Held): Copy[] {
    const { variable, buffer } = held;
    if (variable.isDisposed) {
      return [];
    }
    const from = bufferOf(this.#backend, variable);
    if (from !== buffer) {
      return [{ from, to: buffer }];
    }
    return this.#dataOf(variable)!.refCount === 1 ? [] : this.#left(held);
  }

  /** Leaves a copy to other users of a variable's tensor. */
  #left({ variable, buffer }: Held): Copy[] {
    const data = this.#dataOf(variable);
    if (data?.resource !== buffer) {
      return [];
    }
    const theirs = acquire(this.#backend, buffer.size);
    data.resource = theirs;
    data.external = false;
    return [{ from: buffer, to: theirs }];
  }
}
