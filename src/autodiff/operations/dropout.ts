import { check } from "../errors.ts";
import { printValue } from "../options.ts";
import type { Recorder, Tensor } from "../tensor.ts";

/** How many dropouts each tape has: each draws from its own stream. */
const streams = new WeakMap<Recorder, number>();

/** A draw is a number of 32 bits: there are so many, all equally likely. */
const draws = 2 ** 32;

/**
 * The draw from which on an element is kept, and what it is multiplied by then: times the draws that
 * keep it, that is their number exactly.
 */
export function drawsOf(probability: number): { threshold: number; kept: number } {
  check(typeof probability === "number" && probability >= 0 && probability < 1, () => {
    return `dropout: expected a probability p with 0 <= p < 1, found ${printValue(probability)}`;
  });
  const threshold = Math.round(probability * draws);
  check(threshold < draws, () => {
    return `dropout: expected a probability p of at most 1 - 2^-32, found ${probability}: all would be dropped`;
  });
  return { threshold, kept: draws / (draws - threshold) };
}

/**
 * In training, zeroes each element with the given probability and divides the others by 1 -
 * probability (Srivastava et al., 2014, in the inverted form); in `Tape.forward`, returns x. The
 * probability is rounded to a multiple of 2^-32 for both, so that the mean stays what it is.
 *
 * The mask depends on nothing but the tape's seed, its `step`, the element, and how many dropouts
 * were recorded on the tape before.
 *
 * @param probability 0 <= probability < 1, of being dropped, as in PyTorch; at most 1 - 2^-32
 * @example
 * const tape = createTape(optimizer, { seed: 1 });
 * const x = tape.input([4]);
 * x.data.set([1, 2, 3, 4]);
 * tape.forward(dropout(x, 0.5)); // [1, 2, 3, 4]: a pass without gradients drops nothing
 */
export function dropout(x: Tensor, probability: number): Tensor {
  const { threshold, kept } = drawsOf(probability);
  const { tape } = x;
  const { kernels } = tape;
  const size = x.data.length;
  const stream = streams.get(tape) ?? 0;
  streams.set(tape, stream + 1);
  const mask = tape.buffer(size);
  return tape.record({
    name: "dropout",
    inputs: [x],
    shape: x.shape,
    forward: (output, training) => {
      if (!training) {
        kernels.copy(output.byteOffset, x.data.byteOffset, size * 4);
        return;
      }
      kernels.dropoutMask(size, mask.byteOffset, tape.seed, stream, tape.step, threshold, kept);
      kernels.multiply(size, x.data.byteOffset, mask.byteOffset, output.byteOffset);
    },
    backward: [
      (gradient, target) =>
        kernels.multiply(size, gradient.byteOffset, mask.byteOffset, target.byteOffset),
    ],
  });
}
