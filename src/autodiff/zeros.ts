/** What is said of matrices that are zero and stay so, which a network's loss does not tell. */
import { printShape } from "./errors.ts";
import { type Node, nodeOf } from "./gradientPlan.ts";
import type { FloatArray } from "./tensor.ts";

const isZero = (array: FloatArray | undefined): boolean =>
  array?.every((value) => value === 0) === true;

/**
 * Warns of matrices that are all zero and have a gradient that is: what is before them and behind them
 * learns nothing through them. One that is zero and has another gradient is well: that of a linear model, or a last layer.
 *
 * @param used what has a part in the loss
 */
export function warnOfZeros(
  parameters: Readonly<Record<string, object>>,
  used: readonly Node[],
): void {
  const names = Object.keys(parameters).filter((name) => {
    const node = nodeOf(parameters[name]!);
    const isMatrix = node.shape.length > 1 && node.data.length > 1;
    return isMatrix && isZero(node.data) && isZero(node.gradient) && used.includes(node);
  });
  const [first] = names;
  if (first !== undefined) {
    const { shape } = nodeOf(parameters[first]!);
    console.warn(
      `gradus: ${names} are zero, and so are their gradients: they will never learn. Initialize them: parameters({ ${first}: he(${printShape(shape)}) })`,
    );
  }
}
