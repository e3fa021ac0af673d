import type { Tensor } from "../tensor.ts";
import { type Both, type Windows, windowsOn } from "../windows.ts";

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
export function maxPool2d(x: Tensor, size: Both, { stride = size }: MaxPool2dOptions = {}): Tensor {
  const windows = windowsOn("maxPool2d", x, { size, stride, padding: 0 });
  const { images, height, width, channels, outHeight, outWidth } = windows;
  const shape = [images, outHeight, outWidth, channels];
  const row = outWidth * channels;
  const space = x.tape.buffer(images * outHeight * row);
  const positions = new Int32Array(space.buffer, space.byteOffset, space.length);
  const line = width * channels * 4;
  const offsets = Int32Array.from({ length: windows.lines * windows.columns }, (_, position) => {
    const down = Math.floor(position / windows.columns);
    return (down * width + position - down * windows.columns) * channels;
  });
  const forward = (output: Float32Array) => {
    for (let image = 0, at = 0; image < images; image++) {
      const start = x.data.byteOffset + image * height * line;
      for (let y = 0; y < outHeight; y++, at += row * 4) {
        x.tape.kernels.maxPool(
          start + y * windows.stride[0] * line,
          output.byteOffset + at,
          positions.byteOffset + at,
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
  return x.tape.record({
    ...{ name: "maxPool2d", inputs: [x], shape, forward },
    backward: [(gradient, target) => spread(windows, positions, offsets, gradient, target)],
  });
}

/** Adds each element of the gradient to the one that was the largest of its window. */
function spread(
  { images, height, width, channels, stride, outHeight, outWidth }: Windows,
  positions: Int32Array,
  offsets: Int32Array,
  gradient: Float32Array,
  target: Float32Array,
): void {
  target.fill(0);
  const line = width * channels;
  let from = 0;
  for (let image = 0; image < images; image++) {
    for (let y = 0; y < outHeight; y++) {
      const row = (image * height + y * stride[0]) * line;
      for (let x = 0; x < outWidth; x++) {
        const window = row + x * stride[1] * channels;
        for (let channel = 0; channel < channels; channel++, from++) {
          const to = window + offsets[positions[from]!]! + channel;
          target[to]! += gradient[from]!;
        }
      }
    }
  }
}
