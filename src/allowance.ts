/** Limits on the memory for what is read from a file: in proportion to the file's size, whatever the file claims. */

/** Bytes of memory per byte of the file. */
const perByte = 6;

/**
 * The most bytes of memory for what is read from a file.
 * @param mebibytes the part of it that does not depend on the file's size
 */
export const memoryFor = (fileBytes: number, mebibytes: number): number =>
  2 ** 20 * mebibytes + perByte * fileBytes;

/** A budget. Each use is an estimate on the safe side. */
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
