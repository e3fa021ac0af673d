import { check, printShape } from "../errors.ts";
import { checkOptions } from "../options.ts";
import { Convolution } from "../products/convolution.ts";
import { checkBias, sumRows } from "../products/rows.ts";
import { type Both, windowsOn } from "../products/windows.ts";
import type { Tensor } from "../tensor.ts";

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
 * @example
 * const filters = parameters({ weight: he([8, 5, 5, 1]), bias: [8] }, { seed: 1 });
 * const tape = createTape(optimize(filters, adam()));
 * const { weight, bias } = tape.parameters;
 * const images = tape.input([32, 28, 28, 1]);
 * conv2d(images, weight, bias, { padding: 2 }).shape; // [32, 28, 28, 8]
 */
export function conv2d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: Conv2dOptions = {},
): Tensor {
  checkOptions("conv2d", options, ["stride", "padding"]);
  const { stride = 1, padding = 0 } = options;
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
  const convolution = new Convolution(x, weight, bias, windows);
  const { kernels } = x.tape;
  return x.tape.record({
    name: "conv2d",
    inputs: bias === undefined ? [x, weight] : [x, weight, bias],
    shape: [windows.images, windows.outHeight, windows.outWidth, filters],
    forward: (output) => convolution.forward(output),
    backward: [
      convolution.toX,
      convolution.toWeight,
      (gradient, target) => sumRows(kernels, gradient, target),
    ],
  });
}
