/** How many numbers each output of a weight is a sum of, and each input takes part in. */
import { BindingError } from "../runtime/errors.ts";

export interface Fans {
  readonly in: number;
  readonly out: number;
}

/**
 * Of [in, out], as `linear` takes it, those; of [filters, height, width, channels], as `conv2d` takes it, height * width *
 * channels and height * width * filters; of [..., in, out], which are several matrices, those of one.
 *
 * @throws {BindingError} where there are fewer dimensions than two
 */
export function fansOf(where: string, shape: readonly number[]): Fans {
  if (shape.length < 2) {
    throw new BindingError(
      `${where}: expected a shape of two dimensions or more, found [${shape.join(", ")}]; give a bias zeros([n])`,
    );
  }
  const [filters = 0, height = 0, width = 0, channels = 0] = shape;
  return shape.length === 4
    ? { in: height * width * channels, out: height * width * filters }
    : { in: shape.at(-2)!, out: shape.at(-1)! };
}
