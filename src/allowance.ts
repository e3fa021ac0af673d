/** What may be made of a file: in proportion to its bytes, whatever it claims. */

/** Memory for each of a file's bytes. */
const perByte = 6;

/**
 * Bytes of memory for what is made of a file.
 * @param mebibytes for a file however small
 */
export const memoryFor = (fileBytes: number, mebibytes: number): number =>
  2 ** 20 * mebibytes + perByte * fileBytes;

/** Something that is spent, by estimates on the safe side. */
export class Allowance {
  #left: number;
  readonly #refuse: () => never;

  constructor(amount: number, refuse: () => never) {
    this.#left = amount;
    this.#refuse = refuse;
  }

  take(amount: number): void {
    this.#left -= amount;
    if (this.#left < 0) {
      this.#refuse();
    }
  }
}
