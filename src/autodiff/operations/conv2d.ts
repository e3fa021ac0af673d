import { check, printShape } from "../errors.ts";
import type { ProductShape } from "../matrixProduct.ts";
import { Patches } from "../patches.ts";
import { checkBias, fillRows, sumRows } from "../rows.ts";
import type { Derivative, Tensor } from "../tensor.ts";
import { type Both, type Windows, windowsOn } from "../windows.ts";

/** Options of {@link conv2d}. */
export interface Conv2dOptions {
  /** Pixels from a place of the filters to the next; by default 1. */
  readonly stride?: Both;
  /** Pixels of zeros on each side of the images; by default 0. */
  readonly padding?: Both;
}

/**
 * Filters that go over images: y[n, i, j, f] is bias[f] plus the sum over r, s and c of
 * x[n, i stride + r - padding, j stride + s - padding, c] weight[f, r, s, c]. As in PyTorch this is
 * a cross-correlation; images and filters lie in memory as its `channels_last` has them.
 *
 * @param x [batch, height, width, channels]
 * @param weight [filters, filter height, filter width, channels]: PyTorch's
 * [filters, channels, height, width] by `permute(0, 2, 3, 1)`
 * @param bias [filters]
 * @returns [batch, (height + 2 padding - filter height) / stride + 1, rounded down, the same for the
 * width, filters]
 *
 * @example conv2d(images, weight, bias, { padding: 2 })
 */
export function conv2d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  { stride = 1, padding = 0 }: Conv2dOptions = {},
): Tensor {
  const [filters = 0, lines = 0, columns = 0, channels] = weight.shape;
  const inX = x.shape.length === 4 ? x.shape[3]! : "channels";
  check(weight.shape.length === 4 && (x.shape.length !== 4 || channels === inX), () => {
    return (
      `conv2d: expected weight [filters, height, width, ${inX}] for x ${printShape(x.shape)}, ` +
      `found ${printShape(weight.shape)}`
    );
  });
  const windows = windowsOn("conv2d", x, { size: [lines, columns], stride, padding });
  checkBias("conv2d", bias, filters);
  const convolution = new Convolution(x, weight, windows, bias !== undefined);
  const { kernels } = x.tape;
  return x.tape.record({
    name: "conv2d",
    inputs: bias === undefined ? [x, weight] : [x, weight, bias],
    shape: [windows.images, windows.outHeight, windows.outWidth, filters],
    forward: (output) => {
      if (bias !== undefined) {
        fillRows(kernels, bias.data, output);
      }
      convolution.forward(output);
    },
    backward: [
      convolution.toX,
      convolution.toWeight,
      (gradient, target) => sumRows(kernels, gradient, target),
    ],
  });
}

/** A few images that are worked on at a time, and the products that they take. */
interface Part {
  /** Number of the first image. */
  readonly first: number;
  readonly count: number;
  readonly forward: ProductShape;
  readonly toX: ProductShape;
  readonly toWeight: ProductShape;
}

/**
 * A convolution as products of matrices, over as many images at a time as their patches fit. With g
 * = dL/dy as rows of places: y = patches W^T, dL/dW = g^T patches, and dL/dx adds up g W, which are
 * gradients of patches, where they come from.
 */
class Convolution {
  readonly #x: Tensor;
  readonly #weight: Tensor;
  readonly #patches: Patches;
  readonly #parts: readonly Part[];
  readonly #views = new WeakMap<Float32Array, readonly Float32Array[]>();

  constructor(x: Tensor, weight: Tensor, windows: Windows, accumulate: boolean) {
    this.#x = x;
    this.#weight = weight;
    const patches = new Patches(x.tape, windows);
    this.#patches = patches;
    const { imagesAtOnce, size } = patches;
    const filters = weight.shape[0]!;
    const count = Math.ceil(windows.images / imagesAtOnce);
    this.#parts = Array.from({ length: count }, (_, index) => {
      const first = index * imagesAtOnce;
      const here = Math.min(imagesAtOnce, windows.images - first);
      const places = here * patches.places;
      return {
        ...{ first, count: here },
        forward: { rows: places, depth: size, columns: filters, transposeB: true, accumulate },
        toX: { rows: places, depth: filters, columns: size },
        toWeight: {
          ...{ rows: filters, depth: places, columns: size, transposeA: true },
          accumulate: index > 0,
        },
      };
    });
  }

  forward(output: Float32Array): void {
    const views = this.#viewsOf(output);
    for (let index = 0; index < this.#parts.length; index++) {
      const { first, count, forward } = this.#parts[index]!;
      this.#patches.gather(this.#x.data, first, count);
      this.#x.tape.product(this.#patches.data, this.#weight.data, views[index]!, forward);
    }
  }

  readonly toX: Derivative = (gradient, target) => {
    const views = this.#viewsOf(gradient);
    for (let index = 0; index < this.#parts.length; index++) {
      const { first, count, toX } = this.#parts[index]!;
      this.#x.tape.product(views[index]!, this.#weight.data, this.#patches.data, toX);
      this.#patches.scatter(target, first, count);
    }
  };

  readonly toWeight: Derivative = (gradient, target) => {
    const views = this.#viewsOf(gradient);
    for (let index = 0; index < this.#parts.length; index++) {
      const { first, count, toWeight } = this.#parts[index]!;
      // Made again, for keeping them takes as many times the memory as a filter has pixels.
      this.#patches.gather(this.#x.data, first, count);
      this.#x.tape.product(views[index]!, this.#patches.data, target, toWeight);
    }
  };

  /** What of y or its gradient belongs to each part. */
  #viewsOf(array: Float32Array): readonly Float32Array[] {
    let views = this.#views.get(array);
    if (views === undefined) {
      const { places } = this.#patches;
      const image = places * this.#weight.shape[0]!;
      views = this.#parts.map(({ first, count }) =>
        array.subarray(first * image, (first + count) * image),
      );
      this.#views.set(array, views);
    }
    return views;
  }
}
