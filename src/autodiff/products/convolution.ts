/** Convolutions of images in the parameters' memory, and their derivatives. */
import {
  convolutionRecord,
  convolutionRecordWords,
  roomSlack,
} from "../kernels/convolutionCall.ts";
import type { Kernels, RangeKernel } from "../kernels/index.ts";
import { tileColumns, tileRows } from "../kernels/tile.ts";
import type { Recorder, Tensor } from "../tensor.ts";
import type { RunRanges } from "./ranges.ts";
import { ScratchArray } from "./scratchArray.ts";
import type { Windows } from "./windows.ts";

type Fields = Partial<Record<keyof typeof convolutionRecord, number>>;

const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

/** Where the convolutions of a tape pack their filters, each at each pass. */
const scratches = new WeakMap<Recorder, ScratchArray>();

function scratchOn(tape: Recorder): ScratchArray {
  let scratch = scratches.get(tape);
  if (scratch === undefined) {
    scratch = new ScratchArray((size) => tape.buffer(size));
    scratches.set(tape, scratch);
  }
  return scratch;
}

/** A call record in the parameters' memory. */
class CallRecord {
  readonly address: number;
  readonly #words: Int32Array;

  constructor(tape: Recorder, fields: Fields) {
    const { buffer, byteOffset } = tape.buffer(convolutionRecordWords);
    this.address = byteOffset;
    this.#words = new Int32Array(buffer, byteOffset, convolutionRecordWords);
    for (const [name, value] of Object.entries(fields)) {
      this.set(name as keyof Fields, value);
    }
  }

  set(name: keyof Fields, value: number): void {
    this.#words[convolutionRecord[name]] = value;
  }
}

/**
 * Along one direction: which of `count` members that stand `step` apart in a row of `size`, the first
 * at `start`, are inside it.
 */
function inside(start: number, step: number, count: number, size: number) {
  const first = Math.min(count, Math.max(0, Math.ceil(-start / step)));
  const end = Math.max(first, Math.min(count, Math.floor((size - 1 - start) / step) + 1));
  return { first, count: end - first, at: start + first * step };
}

/**
 * y = sums over what each filter sees at each place. With g = dL/dy: dL/dx is a convolution as well, of
 * g with its elements a stride apart and zeros around, by filters that are turned by 180 degrees and have
 * channels and filters exchanged; dL/dW correlates g with x.
 */
export class Convolution {
  readonly #windows: Windows;
  readonly #filters: number;
  readonly #x: Tensor;
  readonly #weight: Tensor;
  readonly #bias: Tensor | undefined;
  readonly #kernels: Kernels;
  readonly #runRanges: RunRanges;
  readonly #scratchBytes: number;
  /** For the filters in panels, and then for the turned ones. */
  readonly #scratch: ScratchArray;
  /** The bias in whole panels; zeros where there is none. */
  readonly #starts: Float32Array;
  readonly #forward: CallRecord;
  readonly #backward: CallRecord;
  /** Bytes of the gradient of y before the first element that has a part in x's. */
  #clipped = 0;

