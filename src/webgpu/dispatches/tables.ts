/** The tables in which shaders find their tensors, all in one buffer. */
import { blockRecord, header, tensorRecord } from "../../compilers/wgsl/layout.ts";
import { matricesAt, matrixRecord } from "../../compilers/wgsl/matrices/operation.ts";
import type { Loop, Program } from "../../rule/planning/program.ts";
import { allocate, elementBytes, encodedAs } from "../parameters.ts";
import { byteOf, type GpuTensor, type Place } from "../tensor.ts";
import { blockStep, blocksFor, countFor, type Form, heightFor, widthFor } from "./blocks.ts";
import type { PlacedOperation } from "./routines.ts";
import type { Binding, Piece, Segment } from "./segments.ts";

type Words = Uint32Array<ArrayBuffer>;

/** Tables begin at multiples of so many words, because bindings must. */
const alignment = 64;

export class Tables {
  readonly #tables: { readonly words: Words; readonly at: number }[] = [];
  #length = 0;
  #buffer: GPUBuffer | undefined;

  /** @returns a function that gives the binding of the table, after all tables are in the buffer */
  add(words: Words): () => GPUBufferBinding {
    const at = this.#length;
    this.#tables.push({ words, at });
    this.#length += Math.ceil(words.length / alignment) * alignment;
    const size = words.byteLength;
    return () => ({ buffer: this.#buffer!, offset: 4 * at, size });
  }

  upload(device: GPUDevice): GPUBuffer {
    const buffer = allocate(device, 4 * this.#length, "gradus tables");
    this.#buffer = buffer;
    for (const { words, at } of this.#tables) {
      device.queue.writeBuffer(buffer, 4 * at, words);
    }
    this.#tables.length = 0;
    return buffer;
  }
}

/** The addresses of a bound program that tables contain. */
export interface Addresses {
  readonly program: Program;
  readonly tensors: readonly GpuTensor[];
  readonly host: { readonly perTensor: boolean };
  /** The first partial result of a reduction in `values`, and words from one reduction's partial results to the next one's. */
  readonly partials: number;
  readonly partialsStride: number;
  /** Where a tensor's host values are in a row of the ring, and where its own values are in `values`. */
  ringOf(tensor: GpuTensor): number;
  valuesOf(tensor: GpuTensor): number;
  /** The place of a tensor's result of a reduction. */
  reductionAt(index: number, tensor: GpuTensor): number;
}

/** The ring of host values: its rows, and the words of each. */
interface RingShape {
  readonly ringRows: number;
  readonly ring: { readonly length: number };
}

interface TableSource {
  readonly execution: Addresses;
  readonly shared: RingShape;
  readonly keyOf: (slot: string) => string;
}

/** A segment that a loop runs over, and for each piece the index of its first partial result. */
export interface LoopSegment {
  readonly segment: Segment;
  readonly firstParts: readonly number[];
}

interface LoopSource extends TableSource {
  readonly loop: Loop;
  readonly form: Form;
  /** Several if the loop reads only gradients, each in its own buffer. */
  readonly segments: readonly LoopSegment[];
  /** The number of buffers that its shader reads: as many as segments, or more. */
  readonly buffers: number;
  /** The elements of a row, if rows are selected. */
  readonly rowLength?: number | undefined;
}

function newTable(
  { partials, partialsStride }: Addresses,
  { ringRows, ring }: RingShape,
  blocks: number,
  blockWords: number,
  records: number,
  stride: number,
): Words {
  const words = new Uint32Array(header.length + blockWords + records * stride);
  words[header.blocks] = blocks;
  words[header.tensorRecords] = header.length + blockWords;
  words[header.tensorStride] = stride;
  words[header.ringRows] = ringRows;
  words[header.ringStride] = ring.length;
  words[header.partials] = partials;
  words[header.partialsStride] = partialsStride;
  return words;
}

export function loopTable(source: LoopSource): Words {
  const { execution, shared, loop, form, buffers, segments } = source;
  const { slots, reductions } = execution.program;
  const all = segments.flatMap(({ segment, firstParts }, buffer) =>
    segment.pieces.map((piece, index) => {
      const count = blocksFor(form, loop, piece, segment);
      return { piece, index, segment, buffer, count, first: firstParts[index]! };
    }),
  );
  const ends = segments.map((_, buffer) =>
    all.reduce((sum, each) => sum + (each.buffer === buffer ? each.count : 0), 0),
  );
  const workgroups = Math.max(...ends);
  const stride = tensorRecord.slots + slots.length + reductions.length;
  const blockWords = workgroups * buffers * blockRecord.length;
  // The last record is for a tensor without elements, for buffers in which nothing is left.
  const words = newTable(execution, shared, workgroups, blockWords, all.length + 1, stride);
  const recordOf = (index: number) => header.length + blockWords + index * stride;
  const next = new Array<number>(buffers).fill(0);
  const addBlock = (buffer: number, record: number, start: number, partial: number) => {
    const at = header.length + (next[buffer]! * buffers + buffer) * blockRecord.length;
    words[at + blockRecord.tensor] = record;
    words[at + blockRecord.start] = start;
    words[at + blockRecord.partial] = partial;
    next[buffer]! += 1;
  };
  for (const [number, { piece, index, segment, buffer, count, first }] of all.entries()) {
    const record = recordOf(number);
    for (let block = 0; block < count; block++) {
      addBlock(buffer, record, block * blockStep(form, segment), first + block);
    }
    words[record + tensorRecord.length] = countFor(loop.kind, piece);
    words[record + tensorRecord.rows] = heightFor(loop.kind, piece);
    words[record + tensorRecord.width] = source.rowLength ?? widthFor(loop.kind, piece);
    writeAddresses(source, segment, words, record, piece, index);
  }
  for (const buffer of next.keys()) {
    while (next[buffer]! < workgroups) {
      addBlock(buffer, recordOf(all.length), 0, 0);
    }
  }
  return words;
}

/** Writes where a tensor's numbers and arrays are. */
function writeAddresses(
  { execution, keyOf }: TableSource,
  segment: Segment,
  words: Words,
  at: number,
  piece: Piece,
  index: number,
): void {
  const { tensor } = piece;
  const { slots, reductions } = execution.program;
  words[at + tensorRecord.ring] = execution.ringOf(tensor);
  words[at + tensorRecord.values] = execution.valuesOf(tensor);
  words[at + tensorRecord.before] = piece.from;
  for (const [slot, { name }] of slots.entries()) {
    words[at + tensorRecord.slots + slot] = positionOf(segment, index, name, keyOf);
  }
  for (const { index: reduction } of reductions) {
    words[at + tensorRecord.slots + slots.length + reduction] = execution.reductionAt(
      reduction,
      tensor,
    );
  }
}

/** The position of a piece's first element of an array in its bound buffer; in words if the array is encoded. */
function positionOf(
  segment: Segment,
  index: number,
  array: string,
  keyOf: (slot: string) => string,
): number {
  const piece = segment.pieces[index]!;
  const inBuffer = (place: Place, binding: Binding): number => {
    const { storage } = place;
    const bytes = encodedAs(storage) ? 4 : elementBytes(storage);
    return (byteOf(place, piece.from) - binding.offset) / bytes;
  };
  switch (array) {
    case "p":
      return inBuffer(piece.tensor.parameter, segment.parameter);
    case "g":
      return inBuffer(piece.gradient, segment.gradient);
    default:
      return segment.positions.get(keyOf(array))![index]!;
  }
}

/** @param operations the operations of one shader, by the index of their piece */
export function operationTable(
  source: TableSource,
  segment: Segment,
  operations: ReadonlyMap<number, PlacedOperation>,
): Words {
  const { execution, shared, keyOf } = source;
  const all = [...operations.values()].map(({ operation }) => operation);
  const blocks = all.reduce((sum, each) => sum + each.blocks.length, 0);
  const blockWords = blocks * blockRecord.length;
  const first = matricesAt(execution.program);
  const most = Math.max(...all.map(({ matrices }) => matrices.length));
  const stride = first + most * matrixRecord.length;
  const words = newTable(execution, shared, blocks, blockWords, operations.size, stride);
  let at: number = header.length;
  let record: number = header.length + blockWords;
  for (const [index, { operation, scratch }] of operations) {
    for (const [start, second] of operation.blocks) {
      words[at + blockRecord.tensor] = record;
      words[at + blockRecord.start] = start;
      words[at + blockRecord.partial] = second;
      at += blockRecord.length;
    }
    writeAddresses(source, segment, words, record, segment.pieces[index]!, index);
    for (const [place, matrix] of operation.matrices.entries()) {
      const to = record + first + place * matrixRecord.length;
      words[to + matrixRecord.base] =
        scratch.get(matrix.array) ?? positionOf(segment, index, matrix.array, keyOf);
      words[to + matrixRecord.rows] = matrix.rows;
      words[to + matrixRecord.cols] = matrix.cols;
      words[to + matrixRecord.rowStride] = matrix.rowStride;
      words[to + matrixRecord.colStride] = matrix.colStride;
    }
    record += stride;
  }
  return words;
}

export function scalarTable(execution: Addresses, shared: RingShape): Words {
  const { tensors, host, program } = execution;
  const owners = host.perTensor ? tensors : tensors.slice(0, 1);
  const stride = tensorRecord.slots + program.reductions.length;
  const words = newTable(execution, shared, owners.length, 0, owners.length, stride);
  for (const [index, tensor] of owners.entries()) {
    const at = header.length + index * stride;
    words[at + tensorRecord.ring] = execution.ringOf(tensor);
    words[at + tensorRecord.values] = execution.valuesOf(tensor);
    for (const { index: reduction } of program.reductions) {
      words[at + tensorRecord.slots + reduction] = execution.reductionAt(reduction, tensor);
    }
  }
  return words;
}
