/** Writes the weights to evaluate into the parameters for a while, if a rule has such weights. */
import { withCleanup } from "../runtime/withCleanup.ts";
import { type Command, record } from "./device/commands.ts";
import { copyPlace } from "./device/copying.ts";
import type { Faults } from "./device/faults.ts";
import { requireUsages } from "./device/usage.ts";
import type { GpuPlan } from "./dispatches/programs.ts";
import { allocate, wordBytes } from "./parameters.ts";
import type { GpuTensor } from "./tensor.ts";

/** A tensor, and the place of its copy in the meantime. */
interface Saved {
  readonly tensor: GpuTensor;
  readonly to: number;
}

function savedOf(plans: readonly GpuPlan[]): { readonly all: Saved[]; readonly size: number } {
  let size = 0;
  const tensors = plans.flatMap(({ plan, evaluation }) =>
    evaluation.length > 0 ? plan.tensors : [],
  );
  const all = tensors.map((tensor): Saved => {
    const bytes = wordBytes(tensor.length, tensor.parameter.storage);
    const to = size;
    size += bytes;
    return { tensor, to };
  });
  return { all, size };
}

export class GpuEvaluation {
  readonly #device: GPUDevice;
  readonly #commands: readonly Command[];
  readonly #saved: readonly Saved[];
  readonly #size: number;
  /** Made for the first evaluation, and kept: the next one may be in the next frame. */
  #kept: GPUBuffer | undefined;
  #entered = false;

  constructor(device: GPUDevice, plans: readonly GpuPlan[], commands: readonly Command[]) {
    this.#device = device;
    this.#commands = commands;
    const { all, size } = savedOf(plans);
    this.#saved = all;
    this.#size = size;
  }

  /**
   * Runs a callback while parameters hold the weights to evaluate, after all that was submitted so far.
   * @throws {BindingError} where a parameter's buffer cannot be copied
   */
  during<T>(callback: () => T, faults: Faults): T {
    faults.during(
      () => this.#enter(),
      (why) => `evaluate: the parameters were not replaced: ${why}`,
    );
    return withCleanup(callback, () =>
      faults.during(
        () => this.#leave(),
        (why) =>
          `evaluate: the parameters still hold the weights to evaluate: ${why}. Make a new optimizer, and continue from the last checkpoint`,
      ),
    );
  }

  /** Within a callback, it restores the parameters first. */
  dispose(): void {
    this.#leave();
    this.#kept?.destroy();
  }

  #enter(): void {
    const tensors = this.#saved.map(({ tensor }) => tensor);
    requireUsages("evaluate", tensors, "COPY_SRC", "COPY_DST");
    this.#kept ??= allocate(
      this.#device,
      this.#size,
      "gradus parameters while others are evaluated",
    );
    this.#entered = true;
    const encoder = this.#device.createCommandEncoder();
    for (const { tensor, to } of this.#saved) {
      const { parameter, length } = tensor;
      const kept = { buffer: this.#kept, offset: to, storage: parameter.storage };
      copyPlace(this.#device, encoder, parameter, kept, length);
    }
    const pass = encoder.beginComputePass();
    record(pass, this.#commands);
    pass.end();
    this.#device.queue.submit([encoder.finish()]);
  }

  /** Restores the parameters, bit for bit, unless they are restored already. */
  #leave(): void {
    if (!this.#entered) {
      return;
    }
    this.#entered = false;
    const encoder = this.#device.createCommandEncoder();
    for (const { tensor, to } of this.#saved) {
      const { parameter, length } = tensor;
      const kept = { buffer: this.#kept!, offset: to, storage: parameter.storage };
      copyPlace(this.#device, encoder, kept, parameter, length);
    }
    this.#device.queue.submit([encoder.finish()]);
  }
}
