/** How a tape is made. */
import { Tape } from "./tape.ts";
import type { Numbers, TapeOptions } from "./tapeOptions.ts";
import type { FloatArray } from "./tensor.ts";
import type { Trainable } from "./trainable.ts";

/**
 * Makes a tape on an optimizer's parameters.
 *
 * @example
 * const layers = { w1: he([784, 32]), b1: [32], w2: he([32, 10]), b2: [10] };
 * const opt = optimize(parameters(layers, { seed: 1 }), adam());
 * const tape = createTape(opt, { seed: 1 });
 * const { w1, b1, w2, b2 } = tape.parameters;
 * const network = (x: Tensor) => linear(dropout(relu(linear(x, w1, b1)), 0.5), w2, b2);
 * const images = tape.input([128, 784]);
 * const labels = new Uint8Array(128);
 * const loss = softmaxCrossEntropy(network(images), labels);
 * const scores = network(images);
 * for (let i = 0; i < 10; i++) {
 *   images.data.fill(0.5); // a batch of yours
 *   labels.fill(3);
 *   tape.backward(loss);
 *   opt.step();
 * }
 * tape.forward(scores);
 *
 * @param trainable what `optimize`, `accumulate`, `privatize` or `galore` returned; of `sam` and `curvature`, the
 *   optimizer that they stand around
 * @param options for parameters in float64 with `numbers: float64`
 * @throws AutodiffError naming the first parameter that is of another type or lies outside the memory, or an option
 *   that there is not
 */
export function createTape<P>(
  trainable: Trainable<P, Float64Array>,
  options: TapeOptions<Float64Array> & { readonly numbers: Numbers<Float64Array> },
): Tape<P, Float64Array>;
export function createTape<P>(trainable: Trainable<P>, options?: TapeOptions): Tape<P>;
export function createTape<P>(
  trainable: Trainable<P, FloatArray>,
  options?: TapeOptions<never>,
): unknown {
  return new Tape(trainable, options);
}
