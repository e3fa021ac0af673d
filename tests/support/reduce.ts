/** A second implementation of the documented trees of reductions. */
import type { ElementType } from "../../src/compilers/backend.ts";
import { rounding } from "./backends.ts";

export type Reducer = "sum" | "max" | "min" | "norm";
type Combining = Exclude<Reducer, "norm">;

const identities = {
  norm: 0,
  sum: 0,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
};

const combiner = (operator: Combining, round: (value: number) => number) =>
  ({
    sum: (a: number, b: number) => round(a + b),
    max: (a: number, b: number) => Math.max(a, b),
    min: (a: number, b: number) => Math.min(a, b),
  })[operator];

const blockLength = 1024;

/**
 * One block: element i goes to lane i modulo the lanes of 64 bytes, in order. The lanes are four vectors, combined as
 * (a + b) + (c + d), and the lanes of that vector as (0 + 1) + (2 + 3).
 */
export function reduceBlock(
  operator: Reducer,
  block: ArrayLike<number>,
  type: ElementType,
): number {
  if (operator === "norm") return normOfBlock(block, type);
  return reduceInLanes(operator, block, type === "float32" ? 16 : 8, rounding[type]);
}

function reduceInLanes(
  operator: Combining,
  block: ArrayLike<number>,
  width: number,
  round: (value: number) => number,
): number {
  const combine = combiner(operator, round);
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

/** Squares are added in float64. For float64, elements are scaled first if a sum is out of range. */
function normOfBlock(block: ArrayLike<number>, type: ElementType): number {
  const width = type === "float32" ? 16 : 8;
  const sumOf = (scale: number) => {
    const squares = Array.from(block, (x) => x * scale * (x * scale));
    return reduceInLanes("sum", squares, width, rounding.float64);
  };
  const sum = sumOf(1);
  if (type === "float32" || (sum >= 2 ** -900 && sum < Number.POSITIVE_INFINITY)) {
    return Math.sqrt(sum);
  }
  if (sum < 1) return Math.sqrt(sumOf(2 ** 600)) / 2 ** 600;
  return sum === Number.POSITIVE_INFINITY ? Math.sqrt(sumOf(2 ** -600)) * 2 ** 600 : Math.sqrt(sum);
}

/** Adds neighbours pairwise in float64, level by level; the last one of an odd level waits. */
export function reduceNumbers(operator: Reducer, values: readonly number[]): number {
  if (operator === "norm" && values.length > 1) {
    const largest = Math.max(...values);
    const scale = largest > 2 ** 400 ? 2 ** -600 : largest < 2 ** -400 ? 2 ** 600 : 1;
    const squares = values.map((value) => value * scale * (value * scale));
    return Math.sqrt(reduceNumbers("sum", squares)) / scale;
  }
  const combine = combiner(operator as Combining, rounding.float64);
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

/** Reduces a matrix row by row: one partial result for each row. */
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

/** Reduces each row as one block, whatever its length; or each column from top to bottom. */
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
  const combine = combiner(operator as Combining, rounding[type]);
  const result = new Float64Array(sizes.cols).fill(identities[operator]);
  for (const row of rows) row.forEach((x, j) => void (result[j] = combine(result[j]!, x)));
  return result;
}
