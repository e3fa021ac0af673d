/** Collects the device's reports about steps, without making steps wait for them. */
import { DisposedError } from "../../runtime/errors.ts";
import type { GpuOptimizer } from "../../webgpu/optimizer.ts";

/** Asks one question at a time, and does not wait for the answer. */
export class Watch {
  readonly #optimizer: GpuOptimizer;
  #isAsking = false;
  #error: { readonly what: unknown } | undefined;

  constructor(optimizer: GpuOptimizer) {
    this.#optimizer = optimizer;
  }

  /** Asks about the steps so far, unless the last answer is still pending. */
  ask(): void {
    if (!this.#isAsking) {
      this.#isAsking = true;
      this.#ask();
    }
  }

  /** @throws the error of an answer, once, at the first call after it */
  check(): void {
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) {
      throw error.what;
    }
  }

  async #ask(): Promise<void> {
    try {
      await this.#optimizer.report();
    } catch (what) {
      if (!(what instanceof DisposedError)) {
        this.#error = { what };
      }
    } finally {
      this.#isAsking = false;
    }
  }
}
