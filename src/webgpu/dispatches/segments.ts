/**
 * Divides a plan's tensors into segments, each of which one dispatch can reach: a segment has its parameters in one buffer, its
 * gradients in one, and its state in one of its own, none larger than a binding may be.
 */
import { bytesTo, type Storage } from "../../compilers/storages/storage.ts";
import { blockElements, type Storages } from "../../compilers/wgsl/layout.ts";
import type { Lanes } from "../../compilers/wgsl/operators.ts";
import { countOf, type Kind } from "../../rule/graph/kinds.ts";
import { BindingError } from "../../runtime/errors.ts";
import { allocate, elementBytes, isOwn, padded, padding } from "../parameters.ts";
import { byteOf, extentOf, type GpuTensor, type Place } from "../tensor.ts";
import { rowsWithin } from "./rowsWithin.ts";

/** An array that Gradus keeps for each tensor. */
export interface Kept {
  /** Its key. Programs do not share temporaries, even if these have the same name. */
  readonly key: string;
  readonly kind: Kind;
  /** How its elements are stored, if not in float32. */
  readonly storage: Storage | undefined;
}

/** A tensor, or a part of a tensor that is too large for a binding. */
export interface Piece {
  readonly tensor: GpuTensor;
  readonly gradient: Place;
  /** The index of its first element. */
  readonly from: number;
  readonly length: number;
}

export interface Binding {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

export interface Segment {
  readonly pieces: readonly Piece[];
  readonly storages: Storages;
  readonly lanes: Lanes;
  readonly parameter: Binding;
  readonly gradient: Binding;
  readonly state: GPUBuffer;
  /** For each array, the position of each piece's part in `state`, in words. */
  readonly positions: ReadonlyMap<string, readonly number[]>;
}

const lengthOf = ({ kind }: Kept, { tensor, length }: Piece): number =>
  kind === "element" ? length : countOf(kind, tensor.rows, tensor.cols);

/** The words of a piece's array in `state`. */
export function wordsOf(kept: Kept, piece: Piece): number {
  const length = padded(lengthOf(kept, piece));
  return kept.storage ? padded(Math.ceil(bytesTo(kept.storage, length) / 4)) : length;
}

/** The words of a piece in `state`. */
const roomOf = (kept: readonly Kept[], piece: Piece): number =>
  kept.reduce((sum, each) => sum + wordsOf(each, piece), 0);

/** Whether shaders may take four elements at once, because padding follows the last element. */
const isAligned = ({ buffer, offset, storage, strided }: Place, length: number): boolean =>
  strided === undefined &&
  (offset / elementBytes(storage)) % padding === 0 &&
  (isOwn(buffer) || length % padding === 0);

const lanesOf = ({ tensor, gradient }: Piece): Lanes =>
  isAligned(tensor.parameter, tensor.length) && isAligned(gradient, tensor.length) ? 4 : 1;

/** Bindings must begin at multiples of this. */
const alignment = 256;

/** A range of bytes in a buffer; `to` is after the last one. */
interface Range {
  readonly buffer: GPUBuffer;
  readonly from: number;
  readonly to: number;
}

function rangeOf({ from, length }: Piece, place: Place): Range {
  const { buffer, storage, strided } = place;
  const begin = byteOf(place, from);
  const room = isOwn(buffer) && !strided ? padded(length) : length;
  return { buffer, from: begin, to: begin + extentOf({ ...place, storage }, room) };
}

const joined = (a: Range, b: Range): Range => ({
  ...a,
  ...{ from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) },
});

/** The binding for a range. */
function bindingOf({ buffer, from, to }: Range): Binding {
  const offset = Math.floor(from / alignment) * alignment;
  const size = Math.ceil((to - offset) / 4) * 4;
  return { buffer, offset, size: Math.min(Math.max(16, size), buffer.size - offset) };
}

