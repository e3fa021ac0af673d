/**
 * A ring of rows on the device with the host values of the next updates.
 *
 * A step does not know whether the step before it was skipped, and so which update it makes. Therefore it does not read the
 * row that was written for it, but the row of the device's own count of updates. Rows are numbered by updates. For each step
 * the host writes the row of the last update that the step can be.
 */

import type { Schedules } from "../../runtime/step/hyper.ts";
import type { GpuExecution } from "../dispatches/execution.ts";
import { DeviceError } from "../errors.ts";
import type { Row } from "./host.ts";
import { Watch } from "./watch.ts";

/** The input of a ring. */
export interface RingSource {
  readonly device: GPUDevice;
  readonly buffer: GPUBuffer;
  readonly rows: number;
  /** The words of a row. */
  readonly words: number;
  readonly executions: readonly GpuExecution[];
  readonly seed: number;
  readonly schedules: Schedules;
  /** Whether a step may be skipped, and the next one made, before the host knows of it. */
  readonly skips: boolean;
}

/** Counts that were written to the device. */
interface Start {
  readonly updates: number;
  readonly skipped: number;
}

/** The host's counts at some moment, to be compared with the device's answer about that moment. */
export interface Moment {
  readonly since: Start;
  /** Since then: the steps submitted, how many of them are known to be lost, and the steps recorded. */
  readonly submitted: number;
  readonly lost: number;
  readonly recorded: number;
}

/** What became of the steps that were asked for before some moment. */
export interface Outcome {
  /** The number of updates made. */
  readonly step: number;
  readonly skippedSteps: number;
  /** The number of submitted steps that the device has refused, and that were not known to be lost at that moment. */
  readonly lost: number;
  /** The number of recorded steps that have not run. */
  readonly waiting: number;
}

export class UniformRing {
  readonly #source: RingSource;
  readonly #row: Row;
  readonly #recorded = new WeakMap<GPUCommandEncoder, number>();
  /** Watches schedules, if rows must be rewritten when one changes. Other schedules depend only on the update. */
  readonly #watch: Watch | undefined;
  /** The last update for which a step was recorded that may not be submitted yet. */
  #lastRecorded = 0;
  /** The updates that are known to have been made, and the steps that are known to have been skipped. */
  #confirmed = 0;
  #skipped = 0;
  /** The counts at the start, or when they were last set, and the steps since then. */
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
   * Makes sure that the row of the next step's update is written. Rows are written at once, but steps run when
   * their encoder is submitted. Until then, none of its rows may be reused for another update.
   *
   * @param encoder the caller's encoder, if the step is recorded
   * @throws {DeviceError} where no rows are left for steps of this encoder
   * @throws {HyperparameterError} where a schedule does not give a number
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

  /** Counts a prepared step, which was submitted, or recorded into a caller's encoder. */
  count(encoder: GPUCommandEncoder | undefined): void {
    if (encoder === undefined) {
      this.#submitted += 1;
    } else {
      this.#lastRecorded = this.#nextUpdate();
      this.#recorded.set(encoder, this.#stepsIn(encoder) + 1);
      this.#recordedSteps += 1;
    }
  }

  /** The present counts, for a question to the device. */
  moment(): Moment {
    const [since, submitted, lost] = [this.#since, this.#submitted, this.#lost];
    return { since, submitted, lost, recorded: this.#recordedSteps };
  }

  /** Takes the device's answer: what it had counted, in 32 bits, when it was asked. */
  confirm(asked: Moment, updates: number, skipped: number): Outcome {
    const { since, submitted, recorded } = asked;
    const skippedSteps = since.skipped + ((skipped - since.skipped) >>> 0);
    const step = since.updates + ((updates - since.updates) >>> 0);
    const counted = step - since.updates + skippedSteps - since.skipped;
    // Every step that has run was counted, and all submitted steps have run, unless they were lost.
    const lost = Math.max(asked.lost, submitted - counted);
    if (this.isNow(asked)) {
      this.#skipped = Math.max(this.#skipped, skippedSteps);
      this.#confirmed = Math.max(this.#confirmed, step);
      this.#lost = Math.max(this.#lost, lost);
    }
    const waiting = Math.max(0, submitted + recorded - lost - counted);
    return { step, skippedSteps, lost: lost - asked.lost, waiting };
  }

  /** The number of updates asked for, as far as the host knows. */
  get updates(): number {
    return this.#nextUpdate() - 1;
  }

  /** The number of updates that are known to have been made. */
  get confirmed(): number {
    return this.#confirmed;
  }

  /** Whether counts were not set since that moment. */
  isNow({ since }: Moment): boolean {
    return since === this.#since;
  }

  /** Continues after so many updates, whatever was before. */
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
   * Continues in place of another ring, and writes the rows of all updates that a step may be, as far as the host knows.
   * @param executions the programs that the next update begins with
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

  /** The last update that the next step can be. */
  #nextUpdate(): number {
    const { updates, skipped } = this.#since;
    const steps = this.#submitted - this.#lost + this.#recordedSteps;
    return updates + skipped + steps + 1 - this.#skipped;
  }

  #stepsIn(encoder: GPUCommandEncoder | undefined): number {
    return (encoder && this.#recorded.get(encoder)) ?? 0;
  }

  /** Writes the row of an update, for which schedules are called. @param executions the programs whose values it writes */
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
   * Rewrites the rows of all other updates that a step may be, as far as the host knows, after a change of a schedule that does
   * not depend on the step's number alone.
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
