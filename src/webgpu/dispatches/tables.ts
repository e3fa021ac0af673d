/** The tables in which shaders find their tensors, and one buffer for all of them. */
import { blockRecord, header, tensorRecord } from "../../compilers/wgsl/layout.ts";
import { matricesAt, matrixRecord } from "../../compilers/wgsl/matrices/operation.ts";
import type { Loop, Program } from "../../rule/planning/program.ts";
import { allocate, elementBytes, encodedAs } from "../parameters.ts";
import { byteOf, type GpuTensor, type Place } from "../tensor.ts";
import { blockStep, blocksFor, countFor, type Form, heightFor, widthFor } from "./blocks.ts";
import type { PlacedOperation } from "./routines.ts";
import type { Binding, Piece, Segment } from "./segments.ts";

type Words = Uint32Array<ArrayBuffer>;

/** Words to whose multiples tables begin: where bindings may. */
const alignment = 64;

export class Tables {
  readonly #tables: { readonly words: Words; readonly at: number }[] = [];
  #length = 0;
  #buffer: GPUBuffer | undefined;

  /** @returns what a shader's table is bound to, once all tables are in the buffer */
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

/** What tables say of a bound program. */
export interface Addresses {
  readonly program: Program;
  readonly tensors: readonly GpuTensor[];
  readonly host: { readonly perTensor: boolean };
  /** The first part of a reduction in `values`, and words from one reduction's parts to the next one's. */
  readonly partials: number;
  readonly partialsStride: number;
  /** Where a tensor's host values are in a row of the ring, and where its own are in `values`. */
  ringOf(tensor: GpuTensor): number;
  valuesOf(tensor: GpuTensor): number;
  /** Where the result of a reduction of a tensor is. */
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
  readonly segment: Segment;
  readonly keyOf: (slot: string) => string;
}

interface LoopSource extends TableSource {
  readonly loop: Loop;
  readonly form: Form;
  /** The index of each piece's first part of a reduction. */
  readonly firstParts: readonly number[];
  /** Elements of a row, where rows are selected. */
  readonly rowLength: number | undefined;
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
  const { execution, shared, loop, segment, form, firstParts } = source;
  const { slots, reductions } = execution.program;
  const counts = segment.pieces.map((piece) => blocksFor(form, loop, piece, segment));
  const blocks = counts.reduce((sum, count) => sum + count, 0);
  const stride = tensorRecord.slots + slots.length + reductions.length;
  const blockWords = blocks * blockRecord.length;
  const { pieces } = segment;
  const words = newTable(execution, shared, blocks, blockWords, pieces.length, stride);
  let at: number = header.length;
  for (const [index, piece] of pieces.entries()) {
    const record = header.length + blockWords + index * stride;
    for (let block = 0; block < counts[index]!; block++) {
      words[at + blockRecord.tensor] = record;
      words[at + blockRecord.start] = block * blockStep(form, segment);
      words[at + blockRecord.partial] = firstParts[index]! + block;
      at += blockRecord.length;
    }
    words[record + tensorRecord.length] = countFor(loop.kind, piece);
    words[record + tensorRecord.rows] = heightFor(loop.kind, piece);
    words[record + tensorRecord.width] = source.rowLength ?? widthFor(loop.kind, piece);
    writeAddresses(source, words, record, piece, index);
  }
  return words;
}

/** Where a tensor's numbers and arrays are. */
function writeAddresses(
  { execution, segment, keyOf }: TableSource,
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

/** The position of a piece's first element of an array, in its buffer as it is bound: of what is encoded, in words. */
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

/** @param operations those of one shader, by the index of their piece */
export function operationTable(
  source: TableSource,
  operations: ReadonlyMap<number, PlacedOperation>,
): Words {
  const { execution, shared, segment, keyOf } = source;
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
    writeAddresses(source, words, record, segment.pieces[index]!, index);
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
