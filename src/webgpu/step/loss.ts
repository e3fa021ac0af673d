/** The loss of a step, on its way to the device: it belongs to the step, whichever update that turns out to be. */
import { status, stepInputs } from "../../compilers/wgsl/layout.ts";
import { allocate } from "../parameters.ts";

/** Words of a step that is recorded: its loss, and what stops the device. */
const words = 2;

export class Losses {
  readonly #device: GPUDevice;
  readonly #values: GPUBuffer;
  readonly #status: GPUBuffer;
  readonly #most: number;
  /** The losses of steps that are recorded and not submitted at once: made for the first of them. */
  #waiting: GPUBuffer | undefined;
  #next = 0;
  /** Whether the last step that was submitted was to be left out. */
  #refused = false;

  /** @param most steps that may be recorded and wait */
  constructor(device: GPUDevice, values: GPUBuffer, status: GPUBuffer, most: number) {
    this.#device = device;
    this.#values = values;
    this.#status = status;
    this.#most = most;
  }

  /**
   * @param refused whether the step is to be left out, as for a gradient that is not finite
   * @param encoder the caller's, if the step is recorded
   */
  give(loss: number, refused: boolean, encoder: GPUCommandEncoder | undefined): void {
    const { queue } = this.#device;
    const row = new Uint32Array(words);
    new Float32Array(row.buffer)[0] = loss;
    row[1] = Number(refused);
    if (encoder === undefined) {
      queue.writeBuffer(this.#values, 4 * stepInputs.loss, row, 0, 1);
      // The step before may have been lost, and with it what sets this to 0 again.
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
