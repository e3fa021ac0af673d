/** How many values a name or an expression stands for, and how they are arranged. */

/**
 * How many values a name of a rule stands for:
 *
 * - `uniform`: one for a whole group, from hyperparameters, `t`, `rows`, `cols`, `size` alone
 * - `scalar`: one for a tensor, or for all of them
 * - `row`: one for each column of a matrix (a row of values)
 * - `column`: one for each row of a matrix (a column of values)
 * - `element`: one for each element, rows × cols
 * - `transposed`: cols × rows
 * - `left`: rows × rows, what may stand to the left of a matrix of elements
 * - `right`: cols × cols, what may stand to its right
 */
export type Kind =
  | "uniform"
  | "scalar"
  | "row"
  | "column"
  | "element"
  | "transposed"
  | "left"
  | "right";

type Extent = "1" | "rows" | "cols";

/** Height and width. */
const extents: Readonly<Record<Kind, readonly [Extent, Extent]>> = {
  uniform: ["1", "1"],
  scalar: ["1", "1"],
  row: ["1", "cols"],
  column: ["rows", "1"],
  element: ["rows", "cols"],
  transposed: ["cols", "rows"],
  left: ["rows", "rows"],
  right: ["cols", "cols"],
};

/** What a state may be. */
export const stateKinds: readonly Kind[] = ["scalar", "row", "column", "element", "left", "right"];

/** The array kind of a height and a width, if there is one. */
export function kindOf(height: Extent, width: Extent): Kind | undefined {
  if (height === "1" && width === "1") {
    return "scalar";
  }
  return (Object.keys(extents) as Kind[]).find(
    (kind) => extents[kind][0] === height && extents[kind][1] === width,
  );
}

export const heightOf = (kind: Kind): Extent => extents[kind][0];
export const widthOf = (kind: Kind): Extent => extents[kind][1];

/** The number of values that a kind stands for in a tensor of so many rows and columns. */
export function countOf(kind: Kind, rows: number, cols: number): number {
  const length = { "1": 1, rows, cols };
  return length[heightOf(kind)] * length[widthOf(kind)];
}

function broadcast(a: Extent, b: Extent): Extent | undefined {
  if (a === b || b === "1") {
    return a;
  }
  return a === "1" ? b : undefined;
}

/** The kind of an expression over two operands: kinds broadcast upward; undefined if they cannot. */
export function join(a: Kind, b: Kind): Kind | undefined {
  if (isHost(a) && isHost(b)) {
    return a === "uniform" ? b : a;
  }
  const height = broadcast(heightOf(a), heightOf(b));
  const width = broadcast(widthOf(a), widthOf(b));
  return height && width && kindOf(height, width);
}

/** Whether a value of kind `from` may stand where one of kind `to` is wanted. */
export function fits(from: Kind, to: Kind): boolean {
  return join(from, to) === to;
}

/** Whether values of this kind are computed on the host, in float64. */
export function isHost(kind: Kind): boolean {
  return kind === "uniform" || kind === "scalar";
}

/** Whether it has rows and columns. */
export function isMatrix(kind: Kind): boolean {
  return heightOf(kind) !== "1" && widthOf(kind) !== "1";
}
