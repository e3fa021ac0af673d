/** Moves the rows of an array by a list that says which row each one was before. */
import { bytesTo, type Storage, type StoredElements } from "../../compilers/storages/storage.ts";
import { gatherInMemory, type MovingRows, memoryWith, type Units } from "./gatherInMemory.ts";
import { newRow, type RowList } from "./rowList.ts";

/** From this number of units on, a copy by the engine is faster than a loop. */
const leastCopied = 64;

const isInWords = ({ byteOffset, byteLength }: StoredElements): boolean =>
  byteOffset % 4 === 0 && byteLength % 4 === 0;

/**
 * Moves the rows of an array.
 * @param to has as many rows as the list has entries; may be `from`
 * @param width elements of a row
 * @param fresh holds the content of each new row at its place; may be `to`. Default: zeros
 */
export function gatherRows(
  from: StoredElements,
  to: StoredElements,
  list: RowList,
  width: number,
  fresh: StoredElements | undefined,
): void {
  const bytes = width * to.BYTES_PER_ELEMENT;
  const isOver = from === to;
  const { from: first, to: end } = isOver ? list.moves : { from: 0, to: list.words.length };
  const inWords = bytes % 4 === 0 && [from, to, fresh ?? to].every(isInWords);
  const units = inWords ? bytes / 4 : bytes;
  const viewOf = ({ buffer, byteOffset, byteLength }: StoredElements): Units =>
    inWords
      ? new Int32Array(buffer, byteOffset, byteLength / 4)
      : new Uint8Array(buffer, byteOffset, byteLength);
  const partOf = (array: StoredElements) => viewOf(array).subarray(first * units, end * units);
  const isAside = isOver && !list.moves.isForward;
  const place = partOf(to);
  const target = isAside ? viewOf(list.roomFor(place.byteLength)) : place;
  const memory = memoryWith(from);
  const moving = {
    ...{ memory, isOne: !isAside && memory === memoryWith(to) },
    ...{ from: viewOf(from), to: target, rows: list.words.subarray(first, end), width: units },
    ...{ fresh: fresh && partOf(fresh), hasNew: list.hasNew, stays: fresh === to && !isAside },
  };
  if (!gatherInMemory(moving)) {
    gather(moving);
  }
  if (isAside) {
    place.set(target);
  }
}

/** Row by row. Rows that are adjacent before and after are copied at once. */
export function gather({ from, to, rows, width, fresh, stays }: MovingRows): void {
  for (let index = 0; index < rows.length; ) {
    const first = rows[index]!;
    let end = index + 1;
    if (first === newRow) {
      while (end < rows.length && rows[end] === newRow) end++;
      if (fresh === undefined) {
        to.fill(0, index * width, end * width);
      } else if (!stays) {
        copyRun(fresh, to, index * width, index * width, (end - index) * width);
      }
    } else {
      while (end < rows.length && rows[end] === first + end - index) end++;
      copyRun(from, to, first * width, index * width, (end - index) * width);
    }
    index = end;
  }
}

function copyRun(from: Units, to: Units, start: number, at: number, count: number): void {
  if (count >= leastCopied) {
    to.set(from.subarray(start, start + count), at);
    return;
  }
  for (let unit = 0; unit < count; unit++) {
    to[at + unit] = from[start + unit]!;
  }
}

/** The numbers of an array, in any storage. */
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

/** An array with its storage. */
export interface KeptArray {
  readonly array: StoredElements;
  readonly storage: Storage;
}

/**
 * The same for arrays in any storage, which may differ before and after. If blocks hold several rows, they are decoded and encoded again,
 * scaled by the largest number that is in each block now, rounded to nearest.
 * @param height the number of rows before
 * @param width elements of a row
 */
export function gatherStored(
  from: KeptArray,
  to: KeptArray,
  list: RowList,
  height: number,
  width: number,
  fresh: StoredElements | undefined,
): void {
  const { blocks } = to.storage;
  const isAlike = from.storage.name === to.storage.name;
  if (isAlike && (blocks === undefined || width % blocks.length === 0)) {
    const size = blocks ? bytesTo(to.storage, width) : width;
    gatherRows(from.array, to.array, list, size, fresh);
    return;
  }
  const count = list.words.length * width;
  const numbers = new Float32Array(count);
  const before = decoded(from.storage, from.array, height * width);
  gatherRows(before, numbers, list, width, fresh && decoded(to.storage, fresh, count));
  encode(to.storage, numbers, to.array);
}
