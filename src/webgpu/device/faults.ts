/** What goes wrong on a device: it says so later than the call that did it. */
import { DeviceError } from "../errors.ts";
import { type Named, refusedAmong } from "./probing.ts";
import { assertPresent, scoped } from "./scopes.ts";

/** Steps that Gradus submits, and those that the caller does. */
export type Kind = "submitted" | "recorded";

/** What an optimizer's device has refused, until someone was told. */
export class Faults {
  readonly #device: GPUDevice;
  readonly #buffers: (steps?: Kind) => readonly Named[];
  #first: DeviceError | undefined;
  /** Until the device has answered for all that was called. */
  #answered: Promise<void> = Promise.resolve();

  /** @param buffers the caller's, which may be what is wrong: with those that the last step of a kind was given */
  constructor(device: GPUDevice, buffers: (steps?: Kind) => readonly Named[]) {
    this.#device = device;
    this.#buffers = buffers;
  }

  /** Calls the device; the first thing that it refuses is kept. @param words what that means, and what to do */
  during<T>(call: () => T, words: (why: string) => string, steps?: Kind): T {
    const { result, refusal } = scoped(this.#device, call);
    this.hear(refusal, words, steps);
    return result;
  }

  /** Keeps what the device says against a call, once it does. */
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

  /** Calls the device to write what an optimizer holds. */
  writing(method: string, call: () => void): void {
    this.during(
      call,
      (why) =>
        `${method}: ${why}. A part may have been written: make a new optimizer, and continue from a checkpoint`,
    );
  }

  /** An error of reading, by the names of the buffers that the device refuses. */
  async named(method: string, error: unknown): Promise<unknown> {
    return error instanceof DeviceError
      ? new DeviceError(
          `${method}: ${await this.reason(error.message)}. Make a new optimizer, and continue from the last checkpoint`,
        )
      : error;
  }

  /** By the names of the buffers that the device refuses now, or as it was said. */
  async reason(said: string, steps?: Kind): Promise<string> {
    return (await this.refused(steps)).join("; ") || said;
  }

  /** The buffers that the device refuses now, a sentence each. */
  refused(steps?: Kind): Promise<string[]> {
    return refusedAmong(this.#device, this.#buffers(steps));
  }

  /** @throws {DeviceError} where the device is known to be lost, or, once, what it is known to have refused */
  assertNone(): void {
    assertPresent(this.#device);
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined) {
      throw first;
    }
  }

  /** As `assertNone`, once the device has answered for all that was called. */
  async settle(): Promise<void> {
    await this.#answered;
    this.assertNone();
  }
}
