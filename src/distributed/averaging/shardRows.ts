/** The part of a sparse gradient that one rank updates. A part may begin, or end, within a row. */
import type { RowGradient } from "../../runtime/binding/callRecord.ts";
import { GatheredLoops } from "../../runtime/gradients/gathered.ts";
import { SparseGradient } from "../../runtime/gradients/sparse.ts";
import type { FloatArray } from "../../runtime/memory/memory.ts";
import { gcd } from "../granularity.ts";

/** Rows of a parameter, one after the other. */
export interface Rows {
  /** Their numbers, ascending. */
  readonly rows: Int32Array;
  /** Elements of a row. */
  readonly width: number;
  readonly values: FloatArray;
}

/** How many of the values belong to elements of the parameter before this one. */
export function placeOf({ rows, width }: Omit<Rows, "values">, element: number): number {
  const row = width > 0 ? Math.floor(element / width) : 0;
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]! < row) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low * width + (rows[low] === row ? element - row * width : 0);
}

/** The element of the parameter that a value belongs to. */
export const elementIn = ({ rows, width }: Omit<Rows, "values">, place: number): number =>
  rows[Math.floor(place / width)]! * width + (place % width);

/** A sparse gradient that was checked and gathered before. */
class GatheredGradient extends SparseGradient {
  readonly #gathered: RowGradient;

  constructor(gathered: RowGradient) {
    super(gathered.rows, gathered.values);
    this.#gathered = gathered;
  }

  override check(): void {}

  override gather(): RowGradient {
    return this.#gathered;
  }
}

/**
 * The gradient of elements `from` up to `to` of a parameter. If these begin or end within a row, rows are divided into equal pieces, of which
 * the part has whole ones. Only rules of single elements are cut within rows, and to these a piece of a row is a row.
 */
export function gradientOfShard(all: Rows, from: number, to: number): SparseGradient {
  const [first, last] = [placeOf(all, from), placeOf(all, to)];
  const width = gcd(all.width, gcd(from, to));
  const count = width > 0 ? (last - first) / width : 0;
  const pieceAt = (_: unknown, index: number) =>
    (elementIn(all, first + index * width) - from) / width;
  return new GatheredGradient({
    rows: Int32Array.from({ length: count }, pieceAt),
    values: all.values.subarray(first, last),
    width,
    elementAt: (index) => elementIn(all, first + index),
    Loops: GatheredLoops,
  });
}
