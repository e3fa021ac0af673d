/** Patches of images as the rows of a matrix, a few images at a time. */
import type { Kernels } from "./kernels/index.ts";
import type { Recorder } from "./tensor.ts";
import type { Windows } from "./windows.ts";

/** Elements of patches that are made at once, 1 MiB: they are still in the cache when they are used. */
const mostElements = 2 ** 18;

/**
 * The patches of a few images. Row p of `data` is what the window at place p sees: its lines, of each
 * its pixels, of each the channels.
 */
export class Patches {
  /** Images whose patches `data` holds. */
  readonly imagesAtOnce: number;
  /** Rows of `data` for an image, one for each place. */
  readonly places: number;
  /** Columns of `data`. */
  readonly size: number;
  readonly data: Float32Array;
  readonly #windows: Windows;
  readonly #kernels: Kernels;
  /** Elements of an image, without padding and with it. */
  readonly #image: number;
  readonly #paddedImage: number;
  readonly #paddedWidth: number;
  /** Room for the images with their padding; undefined if there is none. */
  readonly #padded: Float32Array | undefined;

  constructor(tape: Recorder, windows: Windows) {
    const { images, height, width, channels, lines, columns, padding } = windows;
    this.#windows = windows;
    this.#kernels = tape.kernels;
    this.size = lines * columns * channels;
    this.places = windows.outHeight * windows.outWidth;
    const atOnce = Math.floor(mostElements / (this.places * this.size));
    this.imagesAtOnce = Math.min(images, Math.max(1, atOnce));
    this.data = tape.buffer(this.imagesAtOnce * this.places * this.size);
    this.#image = height * width * channels;
    this.#paddedWidth = width + 2 * padding[1];
    this.#paddedImage = (height + 2 * padding[0]) * this.#paddedWidth * channels;
    this.#padded =
      this.#paddedImage === this.#image
        ? undefined
        : tape.buffer(this.imagesAtOnce * this.#paddedImage);
  }

  /** Fills `data` from `count` images of `x`, the first of them number `first`. */
  gather(x: Float32Array, first: number, count: number): void {
    const { gatherPatches } = this.#kernels;
    if (this.#padded === undefined) {
      this.#forImages(gatherPatches, x.byteOffset + first * this.#image * 4, count);
    } else {
      this.#padded.fill(0);
      this.#copyLines(x, first, count, "in");
      this.#forImages(gatherPatches, this.#padded.byteOffset, count);
    }
  }

  /** Writes into each element of `count` images of `x` the sum of what `data` has for it. */
  scatter(x: Float32Array, first: number, count: number): void {
    const { scatterPatches } = this.#kernels;
    if (this.#padded === undefined) {
      x.fill(0, first * this.#image, (first + count) * this.#image);
      this.#forImages(scatterPatches, x.byteOffset + first * this.#image * 4, count);
    } else {
      this.#padded.fill(0);
      this.#forImages(scatterPatches, this.#padded.byteOffset, count);
      this.#copyLines(x, first, count, "out");
    }
  }

  /** Copies the lines of images into the room with padding, or out of it. */
  #copyLines(x: Float32Array, first: number, count: number, direction: "in" | "out"): void {
    const { height, width, channels, padding } = this.#windows;
    const padded = this.#padded!;
    const [line, paddedLine] = [width * channels * 4, this.#paddedWidth * channels * 4];
    for (let image = 0; image < count; image++) {
      let plain = x.byteOffset + (first + image) * this.#image * 4;
      let inside = padded.byteOffset + image * this.#paddedImage * 4;
      inside += padding[0] * paddedLine + padding[1] * channels * 4;
      for (let y = 0; y < height; y++) {
        if (direction === "in") {
          this.#kernels.copy(inside, plain, line);
        } else {
          this.#kernels.copy(plain, inside, line);
        }
        plain += line;
        inside += paddedLine;
      }
    }
  }

  /** Calls the kernel for each image, one behind the other from `address` on. */
  #forImages(kernel: Kernels["gatherPatches"], address: number, count: number): void {
    const { outHeight, outWidth, channels, lines, columns, stride } = this.#windows;
    const pixel = channels * 4;
    const line = this.#paddedWidth * pixel;
    for (let image = 0; image < count; image++) {
      kernel(
        this.data.byteOffset + image * this.places * this.size * 4,
        address + image * this.#paddedImage * 4,
        outHeight,
        outWidth,
        stride[0] * line,
        stride[1] * pixel,
        lines,
        line,
        columns * channels,
      );
    }
  }
}
