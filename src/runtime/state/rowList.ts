/** Lists that say which row each row was before. */
import { isArray, tagOf } from "../../tag.ts";
import { BindingError } from "../errors.ts";

/** The entry for a new row. It has the bits of -1 in 32 bits, so -1 means the same. */
export const newRow = 0xffffffff;

/** For each present row, the row that it was before, or `newRow`. */
export class RowList {
  readonly words: Uint32Array<ArrayBuffer>;
  readonly hasNew: boolean;
  #moves: Moves | undefined;
  #room = new Uint8Array(0);

  private constructor(words: Uint32Array<ArrayBuffer>, hasNew: boolean) {
    this.words = words;
    this.hasNew = hasNew;
  }

  /**
   * @param rows a list of 32-bit integers is read in place
   * @param height the number of rows before
   * @throws {BindingError} if an entry is not a row
   */
  static of(rows: ArrayLike<number>, height: number): RowList {
    if (!isArray(rows)) {
      throw new BindingError(
        "remap: rows must be a list of numbers: for each row the number that it had before, or -1 for a new row",
      );
    }
    const words = wordsOf(rows, height);
    let hasNew = false;
    for (let index = 0; index < words.length; index++) {
      if (words[index]! >= height) {
        if (words[index] !== newRow) {
          refuse(rows, index, height);
        }
        hasNew = true;
      }
    }
    return new RowList(words, hasNew);
  }

  /** How rows move, if they stay in the same array. */
  get moves(): Moves {
    this.#moves ??= movesOf(this.words);
    return this.#moves;
  }

  /** Scratch space for rows that cannot be written in order. All arrays share it, because new memory pages are slow. */
  roomFor(bytes: number): Uint8Array {
    if (this.#room.length < bytes) {
      this.#room = new Uint8Array(bytes);
    }
    return this.#room.subarray(0, bytes);
  }
}

function wordsOf(rows: ArrayLike<number>, height: number): Uint32Array<ArrayBuffer> {
  const tag = tagOf(rows);
  if (tag === "Uint32Array" || tag === "Int32Array") {
    const { buffer, byteOffset, length } = rows as Uint32Array<ArrayBuffer>;
    return new Uint32Array(buffer, byteOffset, length);
  }
  const words = new Uint32Array(rows.length);
  for (let index = 0; index < words.length; index++) {
    const row = rows[index]!;
    words[index] = row;
    if (words[index] !== row && row !== -1) {
      refuse(rows, index, height);
    }
  }
  return words;
}

function refuse(rows: ArrayLike<number>, index: number, height: number): never {
  throw new BindingError(
    `remap: rows has ${rows[index]} at position ${index}; before there were rows 0 to ${height - 1}, and -1 stands for a new row`,
  );
}

/** How rows move within an array. */
export interface Moves {
  /** The range of rows that change: the first one, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Whether rows may be written in order into their own array: no row is read after it was overwritten. */
  readonly isForward: boolean;
}

function movesOf(words: Uint32Array): Moves {
  let [from, to] = [0, words.length];
  while (from < to && words[from] === from) from++;
  while (to > from && words[to - 1] === to - 1) to--;
  let isForward = true;
  for (let index = from; index < to && isForward; index++) {
    const row = words[index]!;
    isForward = row >= index || words[row] === row;
  }
  return { from, to, isForward };
}
