/** Reads the JSON of a header. */
import { CheckpointError } from "../errors.ts";
import { loneSurrogate } from "./format.ts";

const unknown: readonly string[] = [];

const [quotation, backslash, zero, nine] = [0x22, 0x5c, 0x30, 0x39];

/**
 * Reads JSON piece by piece, as far as headers use it: objects, lists, strings and whole numbers. `JSON.parse` would keep the last
 * of two values with the same name, and accept any depth of nesting.
 */
export class Scanner {
  readonly #text: string;
  #at = 0;
  readonly #numbers: number[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** Skips a character such as `{`, if it is next. */
  take(sign: string): boolean {
    this.#skipSpace();
    const isNext = this.#text.charCodeAt(this.#at) === sign.charCodeAt(0);
    this.#at += isNext ? 1 : 0;
    return isNext;
  }

  /** @throws {CheckpointError} if another character is next */
  expect(sign: string): void {
    if (!this.take(sign)) {
      this.refuse(`${sign} is expected`);
    }
  }

  /** @throws {CheckpointError} if anything but spaces is left */
  expectEnd(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) {
      this.refuse("nothing more is expected");
    }
  }

  /**
   * Reads the start of an object up to its first value, and returns the name. If the object is empty, reads past it and returns
   * undefined.
   * @param likely as for `string`
   */
  firstName(likely = unknown): string | undefined {
    this.expect("{");
    return this.take("}") ? undefined : this.#name(likely);
  }

  /** Reads up to the next value, and returns its name; undefined after the end of the object. */
  nextName(likely = unknown): string | undefined {
    if (this.take(",")) {
      return this.#name(likely);
    }
    this.expect("}");
    return undefined;
  }

  #name(likely: readonly string[]): string {
    const name = this.string(likely);
    this.expect(":");
    return name;
  }

  /** Reads `[1, 2, ...]`. @throws {CheckpointError} if there are more than `most` numbers */
  wholeNumbers(most: number): number[] {
    this.expect("[");
    if (this.take("]")) {
      return [];
    }
    const numbers = this.#numbers;
    let count = 0;
    do {
      if (count === most) {
        this.refuse(`more than ${most} numbers in a list`);
      }
      numbers[count++] = this.#wholeNumber();
    } while (this.take(","));
    this.expect("]");
    // A copy of the exact length, because an array that has grown has room for more.
    return numbers.slice(0, count);
  }

  /** @param likely a string that is expected: if it is that one, no new string takes memory and time */
  string(likely = unknown): string {
    this.expect('"');
    const text = this.#text;
    const start = this.#at;
    for (const each of likely) {
      const end = start + each.length;
      if (text.charCodeAt(end) === quotation && text.startsWith(each, start)) {
        this.#at = end + 1;
        return each;
      }
    }
    let [at, isPlain] = [start, true];
    for (let code = text.charCodeAt(at); code !== quotation; code = text.charCodeAt(at)) {
      // After the end, the code is NaN.
      if (!(code >= 0x20)) {
        this.refuse("a string has no end, or a sign that must be escaped");
      }
      isPlain &&= code !== backslash && code < 0xd800;
      at += code === backslash ? 2 : 1;
    }
    const raw = text.slice(start, at);
    this.#at = at + 1;
    return isPlain ? raw : this.#unescaped(raw);
  }

  refuse(problem: string): never {
    throw new CheckpointError(
      `the header is not valid safetensors: ${problem} at character ${this.#at}; the file is damaged, or not a safetensors file`,
    );
  }

  #unescaped(raw: string): string {
    let text: string | undefined;
    try {
      text = JSON.parse(`"${raw}"`);
    } catch {
      this.refuse("a string has a wrong escape");
    }
    if (text === undefined || loneSurrogate.test(text)) {
      this.refuse("a string has half of a surrogate pair");
    }
    return text;
  }

  #wholeNumber(): number {
    this.#skipSpace();
    const start = this.#at;
    let value = 0;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (!(code >= zero && code <= nine)) {
        break;
      }
      value = value * 10 + (code - zero);
      this.#at += 1;
    }
    const digits = this.#at - start;
    if (digits === 0 || (digits > 1 && this.#text.charCodeAt(start) === zero)) {
      this.refuse("a whole number is expected");
    }
    if (!Number.isSafeInteger(value)) {
      this.refuse("a number is 2^53 or more");
    }
    return value;
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) {
        return;
      }
      this.#at += 1;
    }
  }
}
