/** Images with pixels around them, as pooling takes them. */
import { check } from "../errors.ts";
import { printValue } from "../options.ts";
import type { Shaped, Tensor } from "../tensor.ts";
import { type WindowOptions, type Windows, windowsOn } from "./windows.ts";

/** Height and width of an image with what is around it. */
export const paddedSize = ({ height, width, padding }: Windows): [number, number] => [
  height + 2 * padding[0],
  width + 2 * padding[1],
];

/** Throws unless each window has at least one pixel of its image. */
export function poolingOn(operation: string, x: Shaped, options: WindowOptions): Windows {
  const windows = windowsOn(operation, x, options);
  const { padding, lines, columns } = windows;
  check(2 * padding[0] <= lines && 2 * padding[1] <= columns, () => {
    return `${operation}: expected a padding of at most half a window, found ${printValue(options.padding)}`;
  });
  return windows;
}

export class PaddedImages {
  /** Where the gradient of all pixels is, those around the images too. */
  readonly gradient: Float32Array;
  readonly #images: Float32Array;
  readonly #windows: Windows;

  /** @param around what the pixels around the images hold */
  constructor(x: Tensor, windows: Windows, around: number) {
    const { images, channels } = windows;
    const [height, width] = paddedSize(windows);
    this.#windows = windows;
    this.#images = x.tape.buffer(images * height * width * channels).fill(around);
    this.gradient = x.tape.buffer(this.#images.length);
  }

  /** Copies images to between the pixels around them. */
  copyIn(from: Float32Array): Float32Array {
    this.#forEachLine((line, own, length) => {
      this.#images.set(from.subarray(own, own + length), line);
    });
    return this.#images;
  }

  /** Copies the gradient of the images' own pixels. */
  copyOut(to: Float32Array): void {
    this.#forEachLine((line, own, length) => {
      to.set(this.gradient.subarray(line, line + length), own);
    });
  }

  #forEachLine(visit: (line: number, own: number, length: number) => void): void {
    const { images, height, width, channels, padding } = this.#windows;
    const [high, wide] = paddedSize(this.#windows);
    for (let image = 0; image < images; image++) {
      for (let y = 0; y < height; y++) {
        const line = (image * high + y + padding[0]) * wide + padding[1];
        visit(line * channels, (image * height + y) * width * channels, width * channels);
      }
    }
  }
}
