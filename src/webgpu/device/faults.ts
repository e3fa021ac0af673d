/** Keeps the errors of a device, which come later than the calls that caused them. */
import { DeviceError } from "../errors.ts";
import { type Named, refusedAmong } from "./probing.ts";
import { assertPresent, scoped } from "./scopes.ts";

/** Whether Gradus submits a step, or the caller does. */
export type Kind = "submitted" | "recorded";

/** The errors of an optimizer's device that nobody was told yet. */
export class Faults {
  readonly #device: GPUDevice;
  readonly #buffers: (steps?: Kind) => readonly Named[];
  #first: DeviceError | undefined;
  /** Resolved when the device has answered all calls. */
  #answered: Promise<void> = Promise.resolve();

  /** @param buffers the caller's buffers, which may be the cause; with those of the last step of a kind */
  constructor(device: GPUDevice, buffers: (steps?: Kind) => readonly Named[]) {
    this.#device = device;
    this.#buffers = buffers;
  }

  /** Calls the device, and keeps its first error. @param words the message: what the error means, and what to do */
  during<T>(call: () => T, words: (why: string) => string, steps?: Kind): T {
    const { result, refusal } = scoped(this.#device, call);
    this.hear(refusal, words, steps);
    return result;
  }

  /** Keeps the device's error about a call, when it comes. */
  hear(
    refusal: Promise<string | undefined> | undefined,
    words: (why: string) => string,
    steps?: Kind,
  ): void {
    const before = this.#answered;
    this.#answered = Promise.resolve(refusal).then(async (why) => {
      const known = why === undefined ? undefined : await this.reason(why, steps);
      await before;
      if (known !== undefined) {
        this.#first ??= new DeviceError(words(known));
      }
    });
  }

  /** Calls the device to write an optimizer's parameters or state. */
  writing(method: string, call: () => void): void {
    this.during(
      call,
      (why) =>
        `${method}: ${why}. A part may have been written: make a new optimizer, and continue from a checkpoint`,
    );
  }

  /** An error of reading, with the names of the buffers that the device refuses. */
  async named(method: string, error: unknown): Promise<unknown> {
    return error instanceof DeviceError
      ? new DeviceError(
          `${method}: ${await this.reason(error.message)}. Make a new optimizer, and continue from the last checkpoint`,
        )
      : error;
  }

  /** The reason: the buffers that the device refuses now, or else the device's message. */
  async reason(said: string, steps?: Kind): Promise<string> {
    return (await this.refused(steps)).join("; ") || said;
  }

  /** The buffers that the device refuses now, a sentence for each. */
  refused(steps?: Kind): Promise<string[]> {
    return refusedAmong(this.#device, this.#buffers(steps));
  }

  /** @throws {DeviceError} where the device is known to be lost; or, once, with the error that is known */
  assertNone(): void {
    assertPresent(this.#device);
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined) {
      throw first;
    }
  }

  /** As `assertNone`, after the device has answered all calls. */
  async settle(): Promise<void> {
    await this.#answered;
    this.assertNone();
  }
}
