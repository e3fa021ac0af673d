/**
 * Host values of the next updates, in a ring of rows on the device.
 *
 * A step does not know whether the one before it was left out. So it does not take the row that was written
 * for it, but that of the update which the device has counted: rows are numbered by updates, and
 * a step writes the row of the last update that it may be.
 */

import type { Schedules } from "../runtime/hyper.ts";
import type { GpuExecution } from "./dispatches/execution.ts";
import type { Shared } from "./dispatches/shared.ts";
import { DeviceError } from "./errors.ts";
import type { Row } from "./host.ts";

export class Ring {
  readonly #device: GPUDevice;
  readonly #buffer: GPUBuffer;
  readonly #rows: number;
  readonly #executions: readonly GpuExecution[];
  readonly #seed: number;
  readonly #row: Row;
  readonly #schedules: Schedules;
  readonly #recorded = new WeakMap<GPUCommandEncoder, number>();
  /** The last update whose row is there. */
  #written = 0;
  /** Steps asked for, and those known to have been left out. */
  #asked = 0;
  #skipped = 0;
  /** Counts at the start, or when they were last set. */
  #before = 0;
  #skippedBefore = 0;

  constructor(
    device: GPUDevice,
    buffer: GPUBuffer,
    rows: number,
    { ring, schedules }: Pick<Shared, "ring" | "schedules">,
    executions: readonly GpuExecution[],
    seed: number,
  ) {
    this.#device = device;
    this.#buffer = buffer;
    this.#rows = rows;
    this.#executions = executions;
    this.#seed = seed;
    this.#schedules = schedules;
    const numbers = new Float32Array(ring.length);
    this.#row = { numbers, words: new Uint32Array(numbers.buffer) };
  }

  /**
   * Counts a step and sees to it that the row of its update is there. Rows are written at once, steps run when
   * their encoder is submitted: until then none of its rows may be written again.
   *
   * @param encoder the caller's, if it is recorded and not submitted at once
   * @throws {DeviceError} where there are no more rows for steps of this encoder
   */
  advance(loss: number, encoder: GPUCommandEncoder | undefined): void {
    if (encoder !== undefined) {
      const recorded = (this.#recorded.get(encoder) ?? 0) + 1;
      if (recorded > this.#rows) {
        throw new DeviceError(
          `step: ${this.#rows} steps are recorded into this encoder, which is as many as there may be: submit it, and record the next ones into another`,
        );
      }
      this.#recorded.set(encoder, recorded);
    }
    const update = this.#asked + 1 - this.#skipped;
    if (update > this.#written) {
      this.write(update, loss);
      this.#written = update;
    }
    this.#asked += 1;
  }

  /** Takes what the device has counted by some step, in 32 bits. @returns the updates and the steps left out */
  confirm(updates: number, skipped: number): { step: number; skippedSteps: number } {
    this.#skipped = this.#skippedBefore + ((skipped - this.#skippedBefore) >>> 0);
    const step = this.#before + ((updates - this.#before) >>> 0);
    return { step, skippedSteps: this.#skipped };
  }

  /** Goes on from so many updates, whatever was before. */
  resume(updates: number, skipped: number): void {
    this.#asked = updates + skipped;
    this.#skipped = skipped;
    this.#written = updates;
    this.#before = updates;
    this.#skippedBefore = skipped;
  }

  /** Writes the row of an update. */
  write(update: number, loss: number): void {
    this.#schedules.begin();
    for (const { host, ringAt } of this.#executions) {
      host.write(this.#row, ringAt, update, loss, this.#seed);
    }
    const at = ((update - 1) % this.#rows) * this.#row.numbers.byteLength;
    this.#device.queue.writeBuffer(
      this.#buffer,
      at,
      this.#row.numbers as Float32Array<ArrayBuffer>,
    );
  }
}
