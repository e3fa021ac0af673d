/** What the device says of steps that were made without waiting for it. */
import { DisposedError } from "../../runtime/errors.ts";
import type { GpuOptimizer } from "../../webgpu/optimizer.ts";

/** Asks one question at a time, and waits for no answer. */
export class Watch {
  readonly #optimizer: GpuOptimizer;
  #isAsking = false;
  #error: { readonly what: unknown } | undefined;

  constructor(optimizer: GpuOptimizer) {
    this.#optimizer = optimizer;
  }

  /** Asks how the steps so far went, unless the last answer is still to come. */
  ask(): void {
    if (!this.#isAsking) {
      this.#isAsking = true;
      this.#ask();
    }
  }

  /** @throws what an answer has said: once, at the first call after it */
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
