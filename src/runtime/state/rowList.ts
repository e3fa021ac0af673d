/** Lists of rows by where they were. */
import { isArray, tagOf } from "../../tag.ts";
import { BindingError } from "../errors.ts";

/** What stands in a list of rows for one that was not there before: the bits of -1 in 32 bits, which means it as well. */
export const newRow = 0xffffffff;

/** For each row of now the one that it was, or `newRow`. */
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
   * @param rows words are taken as they are, and read where they lie
   * @param height rows that there were
   * @throws {BindingError} where it has what is no row
   */
  static of(rows: ArrayLike<number>, height: number): RowList {
    if (!isArray(rows)) {
      throw new BindingError(
        "remap: rows are a list of numbers: for each row the one that it was, or -1 for a new one",
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

  /** Which rows move, where they stay in their array. */
  get moves(): Moves {
    this.#moves ??= movesOf(this.words);
    return this.#moves;
  }

  /** Room for rows that cannot be written in order: the same one for one array after the other, as pages that are new are slow. */
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
    `remap: rows has ${rows[index]} at position ${index}; before there were rows 0 to ${height - 1}, and -1 is a new one`,
  );
}

/** How rows move within an array. */
export interface Moves {
  /** The first row that is another then, and behind the last one. */
  readonly from: number;
  readonly to: number;
  /** Whether they may be written in order over those that they are read from: none is read once it is another. */
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
