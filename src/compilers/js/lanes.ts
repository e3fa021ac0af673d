/** Reduces a block or a row in a fixed order: in lanes, then the lanes in a tree. */
import {
  elementOperators,
  identities,
  type LineOperator,
  type ReductionOperator,
} from "../../rule/graph/operators.ts";
import { type ElementType, lanes, leastSquares, normScale } from "../backend.ts";

/** @inline */
type Combine = (a: number, b: number, c: number) => number;

/** Combines two partial results of a reduction. */
export const combiners: Readonly<Record<LineOperator, Combine>> = {
  sum: elementOperators.add.evaluate,
  max: elementOperators.max.evaluate,
  min: elementOperators.min.evaluate,
};

type Lanes = Float32Array | Float64Array;

/** Reduces the values of one block or row. */
export interface LaneReduction {
  start(): void;
  /** Adds the first `count` values. The counts of earlier calls must have been multiples of the lanes. */
  add(values: Lanes, count: number): void;
  finish(): number;
}

/** @param exact whether a norm is computed as a norm; otherwise as a sum of squares */
export function laneReduction(
  operator: ReductionOperator,
  type: ElementType,
  exact: boolean,
): LaneReduction {
  const array = type === "float32" ? Float32Array : Float64Array;
  const made = new array(lanes(type));
  if (operator === "norm") {
    return exact
      ? new NormInLanes(type)
      : new SquaresInLanes(new InLanes("sum", made), made.slice());
  }
  return new InLanes(operator, made);
}

/** Sums of squares, each rounded to the type. */
class SquaresInLanes implements LaneReduction {
  readonly #sum: LaneReduction;
  readonly #squares: Lanes;

  constructor(sum: LaneReduction, squares: Lanes) {
    this.#sum = sum;
    this.#squares = squares;
  }

  start(): void {
    this.#sum.start();
  }

  add(values: Lanes, count: number): void {
    const { length } = this.#squares;
    for (let from = 0; from < count; from += length) {
      const part = Math.min(length, count - from);
      for (let i = 0; i < part; i++) {
        this.#squares[i] = values[from + i]! * values[from + i]!;
      }
      this.#sum.add(this.#squares, part);
    }
  }

  finish(): number {
    return this.#sum.finish();
  }
}

/** Any other reduction, with each step rounded to the type of the lanes. */
class InLanes implements LaneReduction {
  readonly #combine: Combine;
  readonly #identity: number;
  readonly #lanes: Lanes;

  constructor(operator: LineOperator, made: Lanes) {
    this.#combine = combiners[operator];
    this.#identity = identities[operator];
    this.#lanes = made;
  }

  start(): void {
    this.#lanes.fill(this.#identity);
  }

  add(values: Lanes, count: number): void {
    const all = this.#lanes;
    const combine = this.#combine;
    for (let i = 0; i < count; i++) {
      const lane = i % all.length;
      all[lane] = combine(all[lane]!, values[i]!, 0);
    }
  }

  finish(): number {
    const lane = this.#lanes;
    const combine = this.#combine;
    const quarter = lane.length / 4;
    for (let i = 0; i < quarter; i++) {
      lane[i] = combine(lane[i]!, lane[i + quarter]!, 0);
      lane[i + 2 * quarter] = combine(lane[i + 2 * quarter]!, lane[i + 3 * quarter]!, 0);
      lane[i] = combine(lane[i]!, lane[i + 2 * quarter]!, 0);
    }
    for (let step = 1; step < quarter; step *= 2) {
      for (let i = 0; i < quarter; i += 2 * step) {
        lane[i] = combine(lane[i]!, lane[i + step]!, 0);
      }
    }
    return lane[0]!;
  }
}

/** The root of a sum of squares in float64. For float64 there are three sums of scaled squares, and one that is in range is used. */
class NormInLanes implements LaneReduction {
  readonly #scales: readonly number[];
  readonly #sums: readonly LaneReduction[];
  readonly #squares = new Float64Array(lanes("float32"));

  constructor(type: ElementType) {
    this.#scales = type === "float32" ? [1] : [1, 1 / normScale, normScale];
    this.#sums = this.#scales.map(() => new InLanes("sum", new Float64Array(lanes(type))));
  }

  start(): void {
    for (const sum of this.#sums) {
      sum.start();
    }
  }

  add(values: Lanes, count: number): void {
    const { length } = this.#squares;
    for (let from = 0; from < count; from += length) {
      const part = Math.min(length, count - from);
      for (const [index, scale] of this.#scales.entries()) {
        for (let i = 0; i < part; i++) {
          this.#squares[i] = values[from + i]! * scale * (values[from + i]! * scale);
        }
        this.#sums[index]!.add(this.#squares, part);
      }
    }
  }

  finish(): number {
    const [sum, small, large] = this.#sums.map((each) => each.finish());
    if (small === undefined || !(sum! < leastSquares.float64 || sum === Number.POSITIVE_INFINITY)) {
      return Math.sqrt(sum!);
    }
    return sum! < leastSquares.float64
      ? Math.sqrt(large!) / normScale
      : Math.sqrt(small) * normScale;
  }
}

/**
 * Reduces a block or a row, in the order that backends promise.
 * @param exact whether a norm is computed as a norm; otherwise as a sum of squares
 * @param values the values of the block or row, in order
 * @example
 * reduceLine("sum", "float64", false, [1, 2, 3, 4]); // 10
 * reduceLine("norm", "float64", false, [3, 4]); // 25: the runtime takes the root of all lines
 * reduceLine("norm", "float64", true, [3, 4]); // 5
 */
export function reduceLine(
  operator: ReductionOperator,
  type: ElementType,
  exact: boolean,
  values: ArrayLike<number>,
): number {
  const lanes = laneReduction(operator, type, exact);
  lanes.start();
  lanes.add(
    type === "float32" ? Float32Array.from(values) : Float64Array.from(values),
    values.length,
  );
  return lanes.finish();
}
