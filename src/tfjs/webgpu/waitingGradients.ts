/** Accumulates the gradients of several steps for one update, with TensorFlow.js on its device. */
import { add, keep, mul, type Tensor, tidy } from "@tensorflow/tfjs-core";

type Gradients = ReadonlyMap<string, Tensor>;

export class WaitingGradients {
  readonly #every: number;
  #sums = new Map<string, Tensor>();
  #count = 0;

  /** @param every the number of gradients whose mean makes an update */
  constructor(every: number) {
    this.#every = every;
  }

  /** The number of gradients that wait for an update. */
  get count(): number {
    return this.#count;
  }

  /** @returns the mean, if it is time for an update, or the gradients themselves if each makes one. Give it to `release` afterwards */
  take(gradients: Gradients): Gradients | undefined {
    if (this.#every === 1) {
      return gradients;
    }
    for (const [name, gradient] of gradients) {
      const before = this.#sums.get(name);
      this.#sums.set(
        name,
        kept(() => (before ? add(before, gradient) : gradient.clone())),
      );
      before?.dispose();
    }
    this.#count += 1;
    if (this.#count < this.#every) {
      return undefined;
    }
    const sums = [...this.#sums];
    const means = new Map(
      sums.map(([name, sum]) => [name, kept(() => mul(sum, 1 / this.#every))] as const),
    );
    this.clear();
    return means;
  }

  /** Disposes the tensors that `take` has made. */
  release(taken: Gradients): void {
    if (this.#every > 1) {
      for (const tensor of taken.values()) {
        tensor.dispose();
      }
    }
  }

  /** Discards waiting gradients. */
  clear(): void {
    for (const sum of this.#sums.values()) {
      sum.dispose();
    }
    this.#sums = new Map();
    this.#count = 0;
  }
}

/** A tensor that is kept after the `tidy` around a step. */
const kept = (make: () => Tensor): Tensor => keep(tidy(make));
