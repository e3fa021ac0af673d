/**
 * Host values of the next updates, in a ring of rows on the device.
 *
 * A step does not know whether the one before it was left out. So it does not take the row that was written
 * for it, but that of the update which the device has counted: rows are numbered by updates, and
 * a step writes the row of the last update that it may be.
 */

import type { Schedules } from "../runtime/hyper.ts";
import type { GpuExecution } from "./dispatches/execution.ts";
import { DeviceError } from "./errors.ts";
import type { Row } from "./host.ts";
import { Watch } from "./watch.ts";

/** What a ring is made of. */
export interface RingSource {
  readonly device: GPUDevice;
  readonly buffer: GPUBuffer;
  readonly rows: number;
  /** Words of a row. */
  readonly words: number;
  readonly executions: readonly GpuExecution[];
  readonly seed: number;
  readonly schedules: Schedules;
  /** Whether a step may be left out and the next one be made before the host hears of it. */
  readonly skips: boolean;
}

/** Counts of the host's at some moment: what the device says of that moment is compared with them. */
export interface Moment {
  readonly updates: number;
  readonly skipped: number;
}

export class Ring {
  readonly #source: RingSource;
  readonly #row: Row;
  readonly #recorded = new WeakMap<GPUCommandEncoder, number>();
  /** Where it matters that a schedule has changed: others are asked for the update that a step is. */
  readonly #watch: Watch | undefined;
  /** The last update that a step was recorded for which may not be submitted yet. */
  #lastRecorded = 0;
  /** Steps asked for; of them updates that are known to have been made, and steps known to have been left out. */
  #asked = 0;
  #confirmed = 0;
  #skipped = 0;
  /** Counts at the start, or when they were last set. */
  #since: Moment = { updates: 0, skipped: 0 };

  constructor(source: RingSource) {
    this.#source = source;
    this.#watch = source.skips ? new Watch(source.executions) : undefined;
    const numbers = new Float32Array(source.words);
    this.#row = { numbers, words: new Uint32Array(numbers.buffer) };
  }

  /**
   * Counts a step and sees to it that the row of its update is there. Rows are written at once, steps run when
   * their encoder is submitted: until then none of its rows may be written again for another update.
   *
   * @param encoder the caller's, if it is recorded and not submitted at once
   * @throws {DeviceError} where there are no more rows for steps of this encoder; no step is counted
   * @throws {HyperparameterError} where a schedule gives no number, likewise
   */
  advance(encoder: GPUCommandEncoder | undefined): void {
    const { rows } = this.#source;
    const recorded = (encoder && this.#recorded.get(encoder)) ?? 0;
    if (recorded >= rows) {
      throw new DeviceError(
        `step: ${rows} steps are recorded into this encoder, which is as many as there may be: submit it, and record the next ones into another`,
      );
    }
    const update = this.#asked + 1 - this.#skipped;
    this.write(update);
    if (this.#watch?.changed()) {
      this.#renew(update);
    }
    if (encoder !== undefined) {
      this.#recorded.set(encoder, recorded + 1);
      this.#lastRecorded = update;
    }
    this.#asked += 1;
  }

  /** What the device will be asked about now. */
  moment(): Moment {
    return this.#since;
  }

  /**
   * Takes what the device had counted, in 32 bits, when it was asked.
   * @returns the updates and the steps left out
   */
  confirm(asked: Moment, updates: number, skipped: number): { step: number; skippedSteps: number } {
    const skippedSteps = asked.skipped + ((skipped - asked.skipped) >>> 0);
    const step = asked.updates + ((updates - asked.updates) >>> 0);
    if (this.isNow(asked)) {
      this.#skipped = Math.max(this.#skipped, skippedSteps);
      this.#confirmed = Math.max(this.#confirmed, step);
    }
    return { step, skippedSteps };
  }

  /** Whether counts have not been set since. */
  isNow(asked: Moment): boolean {
    return asked === this.#since;
  }

  /** Goes on from so many updates, whatever was before. */
  resume(updates: number, skipped: number): void {
    this.#asked = updates + skipped;
    this.#skipped = skipped;
    this.#confirmed = updates;
    this.#lastRecorded = 0;
    this.#since = { updates, skipped };
  }

  /** Writes the row of an update, of which schedules are asked. @param executions whose values it has */
  write(update: number, executions: readonly GpuExecution[] = this.#source.executions): void {
    const { seed, schedules } = this.#source;
    schedules.begin();
    for (const { host, ringAt } of executions) {
      host.write(this.#row, ringAt, update, seed);
    }
    this.#upload(update);
  }

  #upload(update: number): void {
    const { device, buffer, rows } = this.#source;
    const at = ((update - 1) % rows) * this.#row.numbers.byteLength;
    device.queue.writeBuffer(buffer, at, this.#row.numbers as Float32Array<ArrayBuffer>);
  }

  /**
   * Writes the rows again of all other updates that a step may be, as far as the host knows: a schedule that is no
   * function of the step's number alone has changed since.
   */
  #renew(last: number): void {
    const { rows, executions, seed } = this.#source;
    const first = Math.max(this.#confirmed, this.#lastRecorded, last - rows) + 1;
    for (let update = first; update < last; update++) {
      for (const { host, ringAt } of executions) {
        host.rewrite(this.#row, ringAt, update, seed);
      }
      this.#upload(update);
    }
  }
}
