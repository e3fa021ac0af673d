/**
 * Sums up a file in one pass: all of it, and each tensor by itself. So whatever is read of it later is known to be what was
 * checked, however the file has changed meanwhile.
 */
import { crc32, joinedChecksum } from "./crc32.ts";
import { CheckpointError } from "./errors.ts";
import type { Header, TensorInfo } from "./safetensors/index.ts";

export class Sums {
  readonly #sums = new Map<TensorInfo, number>();
  /** Those that have elements, in the order of the file, and the one that is summed up now. */
  readonly #tensors: readonly TensorInfo[];
  #index = 0;
  #position = 0;
  #sum = 0;
  #total: number;

  /** @param before the sum of what stands before the elements */
  constructor({ tensors }: Header, before: number) {
    const full = [...tensors.values()].filter(({ begin, end }) => begin < end);
    this.#tensors = full.sort((a, b) => a.begin - b.begin);
    this.#total = before;
  }

  /** Takes the next bytes of the elements. */
  add(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      const tensor = this.#tensors[this.#index]!;
      const part = bytes.subarray(from, from + tensor.end - this.#position);
      this.#sum = crc32(part, this.#sum);
      this.#position += part.length;
      from += part.length;
      if (this.#position === tensor.end) {
        this.#total = joinedChecksum(this.#total, this.#sum, tensor.end - tensor.begin);
        this.#sums.set(tensor, this.#sum);
        this.#index += 1;
        this.#sum = 0;
      }
    }
  }

  /** Of the whole file, once all of it was taken. */
  get total(): number {
    return this.#total;
  }

  /** Whether it is one of the file's tensors, and no part of one. */
  has(tensor: TensorInfo): boolean {
    return this.#sums.has(tensor) || tensor.begin === tensor.end;
  }

  /** @throws {CheckpointError} where these bytes are not those of the tensor that were summed up */
  check(tensor: TensorInfo, sum: number): void {
    if (sum !== (this.#sums.get(tensor) ?? 0)) {
      throw new CheckpointError("it has changed since it was checked: read it again");
    }
  }
}
