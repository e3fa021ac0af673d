/** Takes gradients that are in other buffers at each step, and reads them where they are. */
import { BindingError, GradientError } from "../../runtime/errors.ts";
import type { Command } from "../device/commands.ts";
import type { GpuGradients, Taken, TakesGradients } from "../settings.ts";
import { type GpuTensor, type Place, placeOf, sizesOf } from "../tensor.ts";

/** Reads gradients where they are, each from the beginning of a buffer. */
export class MovingGradients implements TakesGradients {
  readonly #device: GPUDevice;
  readonly #tensors: readonly GpuTensor[];

  constructor(device: GPUDevice, tensors: readonly GpuTensor[]) {
    this.#device = device;
    this.#tensors = tensors;
  }

  /** @throws {GradientError} where one does not fit */
  take(given: GpuGradients | undefined): Taken {
    const places = new Map(
      this.#tensors.flatMap((tensor) => {
        const source = given?.[tensor.name];
        return source ? [[tensor.name, this.#placeOf(tensor, source)] as const] : [];
      }),
    );
    return {
      record() {},
      placed: (commands) => commands.map((each) => placed(each, places)),
    };
  }

  dispose(): void {}

  #placeOf(tensor: GpuTensor, source: GpuGradients[string]): Place {
    const what = `the gradient of \`${tensor.name}\``;
    if ((source.offset ?? 0) !== 0) {
      throw new GradientError(
        `${what} begins at byte ${source.offset}, not at the start of its buffer`,
      );
    }
    try {
      return placeOf(what, source, sizesOf(tensor), this.#device);
    } catch (error) {
      throw error instanceof BindingError ? new GradientError(error.message) : error;
    }
  }
}

function placed(command: Command, places: ReadonlyMap<string, Place>): Command {
  const { moving } = command;
  const bufferOf = (name: string) => places.get(name)!.buffer;
  return moving ? { ...command, bindGroup: moving.at(moving.names.map(bufferOf)) } : command;
}