/** Whether a dispatch would bind the same bytes twice for writing, which devices refuse. */
const overlap = (a: Binding, b: Binding): boolean =>
  a.buffer === b.buffer && a.offset < b.offset + b.size && b.offset < a.offset + a.size;

/** The ranges that the bindings of some pieces must cover. */
interface Reach {
  readonly parameter: Range;
  readonly gradient: Range;
}

const reachOf = (piece: Piece): Reach => ({
  parameter: rangeOf(piece, piece.tensor.parameter),
  gradient: rangeOf(piece, piece.gradient),
});

const joinedReach = (a: Reach, b: Reach): Reach => ({
  parameter: joined(a.parameter, b.parameter),
  gradient: joined(a.gradient, b.gradient),
});

const bindingsOf = (reach: Reach) => ({
  parameter: bindingOf(reach.parameter),
  gradient: bindingOf(reach.gradient),
});

/** Whether one dispatch may have these bindings. */
function isReachable(reach: Reach, most: number): boolean {
  const { parameter, gradient } = bindingsOf(reach);
  return parameter.size <= most && gradient.size <= most && !overlap(parameter, gradient);
}

/** The binding for the gradients of a segment of one tensor, in their own buffer. */
export const gradientIn = ({ pieces }: Segment, buffer: GPUBuffer): Binding =>
  bindingOf(pieces.map((piece) => rangeOf(piece, { ...piece.gradient, buffer })).reduce(joined));

/** Whether the same shader can run over both pieces. */
function goTogether(a: Piece, b: Piece): boolean {
  const same = (one: Place, other: Place) =>
    one.buffer === other.buffer &&
    one.storage === other.storage &&
    one.strided?.stride === other.strided?.stride &&
    one.strided?.columns === other.strided?.columns;
  return (
    same(a.tensor.parameter, b.tensor.parameter) &&
    same(a.gradient, b.gradient) &&
    lanesOf(a) === lanesOf(b)
  );
}

function cut(
  tensor: GpuTensor,
  gradient: Place,
  kept: readonly Kept[],
  divisible: boolean,
  most: number,
): Piece[] {
  const whole: Piece = { tensor, gradient, from: 0, length: tensor.length };
  const strided = tensor.parameter.strided ?? gradient.strided;
  const extents = [tensor.parameter, gradient].map((place) => extentOf(place, tensor.length));
  const reach = strided ? Math.max(...extents) + alignment : 0;
  const bytes = Math.max(4 * padded(tensor.length), 4 * roomOf(kept, whole), reach);
  if (bytes <= most) {
    return [whole];
  }
  if (!divisible) {
    throw new BindingError(
      `parameter \`${tensor.name}\`: its rule needs whole rows and columns, and with its state it takes ${bytes} bytes, more than a binding of this device (maxStorageBufferBindingSize is ${most}): requestDevice() requests the largest limits of the adapter`,
    );
  }
  const block = blockElements(4);
  const room = Math.floor(most / (4 * Math.max(1, kept.length)) / block) * block;
  const each = strided ? rowsWithin(tensor, gradient, room, most - alignment) : room;
  return Array.from({ length: Math.ceil(tensor.length / each) }, (_, index) => {
    const from = index * each;
    return { tensor, gradient, from, length: Math.min(each, tensor.length - from) };
  });
}

/** @throws {BindingError} where no dispatch can reach a parameter and its gradient */
function checkApart({ tensor }: Piece, { parameter, gradient }: Reach): void {
  if (overlap(bindingOf(parameter), bindingOf(gradient))) {
    throw new BindingError(
      `parameter \`${tensor.name}\` and its gradient lie in one buffer, closer than a device can bind them: ${
        tensor.parameter.strided
          ? "keep gradients in another one"
          : `begin each at a multiple of ${alignment} bytes`
      }`,
    );
  }
}

