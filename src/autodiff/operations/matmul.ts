import { check, printShape } from "../errors.ts";
import { broadcastIndices, broadcastShape } from "../layout/indices.ts";
import { checkOptions, checkSwitch } from "../options.ts";
import type { ProductShape } from "../products/matrixProduct.ts";
import { type FloatArray, type Recorder, sizeOf, type Tensor } from "../tensor.ts";

/** Options of {@link matmul}. */
export interface MatmulOptions {
  /** Use the first matrix transposed; by default false. */
  readonly transposeA?: boolean;
  /** Use the second matrix transposed; by default false. */
  readonly transposeB?: boolean;
}

/**
 * C = A B for matrices, each transposed or not, or for batches of them. With G = dL/dC and nothing transposed,
 * dL/dA = G B^T and dL/dB = A^T G.
 *
 * @param a [..., rows, depth], or [..., depth, rows] if transposed
 * @param b [..., depth, columns], or [..., columns, depth] if transposed; dimensions before these two broadcast as in NumPy
 * @returns [..., rows, columns]
 * @example
 * const tape = createTape(optimizer);
 * const queries = tape.input([32, 4, 16, 8]); // batch, heads, time, n
 * const keys = tape.input([32, 4, 16, 8]);
 * matmul(queries, keys, { transposeB: true }).shape; // [32, 4, 16, 16]: batch, heads, time, time
 */
export function matmul<A extends FloatArray>(
  a: Tensor<A>,
  b: Tensor<A>,
  options: MatmulOptions = {},
): Tensor<A> {
  checkOptions("matmul", options, ["transposeA", "transposeB"]);
  const { transposeA = false, transposeB = false } = options;
  checkSwitch("matmul", "transposeA", transposeA);
  checkSwitch("matmul", "transposeB", transposeB);
  const [ofOne, depth, columns] = productSizes(a.shape, b.shape, transposeA, transposeB);
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const batch = broadcastShape("matmul", [batchA, batchB]);
  // Matrices that all meet the same one are one matrix with more rows.
  const isOne = batchB.length === 0 && !transposeA;
  const rows = isOne ? ofOne * sizeOf(batch) : ofOne;
  const together: readonly number[] = isOne ? [] : batch;
  const forward = { rows, depth, columns, transposeA, transposeB };
  // Of a transposed operand, the transposed gradient: (G B^T)^T = B G^T, (A^T G)^T = G^T A.
  const toA = transposeA
    ? { rows: depth, depth: columns, columns: rows, transposeA: transposeB, transposeB: true }
    : { rows, depth: columns, columns: depth, transposeB: !transposeB };
  const toB = transposeB
    ? { rows: columns, depth: rows, columns: depth, transposeA: true, transposeB: transposeA }
    : { rows: depth, depth: rows, columns, transposeA: !transposeA };
  const ofA = placesIn(isOne ? [] : batchA, together);
  const ofB = placesIn(batchB, together);
  const ofC = placesIn(together, together);
  const times = productsOn(a.tape);
  return a.tape.record({
    name: "matmul",
    inputs: [a, b],
    shape: [...batch, ofOne, columns],
    forward: (output) => times([a.data, ofA], [b.data, ofB], [output, ofC], forward),
    backward: [
      (gradient, target) => {
        const [g, other] = [[gradient, ofC] as const, [b.data, ofB] as const];
        times(transposeA ? other : g, transposeA ? g : other, [target, ofA], toA);
      },
      (gradient, target) => {
        const [g, other] = [[gradient, ofC] as const, [a.data, ofA] as const];
        times(transposeB ? g : other, transposeB ? other : g, [target, ofB], toB);
      },
    ],
  });
}

/** Which of an array's matrices takes part in each product of a batch. */
interface Places {
  readonly indices: Int32Array;
  readonly count: number;
}

const placesIn = (own: readonly number[], batch: readonly number[]): Places => ({
  indices: broadcastIndices(own, batch),
  count: sizeOf(own),
});

type Batch = readonly [array: FloatArray, places: Places];

/** An array's matrices, each a view that is made once. */
const parts = /* @__PURE__ */ new WeakMap<FloatArray, FloatArray[]>();

function matricesOf([array, { count }]: Batch): readonly FloatArray[] {
  let known = parts.get(array);
  if (known?.length !== count) {
    const size = array.length / count;
    known = Array.from({ length: count }, (_, i) => array.subarray(i * size, (i + 1) * size));
    parts.set(array, known);
  }
  return known;
}

/** Products of a batch; what several of them go into is their sum. */
const productsOn =
  <A extends FloatArray>({ product }: Recorder<A>) =>
  (a: Batch, b: Batch, c: Batch, shape: ProductShape): void => {
    const { length } = a[1].indices;
    if (length === 1) {
      product(a[0], b[0], c[0], shape);
      return;
    }
    const [ofA, ofB, ofC] = [matricesOf(a), matricesOf(b), matricesOf(c)];
    const accumulate = c[1].count < length;
    if (accumulate) {
      c[0].fill(0);
    }
    for (let i = 0; i < length; i++) {
      const [left, right] = [ofA[a[1].indices[i]!]!, ofB[b[1].indices[i]!]!];
      product(left, right, ofC[c[1].indices[i]!]!, { ...shape, accumulate });
    }
  };

function productSizes(
  a: readonly number[],
  b: readonly number[],
  transposeA: boolean,
  transposeB: boolean,
): [rows: number, depth: number, columns: number] {
  const [rows, depth] = transposeA ? [a.at(-1), a.at(-2)] : a.slice(-2);
  const [depthOfB, columns] = transposeB ? [b.at(-1), b.at(-2)] : b.slice(-2);
  check(a.length > 1 && b.length > 1 && depth === depthOfB, () => {
    const expectedA = transposeA ? "[depth, rows]" : "[rows, depth]";
    const expectedB = transposeB ? "[columns, depth]" : "[depth, columns]";
    return (
      `matmul: expected A ${expectedA} and B ${expectedB}, ` +
      `found ${printShape(a)} and ${printShape(b)}`
    );
  });
  return [rows!, depth!, columns!];
}
