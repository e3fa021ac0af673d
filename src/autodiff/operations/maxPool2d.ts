import { checkOptions } from "../options.ts";
import { type Both, type Windows, windowsOn } from "../products/windows.ts";
import type { Tensor } from "../tensor.ts";

/** Options of {@link maxPool2d}. */
export interface MaxPool2dOptions {
  /** Pixels from a window to the next; by default the windows' size, so that they adjoin. */
  readonly stride?: Both;
}

/**
 * The largest element of each window, for each channel. Its gradient goes to that element; of several
 * equal ones to the first, in reading order, as in PyTorch. NaN is larger than everything.
 *
 * @param x [batch, height, width, channels]
 * @param size pixels of a window: a number, or [height, width]
 * @returns [batch, (height - size) / stride + 1, rounded down, the same for the width, channels]:
 * pixels at the lower and right border that fill no window are left out
 *
 * @example maxPool2d(relu(conv2d(images, weight, bias)), 2)
 */
export function maxPool2d(x: Tensor, size: Both, options: MaxPool2dOptions = {}): Tensor {
  checkOptions("maxPool2d", options, ["stride"]);
  const { stride = size } = options;
  const windows = windowsOn("maxPool2d", x, { size, stride, padding: 0 });
  const { images, height, width, channels, outHeight, outWidth } = windows;
  const shape = [images, outHeight, outWidth, channels];
  const row = outWidth * channels;
  const positions = x.tape.buffer(images * outHeight * row).byteOffset;
  const line = width * channels * 4;
  const forward = (output: Float32Array) => {
    for (let image = 0, at = 0; image < images; image++) {
      const start = x.data.byteOffset + image * height * line;
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
    target.fill(0);
    for (let image = 0, at = 0; image < images; image++) {
      const start = target.byteOffset + image * height * line;
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
  };
  const name = "maxPool2d";
  return x.tape.record({ name, inputs: [x], shape, forward, backward: [backward] });
}

/** Address of the bytes from a window's first pixel to each of its pixels, in reading order. */
function offsetsIn({ tape }: Tensor, { width, channels, lines, columns }: Windows): number {
  const { buffer, byteOffset, length } = tape.buffer(lines * columns);
  const offsets = new Int32Array(buffer, byteOffset, length);
  for (let position = 0; position < length; position++) {
    const down = Math.floor(position / columns);
    offsets[position] = (down * width + position - down * columns) * channels * 4;
  }
  return byteOffset;
}
