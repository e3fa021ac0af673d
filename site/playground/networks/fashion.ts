/** A part of Fashion-MNIST: images of 28 by 28 pixels of ten kinds of clothing. */
import type { Examples, NetworkProblem } from "./problem.ts";

const pixels = 28 * 28;
const classes = 10;

/** How many images the site has for training, and for testing. */
export const [trained, tested] = [2000, 500];

/**
 * Reads what `images.ts` wrote at the build: the images for training, those for testing, and their classes in the same order,
 * a byte a pixel and a byte a class.
 */
export function fashion(bytes: Uint8Array): NetworkProblem {
  const half = (from: number, count: number): Examples => ({
    count,
    inputs: Float32Array.from(
      bytes.subarray(from * pixels, (from + count) * pixels),
      (grey) => grey / 255,
    ),
    labels: bytes.slice((trained + tested) * pixels + from).subarray(0, count),
  });
  return {
    ...{ name: "fashion", features: pixels, classes, hidden: [32], batch: 100 },
    train: half(0, trained),
    test: half(trained, tested),
  };
}
