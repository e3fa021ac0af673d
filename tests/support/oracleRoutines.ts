/** The matrix routines: the library's own, run on each tensor's values. */
import { javascriptEngine } from "../../src/compilers/js/engine.ts";
import type { Kind } from "../../src/rule/graph/kinds.ts";
import { routines } from "../../src/rule/matrices/index.ts";
import type { RoutineName } from "../../src/rule/matrices/matrix.ts";
import { signatures } from "../../src/rule/matrices/signatures.ts";
import { type OracleTensor, sizesOf, type Values } from "./oracleValues.ts";
import type { ReductionOrders } from "./orders.ts";

export function runRoutine(
  callee: string,
  operands: readonly Values[],
  tensors: readonly OracleTensor[],
  orders: ReductionOrders,
): Values {
  const name = callee as RoutineName;
  const { matrices, kindOf: kindOfResult } = signatures[name];
  const { run } = routines[name];
  return tensors.map((tensor, i) => {
    const { type } = tensor;
    const array = type === "float32" ? Float32Array : Float64Array;
    const given = operands.map((values) => values[i]!);
    const inputs = given.slice(0, matrices.length);
    const kind = kindOfResult(...inputs.map((each) => each.kind))!;
    const matrix = (of: Kind, data: Float32Array | Float64Array) => ({
      ...sizesOf(of, tensor),
      data,
    });
    const { rows, cols } = sizesOf(kind, tensor);
    const out = matrix(kind, new array(rows * cols));
    run(
      javascriptEngine(type),
      out,
      inputs.map((each) => matrix(each.kind, array.from(each.data as Float64Array))),
      given.slice(matrices.length).map(({ data }) => data as number),
    );
    const key = orders.key(`${callee} ${given.map((each) => each.key)}`);
    return { kind, written: kind, data: Float64Array.from(out.data), fixed: undefined, key };
  });
}
