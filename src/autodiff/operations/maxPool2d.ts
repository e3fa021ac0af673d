import { checkOptions } from "../options.ts";
import { PaddedImages, paddedSize, poolingOn } from "../products/paddedImages.ts";
import type { Both, Windows } from "../products/windows.ts";
import type { Tensor } from "../tensor.ts";

/** Options of {@link maxPool2d}. */
export interface MaxPool2dOptions {
  /** Pixels from a window to the next; by default the windows' size, so that they adjoin. */
  readonly stride?: Both;
  /** Pixels on each side of the images, at most half of a window, that are smaller than everything; by default 0. */
  readonly padding?: Both;
}

/**
 * The largest element of each window, for each channel. Its gradient goes to that element; of several
 * equal ones to the first, in reading order, as in PyTorch. NaN is larger than everything.
 *
 * @param x [batch, height, width, channels]
 * @param size pixels of a window: a number, or [height, width]
 * @returns [batch, (height + 2 padding - size) / stride + 1, rounded down, the same for the width, channels]:
 * pixels at the lower and right border that fill no window are left out
 *
 * @example
 * const features = createTape(optimizer).input([32, 28, 28, 8]);
 * maxPool2d(relu(features), 2).shape; // [32, 14, 14, 8]
 */
export function maxPool2d(x: Tensor, size: Both, options: MaxPool2dOptions = {}): Tensor {
  checkOptions("maxPool2d", options, ["stride", "padding"]);
  const { stride = size, padding = 0 } = options;
  const windows = poolingOn("maxPool2d", x, { size, stride, padding });
  const { images, channels, outHeight, outWidth } = windows;
  const [height, width] = paddedSize(windows);
  const isPadded = windows.padding.some((pixels) => pixels > 0);
  const padded = isPadded ? new PaddedImages(x, windows, -Infinity) : undefined;
  const shape = [images, outHeight, outWidth, channels];
  const row = outWidth * channels;
  const positions = x.tape.buffer(images * outHeight * row).byteOffset;
  const line = width * channels * 4;
  const forward = (output: Float32Array) => {
    const source = padded === undefined ? x.data : padded.copyIn(x.data);
    for (let image = 0, at = 0; image < images; image++) {
      const start = source.byteOffset + image * height * line;
      for (let y = 0; y < outHeight; y++, at += row * 4) {
        x.tape.kernels.maxPool(
          start + y * windows.stride[0] * line,
          output.byteOffset + at,
          positions + at,
          outWidth,
          channels,
          windows.stride[1] * channels * 4,
          windows.lines,
          line,
          windows.columns,
        );
      }
    }
  };
  const offsets = offsetsIn(x, windows);
  const backward = (gradient: Float32Array, target: Float32Array) => {
    const places = padded?.gradient ?? target;
    places.fill(0);
    for (let image = 0, at = 0; image < images; image++) {
      const start = places.byteOffset + image * height * line;
      for (let y = 0; y < outHeight; y++, at += row * 4) {
        x.tape.kernels.spreadRow(
          gradient.byteOffset + at,
          positions + at,
          offsets,
          start + y * windows.stride[0] * line,
          outWidth,
          channels,
          windows.stride[1] * channels * 4,
        );
      }
    }
    padded?.copyOut(target);
  };
  const name = "maxPool2d";
  return x.tape.record({ name, inputs: [x], shape, forward, backward: [backward] });
}

/** Address of the bytes from a window's first pixel to each of its pixels, in reading order. */
function offsetsIn({ tape }: Tensor, windows: Windows): number {
  const { channels, lines, columns } = windows;
  const [, width] = paddedSize(windows);
  const { buffer, byteOffset, length } = tape.buffer(lines * columns);
  const offsets = new Int32Array(buffer, byteOffset, length);
  for (let position = 0; position < length; position++) {
    const down = Math.floor(position / columns);
    offsets[position] = (down * width + position - down * columns) * channels * 4;
  }
  return byteOffset;
}
