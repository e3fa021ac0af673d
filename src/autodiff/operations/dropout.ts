import { check } from "../errors.ts";
import type { Recorder, Tensor } from "../tensor.ts";

/** How many dropouts each tape has: each draws from its own stream. */
const streams = new WeakMap<Recorder, number>();

/**
 * In training, zeroes each element with the given probability and divides the others by 1 -
 * probability (Srivastava et al., 2014, in the inverted form); in `Tape.forward`, returns x.
 *
 * The mask depends on nothing but the tape's seed, its `step`, the element, and how many dropouts
 * were recorded on the tape before.
 *
 * @param probability 0 <= probability < 1, of being dropped, as in PyTorch
 */
export function dropout(x: Tensor, probability: number): Tensor {
  check(probability >= 0 && probability < 1, () => {
    return `dropout: expected a probability p with 0 <= p < 1, found ${probability}`;
  });
  const { tape } = x;
  const { kernels } = tape;
  const size = x.data.length;
  const stream = streams.get(tape) ?? 0;
  streams.set(tape, stream + 1);
  const mask = tape.buffer(size);
  const threshold = Math.round(probability * 2 ** 32);
  const kept = 1 / (1 - probability);
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
