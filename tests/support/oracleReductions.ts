/** Reductions over a tensor, over all of them, or over the lines of a matrix. */
import type { Span } from "../../src/rule/errors.ts";
import { heightOf, isHost, isMatrix, kindOf, widthOf } from "../../src/rule/graph/kinds.ts";
import { rounding } from "./backends.ts";
import { type OracleTensor, sizesOf, spread, uniform, type Values } from "./oracleValues.ts";
import type { ReductionOrders } from "./orders.ts";
import { type Reducer, reduceArray, reduceLines, reduceNumbers, reduceRows } from "./reduce.ts";

/** The place of a reduction in the text. */
export interface Place {
  readonly rule: string;
  readonly span: Span;
  /** Within a branch of `where(matrix, ...)`: whether it is the one for matrices. */
  readonly branch: boolean | undefined;
}

export class Reductions {
  readonly #tensors: readonly OracleTensor[];
  readonly #orders: ReductionOrders;

  constructor(tensors: readonly OracleTensor[], orders: ReductionOrders) {
    this.#tensors = tensors;
    this.#orders = orders;
  }

  /** Reduces all elements to one number, for each tensor or for all of them. */
  ofAll(
    scope: "tensor" | "global",
    operator: Reducer,
    x: Values,
    { rule, span, branch }: Place,
  ): Values {
    const written = x[0]!.written;
    const over = isHost(written) ? "element" : written;
    const keys = x.map(({ key }) => this.#orders.key(`${scope} ${operator} ${over} ${key}`));
    const each = this.#tensors.map((tensor, i) => {
      const array = spread(x[i]!, over, tensor.type, tensor);
      const form = this.#orders.formOf(i, keys[i]!, rule, span);
      const reduce = (by: Reducer, values: Float64Array, byRows: boolean) =>
        byRows && isMatrix(over)
          ? reduceRows(by, values, sizesOf(over, tensor), tensor.type)
          : reduceArray(by, values, tensor.type);
      if (operator === "norm" && !form.exact) {
        const round = rounding[tensor.type];
        const sum = reduce(
          "sum",
          array.map((x) => round(x * x)),
          form.byRows,
        );
        const least = tensor.type === "float32" ? 2 ** -70 : 2 ** -900;
        if (!(sum < least || sum === Number.POSITIVE_INFINITY)) return Math.sqrt(sum);
        return reduce("norm", array, form.rescueByRows);
      }
      return reduce(operator, array, form.byRows);
    });
    // All parameters here are those that take the branch with the reduction.
    const all = reduceNumbers(
      operator,
      each.filter((_, i) => branch === undefined || this.#tensors[i]!.matrix === branch),
    );
    return each.map((one, i) => ({
      kind: "scalar",
      written: "scalar",
      data: scope === "tensor" ? one : all,
      fixed: undefined,
      key: keys[i]!,
    }));
  }

  /** Reduces each row or column of a matrix to one number. */
  ofLines(lines: "row" | "col", operator: Reducer, x: Values): Values {
    return this.#tensors.map((tensor, i) => {
      const { written: over, key } = x[i]!;
      const array = spread(x[i]!, over, tensor.type, tensor);
      const kind = lines === "row" ? kindOf(heightOf(over), "1")! : kindOf("1", widthOf(over))!;
      const data = reduceLines(lines, operator, array, sizesOf(over, tensor), tensor.type);
      const name = this.#orders.key(`${lines} ${operator} ${over} ${key}`);
      return { kind, written: kind, data, fixed: undefined, key: name };
    });
  }

  /** The number of values in each reduction. */
  count(lines: string | undefined, [x]: Values): Values {
    const { written } = x!;
    const extents = { "1": "1", rows: "fact rows", cols: "fact cols" };
    return this.#tensors.map((tensor) => {
      const { rows, cols } = sizesOf(written, tensor);
      if (lines === "row") return uniform(cols, extents[widthOf(written)]);
      if (lines === "col") return uniform(rows, extents[heightOf(written)]);
      if (isHost(written) || written === "element") return uniform(tensor.p.length, "fact count");
      return uniform(rows * cols, this.#orders.key(`count ${written}`));
    });
  }
}
