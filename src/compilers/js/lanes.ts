/** The order in which a block or a row is reduced: in lanes, then the lanes in a fixed tree. */
import { elementOperators, identities, type ReductionOperator } from "../../rule/operators.ts";
import { type ElementType, lanes } from "../compiler.ts";

type Combine = (a: number, b: number, c: number) => number;

/** Combines what two parts of a reduction have come to. */
export const combiners: Readonly<Record<ReductionOperator, Combine>> = {
  sum: elementOperators.add.evaluate,
  max: elementOperators.max.evaluate,
  min: elementOperators.min.evaluate,
};

/** Reduces the values of one block or row, each step rounded to the type. */
export class LaneReduction {
  readonly #combine: Combine;
  readonly #identity: number;
  readonly #lanes: Float32Array | Float64Array;

  constructor(operator: ReductionOperator, type: ElementType) {
    this.#combine = combiners[operator];
    this.#identity = identities[operator];
    this.#lanes =
      type === "float32" ? new Float32Array(lanes(type)) : new Float64Array(lanes(type));
  }

  start(): void {
    this.#lanes.fill(this.#identity);
  }

  /** Adds the first `count` values; those of earlier calls were a multiple of the lanes. */
  add(values: Float32Array | Float64Array, count: number): void {
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
