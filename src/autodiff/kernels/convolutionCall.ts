/** What the kernels of convolutions are called with, and how an image gets into its room. */
import { FunctionBuilder, type FunctionSource } from "../../compilers/wasm/assembler/assembler.ts";
import { addTo, countUpTo } from "./loops.ts";
import { tileBytes } from "./tile.ts";

/** Bytes behind the room: what tiles at the border read and do not use, and a tile's own scratch. */
export const roomSlack = 64 + tileBytes;

/** The words of a convolution's call record, each 32 bits. Addresses, steps and sizes are in bytes. */
export const convolutionRecord = {
  /** The first image, the next one, and the next line. */
  source: 0,
  sourceImage: 1,
  sourceLine: 2,
  /** How many lines there are, in how many pieces each is copied, and the size of a piece. */
  sourceLines: 3,
  pieces: 4,
  pieceSize: 5,
  /** The room: its size, where the first piece goes, the next piece and the next line. */
  roomBytes: 6,
  roomStart: 7,
  roomPiece: 8,
  roomLine: 9,
  /** The filters' places: how many rows and columns of them there are, and the next one's pixels. */
  rows: 10,
  columns: 11,
  rowStep: 12,
  columnStep: 13,
  /** What a filter sees at a place: how many lines, the next line, and elements of a line. */
  lines: 14,
  lineStep: 15,
  run: 16,
  filters: 17,
  /** What has an element for each filter at each place: the first image's, and the next one's. */
  places: 18,
  placesImage: 19,
  /** The filters in panels, and what the sum of each starts from, in whole panels. */
  panels: 20,
  starts: 21,
  /** The gradient of the filters, which all images have a part in. */
  gradient: 22,
  images: 23,
} as const;

export const convolutionRecordWords = Object.keys(convolutionRecord).length;

/** A function's parameters, and those words of the record that it keeps in locals. */
export class ConvolutionCall {
  readonly f: FunctionBuilder;
  readonly start = 0;
  readonly end = 1;
  readonly record = 2;
  readonly scratch = 3;
  readonly #fields = new Map<string, number>();

  constructor(name: string) {
    this.f = new FunctionBuilder(name, Array(4).fill("i32"));
  }

  /** The local that holds a word of the record; the first time, at the function's start. */
  field(name: keyof typeof convolutionRecord): number {
    let local = this.#fields.get(name);
    if (local === undefined) {
      local = this.f.local("i32");
      this.f
        .get(this.record)
        .emit("i32.load", convolutionRecord[name] * 4)
        .set(local);
      this.#fields.set(name, local);
    }
    return local;
  }

  fields<const N extends readonly (keyof typeof convolutionRecord)[]>(...names: N) {
    return Object.fromEntries(names.map((name) => [name, this.field(name)])) as {
      readonly [K in N[number]]: number;
    };
  }

  locals(count: number): number[] {
    return Array.from({ length: count }, () => this.f.local("i32"));
  }

  /** Sets a local to `base` + `count` * `step`. */
  setAddress(local: number, base: number, count: number, step: number): void {
    this.f.get(base).get(count).get(step).emit("i32.mul").emit("i32.add").set(local);
  }
}

/**
 * `copyImage(image, unused, record, scratch)` clears the room and copies an image into it.
 */
export function copyImage(): FunctionSource {
  const call = new ConvolutionCall("copyImage");
  const { f } = call;
  const at = call.fields(
    ...(["source", "sourceImage", "sourceLine", "sourceLines", "pieces", "pieceSize"] as const),
    ...(["roomBytes", "roomStart", "roomPiece", "roomLine"] as const),
  );
  const [line, piece, from, to] = call.locals(4) as [number, number, number, number];
  // The last vector may reach into what is behind the room.
  countUpTo(f, from, at.roomBytes, 16, () => {
    f.get(call.scratch).get(from).emit("i32.add").emit("v128.const", Array(16).fill(0));
    f.emit("v128.store");
  });
  addTo(f, call.scratch, at.roomStart);
  call.setAddress(at.source, at.source, call.start, at.sourceImage);
  countUpTo(f, line, at.sourceLines, 1, () => {
    f.get(at.source).set(from).get(call.scratch).set(to).emit("i32.const", 0).set(piece);
    countUpTo(f, piece, at.pieces, 1, () => {
      f.get(to).get(from).get(at.pieceSize).emit("memory.copy");
      addTo(f, from, at.pieceSize);
      addTo(f, to, at.roomPiece);
    });
    addTo(f, at.source, at.sourceLine);
    addTo(f, call.scratch, at.roomLine);
  });
  return f.build();
}
