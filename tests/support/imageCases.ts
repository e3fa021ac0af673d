/** Convolutions and pooling, with their float64 transcriptions, for the check of gradients. */
import { conv2d, maxPool2d } from "../../src/autodiff/index.ts";
import type { Arrays, GradientCase } from "./gradients.ts";

interface Sizes {
  /** [batch, height, width, channels] */
  readonly x: readonly [number, number, number, number];
  /** [height, width] */
  readonly window: readonly [number, number];
  readonly stride?: readonly [number, number];
  readonly padding?: readonly [number, number];
}

/** Calls `visit` for each place of a window with each of its pixels; pixels outside are undefined. */
function places<T>(
  { x: [images, height, width], window, stride = [1, 1], padding = [0, 0] }: Sizes,
  visit: (pixels: readonly (number | undefined)[]) => T,
): T[] {
  const count = [height, width].map(
    (size, i) => Math.floor((size + 2 * padding[i]! - window[i]!) / stride[i]!) + 1,
  );
  return Array.from({ length: images * count[0]! * count[1]! }, (_, place) => {
    const column = place % count[1]!;
    const row = Math.floor(place / count[1]!) % count[0]!;
    const image = Math.floor(place / count[1]! / count[0]!);
    const pixels = Array.from({ length: window[0] * window[1] }, (_, i) => {
      const y = row * stride[0] - padding[0] + Math.floor(i / window[1]);
      const x = column * stride[1] - padding[1] + (i % window[1]);
      const isInside = y >= 0 && y < height && x >= 0 && x < width;
      return isInside ? (image * height + y) * width + x : undefined;
    });
    return visit(pixels);
  });
}

function convolve({ x, w, b }: Arrays, sizes: Sizes, filters: number): number[] {
  const channels = sizes.x[3];
  const size = sizes.window[0] * sizes.window[1] * channels;
  return places(sizes, (pixels) =>
    Array.from({ length: filters }, (_, filter) => {
      let sum = b?.[filter] ?? 0;
      pixels.forEach((pixel, i) => {
        for (let channel = 0; channel < channels && pixel !== undefined; channel++) {
          sum += x![pixel * channels + channel]! * w![filter * size + i * channels + channel]!;
        }
      });
      return sum;
    }),
  ).flat();
}

/** The sizes that are options. */
const only = <K extends keyof Sizes>(sizes: Sizes, ...names: readonly K[]): Pick<Sizes, K> =>
  Object.fromEntries(names.map((name) => [name, sizes[name]])) as Pick<Sizes, K>;

const convolution = (sizes: Sizes, filters: number, withBias = false): GradientCase => ({
  shapes: {
    ...{ x: sizes.x, w: [filters, ...sizes.window, sizes.x[3]] },
    ...(withBias ? { b: [filters] } : {}),
  },
  build: (at) =>
    conv2d(at["x"]!, at["w"]!, withBias ? at["b"] : undefined, only(sizes, "stride", "padding")),
  reference: (at) => convolve(at, sizes, filters),
  // Sums of up to 40 terms.
  units: 256,
});

const pooling = (sizes: Sizes): GradientCase => ({
  shapes: { x: sizes.x },
  build: ({ x }) => maxPool2d(x!, sizes.window, only(sizes, "stride", "padding")),
  reference: ({ x }) => {
    const channels = sizes.x[3];
    return places({ stride: sizes.window, ...sizes }, (pixels) =>
      Array.from({ length: channels }, (_, channel) =>
        Math.max(
          ...pixels.flatMap((pixel) =>
            pixel === undefined ? [] : x![pixel * channels + channel]!,
          ),
        ),
      ),
    ).flat();
  },
});

export const imageCases: Record<string, Record<string, GradientCase>> = {
  conv2d: {
    "one channel": convolution({ x: [2, 4, 5, 1], window: [3, 3] }, 2),
    "with bias and padding": convolution(
      { x: [2, 3, 4, 2], window: [3, 2], padding: [1, 2] },
      3,
      true,
    ),
    "with stride": convolution({ x: [1, 5, 7, 3], window: [2, 3], stride: [2, 3] }, 2, true),
    "stride, padding and pixels that no filter sees": convolution(
      { x: [2, 6, 5, 1], window: [3, 2], stride: [2, 2], padding: [1, 0] },
      3,
    ),
    "one pixel, as a layer that is fully connected": convolution(
      { x: [3, 2, 2, 5], window: [1, 1] },
      4,
      true,
    ),
    "more channels and filters than a vector has": convolution(
      { x: [1, 2, 6, 9], window: [2, 2] },
      11,
      true,
    ),
    "of whole images": convolution({ x: [2, 2, 3, 4], window: [2, 3] }, 5),
  },
  maxPool2d: {
    "of 2 x 2": pooling({ x: [2, 4, 6, 3], window: [2, 2] }),
    "with a border that is left out": pooling({ x: [1, 5, 7, 5], window: [2, 3] }),
    "of windows that overlap": pooling({ x: [2, 5, 5, 2], window: [3, 3], stride: [2, 1] }),
    "of whole images": pooling({ x: [2, 2, 2, 9], window: [2, 2] }),
    "with padding": pooling({ x: [2, 4, 3, 5], window: [3, 2], stride: [2, 1], padding: [1, 1] }),
  },
};
