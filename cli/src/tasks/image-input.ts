import type { Tape, Tensor } from "gradus/autodiff";
import type { ClassifierNetwork } from "./classifier.ts";
import type { LabelledImages } from "./fashion-mnist.ts";

/** The pixels' values from 0 to 1, by grey value. */
const SCALED = Float32Array.from({ length: 256 }, (_, grey) => grey / 255);

/**
 * Records a network on images that are scaled to [0, 1] but not standardised: the Adam paper trains on images as they are.
 * Their positive mean makes the problem worse conditioned, which is part of what optimizers are compared on.
 *
 * @param shape of one image, such as [784] or [28, 28, 1]
 * @param network from images [batch, ...shape] to scores
 */
export function recordOnImages(
  tape: Tape,
  batch: number,
  shape: readonly number[],
  network: (images: Tensor) => Tensor,
): ClassifierNetwork<LabelledImages> {
  const input = tape.input([batch, ...shape]);
  const pixels = input.data.length / batch;
  return {
    scores: network(input),
    fill({ images }, examples) {
      const { data } = input;
      for (let row = 0; row < batch; row++) {
        const from = examples[row]! * pixels;
        const to = row * pixels;
        for (let pixel = 0; pixel < pixels; pixel++) {
          data[to + pixel] = SCALED[images[from + pixel]!]!;
        }
      }
    },
  };
}
