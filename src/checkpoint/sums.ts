/**
 * Computes the checksum of a file and of each of its tensors, in one pass. So a later read can check that it gets what was
 * verified, even if the file has changed in the meantime.
 */
import { crc32, joinedChecksum } from "./crc32.ts";
import { CheckpointError } from "./errors.ts";
import type { Header, TensorInfo } from "./safetensors/index.ts";

export class Sums {
  readonly #sums = new Map<TensorInfo, number>();
  /** The tensors with elements, in the order of the file, and the index of the present one. */
  readonly #tensors: readonly TensorInfo[];
  #index = 0;
  #position = 0;
  #sum = 0;
  #total: number;

  /** @param before the sum of everything before the elements */
  constructor({ tensors }: Header, before: number) {
    const full = [...tensors.values()].filter(({ begin, end }) => begin < end);
    this.#tensors = full.sort((a, b) => a.begin - b.begin);
    this.#total = before;
  }

  /** Adds the next bytes of the elements. */
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

  /** The sum of the whole file, after all bytes were added. */
  get total(): number {
    return this.#total;
  }

  /** Whether this is a whole tensor of the file, not a part of one. */
  has(tensor: TensorInfo): boolean {
    return this.#sums.has(tensor) || tensor.begin === tensor.end;
  }

  /** @throws {CheckpointError} if the sum is not the one that the tensor had */
  check(tensor: TensorInfo, sum: number): void {
    if (sum !== (this.#sums.get(tensor) ?? 0)) {
      throw new CheckpointError("it has changed since it was checked: read it again");
    }
  }
}
