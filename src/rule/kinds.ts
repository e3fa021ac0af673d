/** How many values a name or an expression stands for. */

/**
 * - `uniform`: one for a whole group, from hyperparameters, `t`, `rows`, `cols`, `size` alone
 * - `scalar`: one for a tensor, or for all of them
 * - `row`: one for each column of a matrix (a row of values)
 * - `column`: one for each row of a matrix (a column of values)
 * - `element`: one for each element
 */
export type Kind = "uniform" | "scalar" | "row" | "column" | "element";

/** The kind of an expression over two operands: kinds broadcast upward. */
export function join(a: Kind, b: Kind): Kind {
  if (a === b || fits(b, a)) {
    return a;
  }
  return fits(a, b) ? b : "element";
}

/** Whether a value of kind `from` may stand where one of kind `to` is wanted. */
export function fits(from: Kind, to: Kind): boolean {
  switch (to) {
    case "uniform":
      return from === "uniform";
    case "scalar":
      return from === "uniform" || from === "scalar";
    case "row":
      return from !== "column" && from !== "element";
    case "column":
      return from !== "row" && from !== "element";
    case "element":
      return true;
  }
}

/** Whether values of this kind are computed on the host, in float64. */
export function isHost(kind: Kind): boolean {
  return kind === "uniform" || kind === "scalar";
}
