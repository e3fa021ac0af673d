import { isMatrix } from "../kinds.ts";
import type { Matrix, MatrixEngine, Routine } from "./matrix.ts";
import { writeTransposed } from "./transpose.ts";

/** out = x / (its Frobenius norm + eps), in float64. */
function normalize(out: Matrix, x: Matrix, eps: number): void {
  const count = x.rows * x.cols;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    squares += x.data[i]! * x.data[i]!;
  }
  const divisor = Math.sqrt(squares) + eps;
  for (let i = 0; i < count; i++) {
    out.data[i] = x.data[i]! / divisor;
  }
}

/** out = a x + b y, in float64; `out` may be either of them. */
function combine(out: Matrix, a: number, x: Matrix, b: number, y: Matrix): void {
  for (let i = 0; i < out.rows * out.cols; i++) {
    out.data[i] = a * x.data[i]! + b * y.data[i]!;
  }
}

/** x = a x + (b A + c A A) x with A = x x^T. */
function iterate(engine: MatrixEngine, x: Matrix, [a, b, c]: readonly number[]): void {
  const transposed = engine.scratch(1, x.cols, x.rows);
  const gram = engine.scratch(2, x.rows, x.rows);
  const square = engine.scratch(3, x.rows, x.rows);
  writeTransposed(transposed, x);
  engine.multiply(gram, x, transposed);
  engine.multiply(square, gram, gram);
  combine(gram, b!, gram, c!, square);
  // The transpose has served.
  const product = engine.scratch(1, x.rows, x.cols);
  engine.multiply(product, gram, x);
  combine(x, a!, x, 1, product);
}

/**
 * `orthogonalize(x, steps, a, b, c, eps)`: nearly U V^T, where x = U S V^T is the singular value
 * decomposition: x / (norm(x) + eps), and then `steps` times a x + (b A + c A A) x with A = x x^T.
 *
 * Each step maps a singular value s to a s + b s^3 + c s^5. With Muon's 3.4445, -4.775 and 2.0315
 * five steps bring those that are not tiny into about [0.7, 1.2]; they are not meant to converge
 * to 1. The smaller Gram matrix is used: a matrix with more rows than columns is transposed.
 *
 * Jordan et al., 2024, "Muon", https://kellerjordan.github.io/posts/muon. Optax adds eps = 1e-8 as is
 * done here; PyTorch divides by max(norm, 1e-7) and iterates in bfloat16.
 */
export const orthogonalize: Routine = {
  name: "orthogonalize",
  matrices: ["x"],
  numbers: ["steps", "a", "b", "c", "eps"],
  kindOf: (x) => (isMatrix(x!) ? x : undefined),
  run(engine, out, [x], [steps, a, b, c, eps]) {
    const { rows, cols } = x!;
    const tall = rows > cols;
    const wide = engine.scratch(0, Math.min(rows, cols), Math.max(rows, cols));
    normalize(out, x!, eps!);
    if (tall) {
      writeTransposed(wide, out);
    }
    const iterated = tall ? wide : out;
    for (let step = 0; step < steps!; step++) {
      iterate(engine, iterated, [a!, b!, c!]);
    }
    if (tall) {
      writeTransposed(out, wide);
    }
  },
};
