/** Rows of an array that follow a list of where they were. */
import { bytesTo, type Storage, type StoredElements } from "../../compilers/storages/storage.ts";

/** Elements from which on a copy by the engine is faster than a loop. */
const leastCopied = 64;

/** Whether rows may be written in order over those that they are read from: none is read once it is another. */
function isForward(rows: Uint32Array, height: number): boolean {
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    if (row < index && row < height && rows[row] !== row) {
      return false;
    }
  }
  return true;
}

/** What is moved: words where rows are made of whole ones, so that one loop is compiled for all types; numbers otherwise. */
type Units = Int32Array | StoredElements;

const inWords = ({ buffer, byteOffset, byteLength }: StoredElements): Int32Array =>
  new Int32Array(buffer, byteOffset, byteLength / 4);

const hasWords = ({ byteOffset, byteLength }: StoredElements): boolean =>
  byteOffset % 4 === 0 && byteLength % 4 === 0;

/**
 * Has the rows of an array follow: rows that lie side by side before and after go at once.
 * @param to of as many rows as the list; may be `from`
 * @param height rows of `from`: other numbers stand for new rows, which are those of `fresh`, or 0
 * @param width elements of a row
 */
export function gatherRows(
  from: StoredElements,
  to: StoredElements,
  rows: Uint32Array,
  height: number,
  width: number,
  fresh: StoredElements | undefined,
): void {
  const words = (width * to.BYTES_PER_ELEMENT) / 4;
  const source = from === to && !isForward(rows, height) ? from.slice() : from;
  if (Number.isInteger(words) && [source, to, fresh ?? to].every(hasWords)) {
    const [read, written] = [inWords(source), inWords(to)];
    const begun = fresh === to ? written : fresh && inWords(fresh);
    gather(read, written, rows, height, words, begun, source === to);
  } else {
    gather(source, to, rows, height, width, fresh, source === to);
  }
}

function gather(
  source: Units,
  to: Units,
  rows: Uint32Array,
  height: number,
  width: number,
  fresh: Units | undefined,
  isOver: boolean,
): void {
  for (let index = 0; index < rows.length; ) {
    const first = rows[index]!;
    let end = index + 1;
    if (first >= height) {
      while (end < rows.length && rows[end]! >= height) end++;
      if (fresh === undefined) {
        to.fill(0, index * width, end * width);
      } else if (fresh !== to) {
        copyRun(fresh, to, index * width, index * width, (end - index) * width);
      }
    } else {
      while (end < rows.length && rows[end] === first + end - index && rows[end]! < height) end++;
      if (!isOver || first !== index) {
        copyRun(source, to, first * width, index * width, (end - index) * width);
      }
    }
    index = end;
  }
}

function copyRun(from: Units, to: Units, start: number, at: number, count: number): void {
  if (count >= leastCopied) {
    to.set(from.subarray(start, start + count), at);
    return;
  }
  for (let element = 0; element < count; element++) {
    to[at + element] = from[start + element]!;
  }
}

/** Numbers of an array however they are kept. */
function decoded(
  { encoding, blocks }: Storage,
  array: StoredElements,
  count: number,
): Float32Array {
  const numbers = new Float32Array(count);
  for (let start = 0; blocks && start < count; start += blocks.length) {
    const end = Math.min(start + blocks.length, count);
    const bytes = array.subarray(
      (start / blocks.length) * (blocks.length + blocks.head),
    ) as Uint8Array;
    blocks.decode(bytes.subarray(0, blocks.head + end - start), numbers.subarray(start, end));
  }
  for (let index = 0; !blocks && index < count; index++) {
    numbers[index] = encoding ? encoding.decode(array[index]!) : array[index]!;
  }
  return numbers;
}

function encode({ encoding, blocks }: Storage, numbers: Float32Array, array: StoredElements): void {
  for (let start = 0; blocks && start < numbers.length; start += blocks.length) {
    const end = Math.min(start + blocks.length, numbers.length);
    const bytes = array.subarray(
      (start / blocks.length) * (blocks.length + blocks.head),
    ) as Uint8Array;
    blocks.encode(numbers.subarray(start, end), bytes.subarray(0, blocks.head + end - start));
  }
  for (let index = 0; !blocks && index < numbers.length; index++) {
    array[index] = encoding ? encoding.encode(numbers[index]!) : numbers[index]!;
  }
}

/** An array and how its elements are kept. */
export interface KeptArray {
  readonly array: StoredElements;
  readonly storage: Storage;
}

/**
 * The same of arrays that may be kept otherwise before and after, and in blocks. What blocks have of several rows is decoded,
 * and encoded again by the largest of the numbers that are in one now: to the nearest.
 */
export function gatherStored(
  from: KeptArray,
  to: KeptArray,
  rows: Uint32Array,
  height: number,
  width: number,
  fresh: StoredElements | undefined,
): void {
  const { blocks } = to.storage;
  const isAlike = from.storage.name === to.storage.name;
  if (isAlike && (blocks === undefined || width % blocks.length === 0)) {
    const size = blocks ? bytesTo(to.storage, width) : width;
    gatherRows(from.array, to.array, rows, height, size, fresh);
    return;
  }
  const count = rows.length * width;
  const numbers = new Float32Array(count);
  const before = decoded(from.storage, from.array, height * width);
  gatherRows(before, numbers, rows, height, width, fresh && decoded(to.storage, fresh, count));
  encode(to.storage, numbers, to.array);
}
