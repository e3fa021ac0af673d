/**
 * Cuts a plan's tensors into what one dispatch can reach: a segment's parameters are in one buffer, its
 * gradients in one, and its state in one of its own, none larger than a binding may be.
 */
import type { ElementStorage } from "../../compilers/wgsl/layout.ts";
import { blockElements } from "../../compilers/wgsl/layout.ts";
import type { Lanes } from "../../compilers/wgsl/operators.ts";
import { countOf, type Kind } from "../../rule/kinds.ts";
import { BindingError } from "../../runtime/errors.ts";
import { allocate, isOwn, padded, padding, storageBytes } from "../parameters.ts";
import type { GpuTensor, Place } from "../tensor.ts";

/** An array that Gradus keeps beside each tensor. */
export interface Kept {
  /** Names of one program's temporaries mean nothing to another's. */
  readonly key: string;
  readonly kind: Kind;
}

/** A tensor, or a part of one that is too large for a binding. */
export interface Piece {
  readonly tensor: GpuTensor;
  readonly gradient: Place;
  /** The first element. */
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
  readonly storages: { readonly parameter: ElementStorage; readonly gradient: ElementStorage };
  readonly lanes: Lanes;
  readonly parameter: Binding;
  readonly gradient: Binding;
  readonly state: GPUBuffer;
  /** For each array that is kept, the position of each piece's part in `state`, in elements. */
  readonly positions: ReadonlyMap<string, readonly number[]>;
}

const lengthOf = ({ kind }: Kept, { tensor, length }: Piece): number =>
  kind === "element" ? length : countOf(kind, tensor.rows, tensor.cols);

/** Elements that a piece has in `state`. */
const roomOf = (kept: readonly Kept[], piece: Piece): number =>
  kept.reduce((sum, each) => sum + padded(lengthOf(each, piece)), 0);

/** Whether shaders may take four elements at once: what lies behind the last one is padding. */
const isAligned = ({ buffer, offset, storage }: Place, length: number): boolean =>
  (offset / storageBytes[storage]) % padding === 0 && (isOwn(buffer) || length % padding === 0);

const lanesOf = ({ tensor, gradient }: Piece): Lanes =>
  isAligned(tensor.parameter, tensor.length) && isAligned(gradient, tensor.length) ? 4 : 1;

/** Where bindings may begin. */
const alignment = 256;

function spanOf(pieces: readonly Piece[], placeOf: (piece: Piece) => Place): Binding {
  const begins = pieces.map((piece) => {
    const { offset, storage } = placeOf(piece);
    return offset + piece.from * storageBytes[storage];
  });
  const ends = pieces.map((piece, index) => {
    const { buffer, storage } = placeOf(piece);
    const length = isOwn(buffer) ? padded(piece.length) : piece.length;
    return begins[index]! + length * storageBytes[storage];
  });
  const { buffer } = placeOf(pieces[0]!);
  const offset = Math.floor(Math.min(...begins) / alignment) * alignment;
  const size = Math.ceil((Math.max(...ends) - offset) / 4) * 4;
  return { buffer, offset, size: Math.min(Math.max(16, size), buffer.size - offset) };
}

const parameterOf = ({ tensor }: Piece): Place => tensor.parameter;
const gradientOf = ({ gradient }: Piece): Place => gradient;

/** Whether shaders see two pieces in the same way. */
function goTogether(a: Piece, b: Piece): boolean {
  const same = (one: Place, other: Place) =>
    one.buffer === other.buffer && one.storage === other.storage;
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
  const bytes = 4 * Math.max(padded(tensor.length), roomOf(kept, whole));
  if (bytes <= most) {
    return [whole];
  }
  if (!divisible) {
    throw new BindingError(
      `parameter \`${tensor.name}\`: its rule needs whole rows and columns, and with its state it takes ${bytes} bytes, more than a binding of this device (maxStorageBufferBindingSize is ${most}): requestDevice() asks for all that the adapter has`,
    );
  }
  const block = blockElements(4);
  const each = Math.floor(most / (4 * Math.max(1, kept.length)) / block) * block;
  return Array.from({ length: Math.ceil(tensor.length / each) }, (_, index) => {
    const from = index * each;
    return { tensor, gradient, from, length: Math.min(each, tensor.length - from) };
  });
}

/** Pieces that one dispatch can reach, in order. */
function gather(pieces: readonly Piece[], kept: readonly Kept[], most: number): Piece[][] {
  const groups: Piece[][] = [];
  let room = 0;
  for (const piece of pieces) {
    const group = groups.at(-1);
    const more = 4 * roomOf(kept, piece);
    const fits =
      group !== undefined &&
      goTogether(group[0]!, piece) &&
      room + more <= most &&
      [parameterOf, gradientOf].every(
        (of) => spanOf([...group.slice(0, 1), piece], of).size <= most,
      );
    if (fits) {
      group.push(piece);
      room += more;
    } else {
      groups.push([piece]);
      room = more;
    }
  }
  return groups;
}

function segmentOf(device: GPUDevice, pieces: readonly Piece[], kept: readonly Kept[]): Segment {
  const positions = new Map<string, number[]>();
  let end = 0;
  for (const each of kept) {
    const list = pieces.map((piece) => {
      const at = end;
      end += padded(lengthOf(each, piece));
      return at;
    });
    positions.set(each.key, list);
  }
  const [first] = pieces;
  return {
    pieces,
    storages: { parameter: first!.tensor.parameter.storage, gradient: first!.gradient.storage },
    lanes: lanesOf(first!),
    parameter: spanOf(pieces, parameterOf),
    gradient: spanOf(pieces, gradientOf),
    state: allocate(device, 4 * end, "gradus state"),
    positions,
  };
}

/** Bytes that a shader can reach in one binding. */
export const bindingBytes = ({ limits }: GPUDevice): number =>
  Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);

/** @param divisible whether a tensor may be cut: rows and columns do not matter */
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
