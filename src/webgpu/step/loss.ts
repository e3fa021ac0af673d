/** Sends the loss of a step to the device. It belongs to the step, not to an update, whose number the host may not know. */
import { status, stepInputs } from "../../compilers/wgsl/layout.ts";
import { allocate } from "../parameters.ts";

/** The words of a recorded step: its loss, and whether it stops the device. */
const words = 2;

export class Losses {
  readonly #device: GPUDevice;
  readonly #values: GPUBuffer;
  readonly #status: GPUBuffer;
  readonly #most: number;
  /** The losses of recorded steps, made for the first of them. */
  #waiting: GPUBuffer | undefined;
  #next = 0;
  /** Whether the last submitted step was to be skipped. */
  #refused = false;

  /** @param most the number of steps that may be recorded and not yet submitted */
  constructor(device: GPUDevice, values: GPUBuffer, status: GPUBuffer, most: number) {
    this.#device = device;
    this.#values = values;
    this.#status = status;
    this.#most = most;
  }

  /**
   * @param refused whether the step is to be skipped, as for a gradient that is not finite
   * @param encoder the caller's encoder, if the step is recorded
   */
  give(loss: number, refused: boolean, encoder: GPUCommandEncoder | undefined): void {
    const { queue } = this.#device;
    const row = new Uint32Array(words);
    new Float32Array(row.buffer)[0] = loss;
    row[1] = Number(refused);
    if (encoder === undefined) {
      queue.writeBuffer(this.#values, 4 * stepInputs.loss, row, 0, 1);
      // The last step may have been lost, and with it the command that sets this to 0 again.
      if (refused || this.#refused) {
        queue.writeBuffer(this.#status, 4 * status.stopped, row, 1, 1);
      }
      this.#refused = refused;
      return;
    }
    this.#waiting ??= allocate(this.#device, 4 * words * this.#most, "gradus losses");
    const at = 4 * words * (this.#next % this.#most);
    this.#next += 1;
    queue.writeBuffer(this.#waiting, at, row);
    encoder.copyBufferToBuffer(this.#waiting, at, this.#values, 4 * stepInputs.loss, 4);
    if (refused) {
      encoder.copyBufferToBuffer(this.#waiting, at + 4, this.#status, 4 * status.stopped, 4);
    }
  }

  dispose(): void {
    this.#waiting?.destroy();
  }
}
