/** Matrices whose rows or columns are orthonormal. */
import { BindingError, checkOptions } from "../runtime/errors.ts";
import type { Initializer } from "../runtime/parameters.ts";
import { checkNumbers, type Draws, drawn, write } from "./initializer.ts";

/** Options of {@link orthogonal}. */
export interface OrthogonalOptions {
  /** What all is multiplied by; by default 1. */
  readonly gain?: number;
}

/**
 * A random matrix with orthonormal rows, or columns where these are fewer (Saxe, McClelland and Ganguli, 2014, section 3):
 * it leaves lengths as they are. A tensor of more dimensions is a matrix of its first one and all others, as in PyTorch. The time
 * grows with the cube of the size: a second or two for 1000 x 1000.
 * @param shape two dimensions or more, such as `[128, 128]`
 * @example
 * parameters({ w: orthogonal([128, 128]) }, { seed: 1 })
 */
export function orthogonal(shape: readonly number[], options: OrthogonalOptions = {}): Initializer {
  checkOptions("orthogonal", options, ["gain"]);
  const { gain = 1 } = options;
  checkNumbers("orthogonal", { gain });
  if (shape.length < 2) {
    throw new BindingError(
      `orthogonal: expected a shape of two dimensions or more, found [${shape.join(", ")}]`,
    );
  }
  return drawn("orthogonal", shape, (parameter, draws) => {
    const rows = shape[0]!;
    const columns = rows === 0 ? 0 : parameter.data.length / rows;
    const isWide = rows <= columns;
    const [count, length] = isWide ? [rows, columns] : [columns, rows];
    const vectors = orthonormal(count, length, draws);
    write(parameter, (i) => {
      const [row, column] = [Math.floor(i / columns), i % columns];
      return gain * (isWide ? vectors[row]![column]! : vectors[column]![row]!);
    });
  });
}

/** By Gram and Schmidt's method; what is left of a vector that nearly lies among the others goes through it again. */
function orthonormal(count: number, length: number, { normal }: Draws): Float64Array[] {
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const first = vectors.length * length;
    const vector = Float64Array.from({ length }, (_, i) => normal(first + i));
    const before = Math.sqrt(dot(vector, vector));
    removeAll(vector, vectors);
    if (Math.sqrt(dot(vector, vector)) < before / 10) {
      removeAll(vector, vectors);
    }
    const scale = 1 / Math.sqrt(dot(vector, vector));
    vectors.push(vector.map((each) => each * scale));
  }
  return vectors;
}

/** Takes from a vector its parts along others, which are orthonormal. */
function removeAll(vector: Float64Array, others: readonly Float64Array[]): void {
  for (const other of others) {
    const along = dot(vector, other);
    for (let i = 0; i < vector.length; i++) {
      vector[i] = vector[i]! - along * other[i]!;
    }
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    sum += a[i]! * b[i]!;
  }
  return sum;
}
