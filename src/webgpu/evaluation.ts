/** The weights to evaluate, where a rule has others than the parameters: in their place for a while. */
import { bindings } from "../compilers/wgsl/layout.ts";
import { enterShader } from "../compilers/wgsl/steps.ts";
import { thenLeave } from "../runtime/thenLeave.ts";
import { type Command, type Dispatch, record } from "./commands.ts";
import type { GpuPlan } from "./dispatches/programs.ts";
import { NumberCopies } from "./numbers.ts";
import { allocate, wordBytes } from "./parameters.ts";
import type { GpuTensor } from "./tensor.ts";
import { requireUsage } from "./usage.ts";

/** A tensor, and where it is kept meanwhile. */
interface Saved {
  readonly tensor: GpuTensor;
  readonly bytes: number;
  readonly to: number;
}

function savedOf(plans: readonly GpuPlan[]): { readonly all: Saved[]; readonly size: number } {
  let size = 0;
  const tensors = plans.flatMap(({ plan, evaluation }) => (evaluation ? plan.tensors : []));
  const all = tensors.map((tensor): Saved => {
    const bytes = wordBytes(tensor.length, tensor.parameter.storage);
    const to = size;
    size += bytes;
    return { tensor, bytes, to };
  });
  return { all, size };
}

/** Takes the count of updates for an evaluation's programs, which read the numbers of the last one. */
export const enterDispatch = (status: GPUBuffer, own: GPUBuffer): Dispatch => ({
  code: enterShader,
  access: { [bindings.status]: "read", [bindings.values]: "write" },
  workgroups: 1,
  resources: () => ({ [bindings.status]: { buffer: status }, [bindings.values]: { buffer: own } }),
});

export class GpuEvaluation {
  readonly #device: GPUDevice;
  readonly #commands: readonly Command[];
  readonly #numbers: NumberCopies;
  readonly #saved: readonly Saved[];
  readonly #size: number;
  /** Made when there is first something to evaluate: the next time may be the next frame. */
  #kept: GPUBuffer | undefined;
  #entered = false;

  /** @param commands those of `enterDispatch`, and then the programs' */
  constructor(
    device: GPUDevice,
    plans: readonly GpuPlan[],
    commands: readonly Command[],
    values: GPUBuffer,
  ) {
    this.#device = device;
    this.#commands = commands;
    const pairs = plans.flatMap(({ plan, step, evaluation }) =>
      evaluation ? [{ plan, from: step, to: evaluation }] : [],
    );
    this.#numbers = new NumberCopies(device, pairs, values);
    const { all, size } = savedOf(plans);
    this.#saved = all;
    this.#size = size;
  }

  get entered(): boolean {
    return this.#entered;
  }

  /**
   * Runs a callback with the weights to evaluate in the parameters' place, behind all that was submitted so far.
   * @throws {BindingError} where a parameter's buffer cannot be copied
   */
  during<T>(callback: () => T): T {
    this.#enter();
    return thenLeave(callback, () => this.#leave());
  }

  /** Within a callback the parameters are put back first. */
  dispose(): void {
    this.#leave();
    this.#kept?.destroy();
    this.#numbers.dispose();
  }

  #enter(): void {
    for (const { tensor } of this.#saved) {
      const { name, parameter } = tensor;
      requireUsage(`evaluate: parameter \`${name}\``, parameter.buffer, "COPY_SRC", "COPY_DST");
    }
    this.#kept ??= allocate(
      this.#device,
      this.#size,
      "gradus parameters while others are evaluated",
    );
    this.#entered = true;
    const encoder = this.#device.createCommandEncoder();
    for (const { tensor, bytes, to } of this.#saved) {
      const { buffer, offset } = tensor.parameter;
      encoder.copyBufferToBuffer(buffer, offset, this.#kept, to, bytes);
    }
    this.#numbers.record(encoder);
    const pass = encoder.beginComputePass();
    record(pass, this.#commands);
    pass.end();
    this.#device.queue.submit([encoder.finish()]);
  }

  /** Puts the parameters back, bit for bit, unless they are. */
  #leave(): void {
    if (!this.#entered) {
      return;
    }
    this.#entered = false;
    const encoder = this.#device.createCommandEncoder();
    for (const { tensor, bytes, to } of this.#saved) {
      const { buffer, offset } = tensor.parameter;
      encoder.copyBufferToBuffer(this.#kept!, to, buffer, offset, bytes);
    }
    this.#device.queue.submit([encoder.finish()]);
  }
}
