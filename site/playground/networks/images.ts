/** Writes the part of Fashion-MNIST that the site has, at its build. */
import { loadImages } from "../../../cli/src/tasks/fashion-mnist.ts";
import { tested, trained } from "./fashion.ts";

/** What `fashion` reads. */
export function fashionBytes(): Uint8Array {
  const { train, test, rows, columns } = loadImages();
  const pixels = rows * columns;
  return Uint8Array.from(
    Buffer.concat([
      train.images.subarray(0, trained * pixels),
      test.images.subarray(0, tested * pixels),
      train.labels.subarray(0, trained),
      test.labels.subarray(0, tested),
    ]),
  );
}
