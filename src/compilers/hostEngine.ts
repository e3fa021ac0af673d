/** The matrix engine of CPU backends, except the product. */
import type { Addend, Matrix, MatrixEngine } from "../rule/matrices/matrix.ts";
import type { ElementType } from "./backend.ts";

/** Working memory for each `use`. It grows to the largest matrix that was asked for, and is kept. */
function scratchOf(type: ElementType): MatrixEngine["scratch"] {
  const FloatArray = type === "float32" ? Float32Array : Float64Array;
  const kept = new Map<number, Matrix["data"]>();
  return (use, rows, cols) => {
    const count = rows * cols;
    let whole = kept.get(use);
    if (whole === undefined || whole.length < count) {
      whole = new FloatArray(count);
      kept.set(use, whole);
    }
    return { rows, cols, data: whole.subarray(0, count) };
  };
}

/** x = alpha x + beta y, in float64. */
function combine(x: Matrix, alpha: number, y: Matrix, beta: number): void {
  for (let i = 0; i < x.rows * x.cols; i++) {
    x.data[i] = alpha * x.data[i]! + beta * y.data[i]!;
  }
}

function transpose(out: Matrix, x: Matrix): void {
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < x.cols; j++) {
      out.data[j * x.rows + i] = x.data[i * x.cols + j]!;
    }
  }
}

/** The root of the sum of squares in float64. Numbers are multiplied by `scale`, a power of two, before they are squared. */
function normOf({ rows, cols, data }: Matrix, scale: number): number {
  let squares = 0;
  for (let i = 0; i < rows * cols; i++) {
    const value = data[i]! * scale;
    squares += value * value;
  }
  return Math.sqrt(squares) / scale;
}

/** The norm. If squares overflow float64, or lose bits near its lower end, it is computed again with scaled numbers. */
function norm(x: Matrix): number {
  const usual = normOf(x, 1);
  if (usual === Infinity) {
    return normOf(x, 2 ** -600);
  }
  return usual < 2 ** -450 ? normOf(x, 2 ** 600) : usual;
}

/** out = x / (norm + eps), in float64. */
function normalize(out: Matrix, x: Matrix, eps: number): void {
  const count = x.rows * x.cols;
  const divisor = norm(x) + eps;
  for (let i = 0; i < count; i++) {
    out.data[i] = x.data[i]! / divisor;
  }
}

/**
 * What remains of the largest of these numbers in the projection onto the simplex. All numbers are reduced by the same
 * amount, and those that stay positive add up to `total`. The result is (total + the distances of the k largest numbers from
 * the largest) / k, for the largest k whose last number stays positive (Duchi et al., 2008, figure 1). Differences are exact,
 * whereas a sum of the numbers would lose the total.
 * @param ascending sorted
 */
function kept(ascending: Matrix["data"], total: number): number {
  const largest = ascending[ascending.length - 1]!;
  let below = 0;
  let found = total;
  for (let k = 1; k <= ascending.length; k++) {
    const difference = largest - ascending[ascending.length - k]!;
    below += difference;
    const next = (total + below) / k;
    if (!(difference < next)) {
      break;
    }
    found = next;
  }
  return found;
}

/** Rows and columns that are mirrored at once, so that they stay in the cache. */
const mirrored = 32;

/** Copies the part below the diagonal to the part above it. */
function mirror({ rows: n, data }: Matrix): void {
  for (let row = 0; row < n; row += mirrored) {
    for (let column = 0; column <= row; column += mirrored) {
      for (let i = row; i < Math.min(row + mirrored, n); i++) {
        for (let j = column; j < Math.min(column + mirrored, i); j++) {
          data[j * n + i] = data[i * n + j]!;
        }
      }
    }
  }
}

/** out = a b, summed in the order that engines promise. @param half whether to leave out the part above the diagonal */
export type Product = (out: Matrix, a: Matrix, b: Matrix, half: boolean) => void;

/**
 * The matrix engine of a CPU backend, from its product.
 *
 * @example
 * const engine = hostEngine("float64", (out, a, b) => {
 *   for (let i = 0; i < out.data.length; i++) {
 *     const [row, column] = [Math.floor(i / b.cols), i % b.cols];
 *     out.data[i] = 0;
 *     for (let k = 0; k < a.cols; k++) {
 *       out.data[i] += a.data[row * a.cols + k] * b.data[k * b.cols + column];
 *     }
 *   }
 * });
 * const matrix = (...data: number[]) => ({ rows: 2, cols: 2, data: Float64Array.from(data) });
 * const [a, b, out] = [matrix(1, 2, 3, 4), matrix(0, 1, 1, 0), matrix(0, 0, 0, 0)];
 * engine.multiply(out, a, b);
 * out.data; // [2, 1, 4, 3]
 */
export function hostEngine(type: ElementType, product: Product): MatrixEngine {
  const scratch = scratchOf(type);
  const add = (out: Matrix, addend: Addend<Matrix, number> | undefined) => {
    if (addend !== undefined) {
      combine(out, addend.alpha ?? 1, addend.matrix, addend.beta);
    }
  };
  return {
    ...{ scratch, transpose, normalize },
    multiply(out, a, b, addend) {
      product(out, a, b, false);
      add(out, addend);
    },
    multiplySymmetric(out, a, b, addend) {
      product(out, a, b, true);
      mirror(out);
      add(out, addend);
    },
    transposed({ rows, cols, data }, room) {
      const turned = { rows: cols, cols: rows, data: room.data };
      transpose(turned, { rows, cols, data });
      return turned;
    },
    projectOntoSimplex(out, { rows, cols, data }, total) {
      const sorted = scratch(0, rows, cols).data;
      sorted.set(data);
      const share = kept(sorted.sort(), total);
      const largest = sorted[sorted.length - 1]!;
      for (let i = 0; i < data.length; i++) {
        out.data[i] = Math.max(data[i]! - largest + share, 0);
      }
    },
    constant: (number) => number,
  };
}
