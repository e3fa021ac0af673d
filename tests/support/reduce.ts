/** The documented trees of reductions, written down once more. */
import type { ElementType } from "../../src/compilers/compiler.ts";
import { rounding } from "./compilers.ts";

export type Reducer = "sum" | "max" | "min";

const identities = { sum: 0, max: Number.NEGATIVE_INFINITY, min: Number.POSITIVE_INFINITY };

const combiner = (operator: Reducer, round: (value: number) => number) =>
  ({
    sum: (a: number, b: number) => round(a + b),
    max: (a: number, b: number) => Math.max(a, b),
    min: (a: number, b: number) => Math.min(a, b),
  })[operator];

const blockLength = 1024;

/**
 * One block: element i goes to lane i modulo the lanes of 64 bytes, in order; the lanes are four
 * vectors, combined as (a + b) + (c + d), and that vector's lanes as (0 + 1) + (2 + 3).
 */
export function reduceBlock(
  operator: Reducer,
  block: ArrayLike<number>,
  type: ElementType,
): number {
  const combine = combiner(operator, rounding[type]);
  const width = type === "float32" ? 16 : 8;
  const lane = (index: number): number => {
    let sum = identities[operator];
    for (let i = index; i < block.length; i += width) sum = combine(sum, block[i]!);
    return sum;
  };
  const vector = width / 4;
  const sums = Array.from({ length: vector }, (_, i) =>
    combine(
      combine(lane(i), lane(vector + i)),
      combine(lane(2 * vector + i), lane(3 * vector + i)),
    ),
  );
  const [a, b, c, d] = sums as [number, number, number, number];
  return vector === 2 ? combine(a, b) : combine(combine(a, b), combine(c, d));
}

/** Neighbours pairwise in float64, level by level; the last of an odd level waits. */
export function reduceNumbers(operator: Reducer, values: readonly number[]): number {
  const combine = combiner(operator, rounding.float64);
  if (values.length <= 1) return values[0] ?? identities[operator];
  const pairs = Array.from({ length: Math.ceil(values.length / 2) }, (_, i) =>
    2 * i + 1 < values.length ? combine(values[2 * i]!, values[2 * i + 1]!) : values[2 * i]!,
  );
  return reduceNumbers(operator, pairs);
}

/** The partial results of an array's blocks. */
export function reduceBlocks(
  operator: Reducer,
  values: Float64Array | readonly number[],
  type: ElementType,
): number[] {
  return Array.from({ length: Math.ceil(values.length / blockLength) }, (_, i) =>
    reduceBlock(operator, values.slice(i * blockLength, (i + 1) * blockLength), type),
  );
}

export function reduceArray(operator: Reducer, values: Float64Array, type: ElementType): number {
  return reduceNumbers(operator, reduceBlocks(operator, values, type));
}

interface Sizes {
  readonly rows: number;
  readonly cols: number;
}

const rowsOf = (values: Float64Array, { rows, cols }: Sizes): Float64Array[] =>
  Array.from({ length: rows }, (_, i) => values.slice(i * cols, (i + 1) * cols));

/** A matrix by a loop that goes row by row: one partial result a row. */
export function reduceRows(
  operator: Reducer,
  values: Float64Array,
  sizes: Sizes,
  type: ElementType,
): number {
  const rows = values.length === 0 ? [] : rowsOf(values, sizes);
  return reduceNumbers(
    operator,
    rows.map((row) => reduceBlock(operator, row, type)),
  );
}

/** Each row as one block, whatever its length; or each column from top to bottom. */
export function reduceLines(
  lines: "row" | "col",
  operator: Reducer,
  values: Float64Array,
  sizes: Sizes,
  type: ElementType,
): Float64Array {
  const rows = rowsOf(values, sizes);
  if (lines === "row") {
    return Float64Array.from(rows, (row) => reduceBlock(operator, row, type));
  }
  const combine = combiner(operator, rounding[type]);
  const result = new Float64Array(sizes.cols).fill(identities[operator]);
  for (const row of rows) row.forEach((x, j) => void (result[j] = combine(result[j]!, x)));
  return result;
}
