/** Writes pickles instruction by instruction, for files that `torch.save` never writes. */
import { writeZip } from "../../src/pytorch/zip.ts";

export type Piece = readonly number[];

export const text = (content: string): number[] => [...new TextEncoder().encode(content)];
export const name = (module: string, called: string): number[] => [
  0x63,
  ...text(`${module}\n${called}\n`),
];
export const short = (content: string): number[] => [0x8c, text(content).length, ...text(content)];
export const whole = (value: number): number[] => [
  0x4a,
  ...new Uint8Array(Int32Array.of(value).buffer),
];
export const long = (value: bigint): number[] => [
  ...[0x8a, 8],
  ...new Uint8Array(BigInt64Array.of(value).buffer),
];

export const [mark, tuple, reduce, build, persistent] = [0x28, 0x74, 0x52, 0x62, 0x51] as const;
export const [list, append, appends, dict, pop] = [0x5d, 0x61, 0x65, 0x7d, 0x30] as const;

/** Stores a value in the memo under a key. */
export const remember = (key: number): number[] => [0x71, key];
export const recall = (key: number): number[] => [0x68, key];

export const number = (value: number | bigint): number[] =>
  typeof value === "bigint" ? long(value) : whole(value);

export const storage = (type: string, key: string, length: Piece): number[] => [
  ...[mark, ...short("storage"), ...name("torch", type), ...short(key), ...short("cpu")],
  ...[...length, tuple, persistent],
];

export const ints = (values: readonly (number | bigint)[]): number[] => [
  mark,
  ...values.flatMap(number),
  tuple,
];

/** A tensor from instructions that make its storage, shape and strides. */
export const tensorOfPieces = (from: Piece, start: Piece, shape: Piece, strides: Piece) => [
  ...[...name("torch._utils", "_rebuild_tensor_v2"), mark, ...from, ...start],
  ...[...shape, ...strides, tuple, reduce],
];

const data = Uint8Array.of(0, 0, 128, 63, 0, 0, 0, 64);

/** A file with this pickle, and one array, by default of two float32. */
export const fileOfPickle = (pickle: Uint8Array, elements = data): Uint8Array =>
  writeZip([
    ["archive/data.pkl", pickle],
    ["archive/data/0", elements],
  ]);

export const withPickle = (...instructions: (number | Piece)[]): Uint8Array =>
  fileOfPickle(Uint8Array.from([0x80, 2, ...instructions.flat(), 0x2e]));

/** A piece repeated between a beginning and an end. */
export function repeated(before: Piece, piece: Piece, count: number, after: Piece): Uint8Array {
  const bytes = new Uint8Array(before.length + piece.length * count + after.length);
  bytes.set(before);
  const middle = bytes.subarray(before.length, before.length + piece.length * count);
  middle.set(piece.slice(0, middle.length));
  for (let done = piece.length; done > 0 && done < middle.length; done *= 2) {
    middle.copyWithin(done, 0, done);
  }
  bytes.set(after, before.length + middle.length);
  return bytes;
}
