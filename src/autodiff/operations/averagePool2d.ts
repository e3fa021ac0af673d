import { checkOptions, checkSwitch } from "../options.ts";
import { poolingOn } from "../products/paddedImages.ts";
import type { Both, Windows } from "../products/windows.ts";
import type { FloatArray, Tensor } from "../tensor.ts";

/** Options of {@link averagePool2d}. */
export interface AveragePool2dOptions {
  /** Pixels from a window to the next; by default the windows' size, so that they adjoin. */
  readonly stride?: Both;
  /** Pixels of zeros on each side of the images, at most half of a window; by default 0. */
  readonly padding?: Both;
  /** Whether those pixels count in the mean; by default true, as in PyTorch (TensorFlow and Keras do not count them). */
  readonly countPadding?: boolean;
}

/**
 * The mean of each window, for each channel, in float64 until it is stored.
 *
 * @param x [batch, height, width, channels]
 * @param size pixels of a window: a number, or [height, width]
 * @returns [batch, (height + 2 padding - size) / stride + 1, rounded down, the same for the width, channels]
 * @example
 * const features = createTape(optimizer).input([32, 7, 7, 16]);
 * averagePool2d(features, [7, 7]).shape; // [32, 1, 1, 16]: of whole images
 */
export function averagePool2d<A extends FloatArray>(
  x: Tensor<A>,
  size: Both,
  options: AveragePool2dOptions = {},
): Tensor<A> {
  checkOptions("averagePool2d", options, ["stride", "padding", "countPadding"]);
  const { stride = size, padding = 0, countPadding = true } = options;
  checkSwitch("averagePool2d", "countPadding", countPadding);
  const windows = poolingOn("averagePool2d", x, { size, stride, padding });
  const { images, height, width, channels, outHeight, outWidth } = windows;
  const all = windows.lines * windows.columns;
  const places = placesOf(windows);
  /** Calls `visit` with each window's pixels, where its image starts, and where its mean does. */
  const forEachWindow = (visit: (pixels: Int32Array, image: number, mean: number) => void) => {
    for (let image = 0; image < images; image++) {
      for (let i = 0; i < places.length; i++) {
        const mean = (image * places.length + i) * channels;
        visit(places[i]!, image * height * width * channels, mean);
      }
    }
  };
  const countOf = (pixels: Int32Array) => (countPadding ? all : pixels.length);
  return x.tape.record({
    name: "averagePool2d",
    inputs: [x],
    shape: [images, outHeight, outWidth, channels],
    forward: (output: FloatArray) => {
      forEachWindow((pixels, image, mean) => {
        for (let channel = 0; channel < channels; channel++) {
          let sum = 0;
          for (let at = 0; at < pixels.length; at++) {
            sum += x.data[image + pixels[at]! + channel]!;
          }
          output[mean + channel] = sum / countOf(pixels);
        }
      });
    },
    backward: [
      (gradient: FloatArray, target: FloatArray) => {
        target.fill(0);
        forEachWindow((pixels, image, mean) => {
          const count = countOf(pixels);
          for (let at = 0; at < pixels.length; at++) {
            for (let channel = 0; channel < channels; channel++) {
              target[image + pixels[at]! + channel]! += gradient[mean + channel]! / count;
            }
          }
        });
      },
    ],
  });
}

/** Of each window of an image, where each of its pixels that is inside starts. */
function placesOf(windows: Windows): Int32Array[] {
  const { height, width, channels, lines, columns, stride, padding } = windows;
  const { outHeight, outWidth } = windows;
  return Array.from({ length: outHeight * outWidth }, (_, place) => {
    const left = (place % outWidth) * stride[1] - padding[1];
    const top = Math.floor(place / outWidth) * stride[0] - padding[0];
    const pixels: number[] = [];
    for (let y = Math.max(top, 0); y < Math.min(top + lines, height); y++) {
      for (let x = Math.max(left, 0); x < Math.min(left + columns, width); x++) {
        pixels.push((y * width + x) * channels);
      }
    }
    return Int32Array.from(pixels);
  });
}
