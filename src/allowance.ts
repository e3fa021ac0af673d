/** What may be made of a file: in proportion to its bytes, whatever it claims. */

/** Memory that whoever reads a file may take: for however small a one, and for each of its bytes. */
const [leastBytes, perByte] = [16 * 2 ** 20, 6];

/** Bytes of memory for what is made of a file of so many bytes. */
export const memoryFor = (fileBytes: number): number => leastBytes + perByte * fileBytes;

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
