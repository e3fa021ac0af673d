/**
 * Host values of the next updates, in a ring of rows on the device.
 *
 * A step does not know whether the one before it was left out. So it does not take the row that was written
 * for it, but that of the update which the device has counted: rows are numbered by updates, and
 * a step writes the row of the last update that it may be.
 */

import type { Schedules } from "../../runtime/step/hyper.ts";
import type { GpuExecution } from "../dispatches/execution.ts";
import { DeviceError } from "../errors.ts";
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

/** Counts that the device was given. */
interface Start {
  readonly updates: number;
  readonly skipped: number;
}

/** Counts of the host's at some moment: what the device says of that moment is compared with them. */
export interface Moment {
  readonly since: Start;
  /** Steps since then that were submitted, those of them known to be lost, and steps that were recorded. */
  readonly submitted: number;
  readonly lost: number;
  readonly recorded: number;
}

/** What has become of the steps that were asked for before some moment. */
export interface Outcome {
  /** Updates made. */
  readonly step: number;
  readonly skippedSteps: number;
  /** Steps that were submitted and that the device has refused, which nobody knew at that moment. */
  readonly lost: number;
  /** Steps that were recorded and have not run. */
  readonly waiting: number;
}

export class UniformRing {
  readonly #source: RingSource;
  readonly #row: Row;
  readonly #recorded = new WeakMap<GPUCommandEncoder, number>();
  /** Where it matters that a schedule has changed: others are asked for the update that a step is. */
  readonly #watch: Watch | undefined;
  /** The last update that a step was recorded for which may not be submitted yet. */
  #lastRecorded = 0;
  /** Updates that are known to have been made, and steps known to have been left out. */
  #confirmed = 0;
  #skipped = 0;
  /** Counts at the start, or when they were last set, and steps since then. */
  #since: Start = { updates: 0, skipped: 0 };
  #submitted = 0;
  #lost = 0;
  #recordedSteps = 0;

  constructor(source: RingSource) {
    this.#source = source;
    this.#watch = source.skips ? new Watch(source.executions) : undefined;
    const numbers = new Float32Array(source.words);
    this.#row = { numbers, words: new Uint32Array(numbers.buffer) };
  }

  /**
   * Sees to it that the row of the next step's update is there. Rows are written at once, steps run when
   * their encoder is submitted: until then none of its rows may be written again for another update.
   *
   * @param encoder the caller's, if it is recorded and not submitted at once
   * @throws {DeviceError} where there are no more rows for steps of this encoder
   * @throws {HyperparameterError} where a schedule gives no number
   */
  prepare(encoder: GPUCommandEncoder | undefined): void {
    const { rows } = this.#source;
    if (this.#stepsIn(encoder) >= rows) {
      throw new DeviceError(
        `step: ${rows} steps are recorded into this encoder, the largest number allowed: submit it, and record the next steps into another encoder`,
      );
    }
    const update = this.#nextUpdate();
    this.write(update);
    if (this.#watch?.changed()) {
      this.#renew(update);
    }
  }

  /** Counts a step that was prepared: it is submitted, or recorded into an encoder of the caller's. */
  count(encoder: GPUCommandEncoder | undefined): void {
    if (encoder === undefined) {
      this.#submitted += 1;
    } else {
      this.#lastRecorded = this.#nextUpdate();
      this.#recorded.set(encoder, this.#stepsIn(encoder) + 1);
      this.#recordedSteps += 1;
    }
  }

  /** What the device will be asked about now. */
  moment(): Moment {
    const [since, submitted, lost] = [this.#since, this.#submitted, this.#lost];
    return { since, submitted, lost, recorded: this.#recordedSteps };
  }

  /** Takes what the device had counted, in 32 bits, when it was asked. */
  confirm(asked: Moment, updates: number, skipped: number): Outcome {
    const { since, submitted, recorded } = asked;
    const skippedSteps = since.skipped + ((skipped - since.skipped) >>> 0);
    const step = since.updates + ((updates - since.updates) >>> 0);
    const counted = step - since.updates + skippedSteps - since.skipped;
    // Each that has run was counted, and those that were submitted have run.
    const lost = Math.max(asked.lost, submitted - counted);
    if (this.isNow(asked)) {
      this.#skipped = Math.max(this.#skipped, skippedSteps);
      this.#confirmed = Math.max(this.#confirmed, step);
      this.#lost = Math.max(this.#lost, lost);
    }
    const waiting = Math.max(0, submitted + recorded - lost - counted);
    return { step, skippedSteps, lost: lost - asked.lost, waiting };
  }

  /** Updates that were asked for, as far as the host knows. */
  get updates(): number {
    return this.#nextUpdate() - 1;
  }

  /** Updates that are known to have been made. */
  get confirmed(): number {
    return this.#confirmed;
  }

  /** Whether counts have not been set since. */
  isNow({ since }: Moment): boolean {
    return since === this.#since;
  }

  /** Goes on from so many updates, whatever was before. */
  resume(updates: number, skipped: number): void {
    this.#skipped = skipped;
    this.#confirmed = updates;
    this.#lastRecorded = 0;
    this.#since = { updates, skipped };
    this.#submitted = 0;
    this.#lost = 0;
    this.#recordedSteps = 0;
  }

  /**
   * Goes on in another's place, with the rows of all updates that a step may be, as far as the host knows.
   * @param executions what the next update begins with
   */
  continueFrom(other: UniformRing, executions: readonly GpuExecution[]): void {
    this.#confirmed = other.#confirmed;
    this.#skipped = other.#skipped;
    this.#since = other.#since;
    this.#submitted = other.#submitted;
    this.#lost = other.#lost;
    this.#recordedSteps = other.#recordedSteps;
    const next = this.#nextUpdate();
    for (
      let update = Math.max(1, this.#confirmed, next - this.#source.rows);
      update < next;
      update++
    ) {
      this.write(update);
    }
    if (executions.length > 0) {
      this.write(next, executions);
    }
    this.#watch?.changed();
  }

  /** The last update that the next step may be. */
  #nextUpdate(): number {
    const { updates, skipped } = this.#since;
    const steps = this.#submitted - this.#lost + this.#recordedSteps;
    return updates + skipped + steps + 1 - this.#skipped;
  }

  #stepsIn(encoder: GPUCommandEncoder | undefined): number {
    return (encoder && this.#recorded.get(encoder)) ?? 0;
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