  constructor(x: Tensor, weight: Tensor, bias: Tensor | undefined, windows: Windows) {
    const { tape } = x;
    const { lines, columns, channels } = windows;
    this.#windows = windows;
    this.#x = x;
    this.#weight = weight;
    this.#bias = bias;
    this.#kernels = tape.kernels;
    this.#runRanges = tape.runRanges;
    this.#filters = weight.shape[0]!;
    const size = lines * columns;
    const padded = [this.#filters, channels].map((count) => roundUp(count, tileColumns));
    this.#scratch = scratchOn(tape);
    this.#scratch.need(size * Math.max(channels * padded[0]!, this.#filters * padded[1]!));
    this.#starts = tape.buffer(padded[0]!);
    const [forward, backward] = [this.#forwardFields(), this.#backwardFields(tape, padded[1]!)];
    this.#scratchBytes = Math.max(forward.roomBytes, backward.roomBytes) + roomSlack;
    this.#forward = new CallRecord(tape, forward);
    this.#backward = new CallRecord(tape, backward);
  }

  forward(output: Float32Array): void {
    const { lines, columns, channels, images } = this.#windows;
    if (this.#bias !== undefined) {
      this.#starts.set(this.#bias.data);
    }
    const size = lines * columns * channels;
    const from = this.#weight.data.byteOffset;
    const panels = this.#scratch.array.byteOffset;
    this.#kernels.packColumns(from, size * 4, 4, this.#filters, size, panels);
    this.#forward.set("panels", panels);
    this.#forward.set("places", output.byteOffset);
    this.#runOn("convolve", images, 1, this.#forward);
  }

  readonly toX = (gradient: Float32Array, target: Float32Array): void => {
    this.#packTurned();
    this.#backward.set("source", gradient.byteOffset + this.#clipped);
    this.#backward.set("places", target.byteOffset);
    const { images } = this.#windows;
    this.#runOn("convolve", images, 1, this.#backward);
  };

  readonly toWeight = (gradient: Float32Array, target: Float32Array): void => {
    target.fill(0);
    this.#forward.set("places", gradient.byteOffset);
    this.#forward.set("gradient", target.byteOffset);
    this.#runOn("correlate", this.#filters, tileRows, this.#forward);
  };

  #runOn(kernel: RangeKernel, total: number, granularity: number, { address }: CallRecord): void {
    const { images, outHeight, outWidth, lines, columns, channels } = this.#windows;
    const work = images * outHeight * outWidth * lines * columns * channels * this.#filters;
    this.#runRanges(kernel, total, granularity, address, this.#scratchBytes, work);
  }

  /** The images with their padding, and what the filters see of them. */
  #forwardFields() {
    const { height, width, channels, padding, stride, lines, columns } = this.#windows;
    const { images, outHeight, outWidth } = this.#windows;
    const pixel = channels * 4;
    const line = (width + 2 * padding[1]) * pixel;
    return {
      ...{ source: this.#x.data.byteOffset, sourceImage: height * width * pixel },
      ...{ sourceLine: width * pixel, sourceLines: height, pieces: 1, pieceSize: width * pixel },
      ...{ roomBytes: (height + 2 * padding[0]) * line, roomLine: line, roomPiece: 0 },
      roomStart: padding[0] * line + padding[1] * pixel,
      ...{ rows: outHeight, columns: outWidth, rowStep: stride[0] * line },
      ...{ columnStep: stride[1] * pixel, lines, lineStep: line, run: columns * channels },
      ...{ filters: this.#filters, placesImage: outHeight * outWidth * this.#filters * 4 },
      ...{ starts: this.#starts.byteOffset, images },
    };
  }

  /** The gradient of y with what the turned filters need around it and between its elements. */
  #backwardFields(tape: Recorder, paddedChannels: number) {
    const { height, width, channels, padding, stride, lines, columns } = this.#windows;
    const { outHeight, outWidth } = this.#windows;
    const pixel = this.#filters * 4;
    const [roomHeight, roomWidth] = [height + lines - 1, width + columns - 1];
    const line = roomWidth * pixel;
    // What lies outside of the room comes from places that see nothing but padding.
    const y = inside(lines - 1 - padding[0], stride[0], outHeight, roomHeight);
    const x = inside(columns - 1 - padding[1], stride[1], outWidth, roomWidth);
    this.#clipped = (y.first * outWidth + x.first) * pixel;
    const [pieces, pieceSize] = stride[1] === 1 ? [1, x.count * pixel] : [x.count, pixel];
    return {
      ...{ sourceImage: outHeight * outWidth * pixel, sourceLine: outWidth * pixel },
      ...{ sourceLines: y.count, pieces, pieceSize, roomBytes: roomHeight * line },
      ...{ roomStart: y.at * line + x.at * pixel, roomPiece: stride[1] * pixel },
      ...{ roomLine: stride[0] * line, rows: height, columns: width, rowStep: line },
      ...{ columnStep: pixel, lines, lineStep: line, run: columns * this.#filters },
      ...{ filters: channels, placesImage: height * width * channels * 4 },
      starts: tape.buffer(paddedChannels).byteOffset,
    };
  }

  /** Packs the filters turned by 180 degrees, with channels in the place of filters. */
  #packTurned(): void {
    const { lines, columns, channels } = this.#windows;
    const pixels = lines * columns;
    const pixelSize = channels * 4;
    let target = this.#scratch.array.byteOffset;
    this.#backward.set("panels", target);
    for (let channel = 0; channel < channels; channel += tileColumns) {
      const here = Math.min(tileColumns, channels - channel);
      for (let pixel = pixels - 1; pixel >= 0; pixel--) {
        const from = this.#weight.data.byteOffset + pixel * pixelSize + channel * 4;
        this.#kernels.packColumns(from, 4, pixels * pixelSize, here, this.#filters, target);
        target += this.#filters * tileColumns * 4;
      }
    }
  }
}
