/** Parameters that are kept in 16 bits an element, as operations take them: in float32. */
import type { Storage } from "../compilers/backend.ts";
import { decodeAll, encodeAll } from "../numbers/encoded.ts";

/** A parameter's bits and its gradient's, and where both are as numbers. */
export class InNumbers {
  readonly data: Float32Array;
  readonly gradient: Float32Array;
  readonly #encoding: NonNullable<Storage["encoding"]>;
  readonly #data: Uint16Array;
  readonly #gradient: Uint16Array;

  /**
   * @param gradient the bits of its gradient
   * @param allocate gives memory that lives as long as the tape
   */
  constructor(
    { storage, data }: { readonly storage: Storage; readonly data: Uint16Array },
    gradient: Uint16Array,
    allocate: (size: number) => Float32Array,
  ) {
    this.#encoding = storage.encoding!;
    this.#data = data;
    this.#gradient = gradient;
    this.data = allocate(data.length);
    this.gradient = allocate(data.length);
  }

  /** Reads the parameter. */
  load(): void {
    decodeAll(this.#encoding, this.#data, this.data);
  }

  /** Writes the gradient, rounded as the storage rounds. */
  store(): void {
    encodeAll(this.#encoding, this.gradient, this.#gradient);
  }
}