/** Groups pieces, in order, so that one dispatch can reach each group. */
function gather(pieces: readonly Piece[], kept: readonly Kept[], most: number): Piece[][] {
  const groups: Piece[][] = [];
  let room = 0;
  let reach: Reach | undefined;
  for (const piece of pieces) {
    const group = groups.at(-1);
    const more = 4 * roomOf(kept, piece);
    const own = reachOf(piece);
    checkApart(piece, own);
    const both = reach && joinedReach(reach, own);
    const fits =
      group !== undefined &&
      goTogether(group[0]!, piece) &&
      room + more <= most &&
      isReachable(both!, most);
    if (fits) {
      group.push(piece);
    } else {
      groups.push([piece]);
    }
    room = fits ? room + more : more;
    reach = fits ? both : own;
  }
  return groups;
}

/** Only for pieces with strided rows: shaders are identified by their storages, so others must not have the property. */
function stridedIn({ tensor, gradient }: Piece): Pick<Storages, "strided"> {
  const strided = { parameter: tensor.parameter.strided, gradient: gradient.strided };
  return strided.parameter || strided.gradient ? { strided } : {};
}

function segmentOf(device: GPUDevice, pieces: readonly Piece[], kept: readonly Kept[]): Segment {
  const positions = new Map<string, number[]>();
  let end = 0;
  for (const each of kept) {
    const list = pieces.map((piece) => {
      const at = end;
      end += wordsOf(each, piece);
      return at;
    });
    positions.set(each.key, list);
  }
  const [first] = pieces;
  const states = kept.flatMap(({ key, storage }) => (storage ? [[key, storage] as const] : []));
  return {
    pieces,
    storages: {
      ...{ parameter: first!.tensor.parameter.storage, gradient: first!.gradient.storage },
      ...stridedIn(first!),
      states: new Map(states),
    },
    lanes: lanesOf(first!),
    ...bindingsOf(pieces.map(reachOf).reduce(joinedReach)),
    state: allocate(device, 4 * end, "gradus state"),
    positions,
  };
}

/** The bytes that a shader can reach through one binding. */
export const bindingBytes = ({ limits }: GPUDevice): number =>
  Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);

/** @param divisible whether a tensor may be cut, because rows and columns do not matter */
export function segmentsOf(
  device: GPUDevice,
  tensors: readonly GpuTensor[],
  gradients: ReadonlyMap<GpuTensor, Place>,
  kept: readonly Kept[],
  divisible: boolean,
): Segment[] {
  const most = bindingBytes(device);
  const buffers = [...new Set(tensors.map(({ parameter }) => parameter.buffer))];
  const ordered = [...tensors]
    .filter(({ length }) => length > 0)
    .sort(
      (a, b) =>
        buffers.indexOf(a.parameter.buffer) - buffers.indexOf(b.parameter.buffer) ||
        a.parameter.offset - b.parameter.offset,
    );
  const pieces = ordered.flatMap((tensor) =>
    cut(tensor, gradients.get(tensor)!, kept, divisible, most),
  );
  return gather(pieces, kept, most).map((group) => segmentOf(device, group, kept));
}

/** The part of a segment that has these pieces, given by their indices. */
export function partOfSegment(segment: Segment, indices: readonly number[]): Segment {
  const pick = <T>(list: readonly T[]): T[] => indices.map((index) => list[index]!);
  const positions = new Map([...segment.positions].map(([key, list]) => [key, pick(list)]));
  return { ...segment, pieces: pick(segment.pieces), positions };
}

/** The parts of segments that have these tensors. */
export function partsOfSegments(
  segments: readonly Segment[],
  tensors: readonly GpuTensor[],
): Segment[] {
  const wanted = new Set(tensors);
  return segments.flatMap((segment) => {
    const indices = [...segment.pieces.keys()].filter((index) =>
      wanted.has(segment.pieces[index]!.tensor),
    );
    return indices.length > 0 ? [partOfSegment(segment, indices)] : [];
  });
}
