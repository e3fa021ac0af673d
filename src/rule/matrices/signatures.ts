/** The signatures of the routines on whole matrices, which is all that the language needs of them. index.ts has the rest. */
import { heightOf, isHost, isMatrix, type Kind, kindOf, widthOf } from "../graph/kinds.ts";
import type { RoutineName, RoutineSignature } from "./matrix.ts";

/** The kind of a symmetric matrix, or of a basis for it. */
const squareKind = (x: Kind): Kind | undefined =>
  isMatrix(x) && heightOf(x) === widthOf(x) ? x : undefined;

export const signatures: Readonly<Record<RoutineName, RoutineSignature>> = {
  eigenvalueOrder: {
    matrices: ["s", "q"],
    numbers: [],
    kindOf: (s, q) =>
      s !== q || !squareKind(s!) ? undefined : heightOf(s!) === "rows" ? "column" : "row",
  },
  eigenvectors: {
    matrices: ["s"],
    numbers: [],
    kindOf: (s) => squareKind(s!),
  },
  inverseRoot: {
    matrices: ["s"],
    numbers: ["order", "ridge"],
    kindOf: (s) => squareKind(s!),
  },
  matmul: {
    matrices: ["a", "b"],
    numbers: [],
    kindOf: (a, b) =>
      isHost(a!) || isHost(b!) || widthOf(a!) !== heightOf(b!)
        ? undefined
        : kindOf(heightOf(a!), widthOf(b!)),
  },
  orthogonalize: {
    matrices: ["x"],
    numbers: ["steps", "a", "b", "c", "eps"],
    kindOf: (x) => (isMatrix(x!) ? x : undefined),
  },
  refreshBasis: {
    matrices: ["s", "q"],
    numbers: [],
    kindOf: (s, q) => (s === q ? squareKind(s!) : undefined),
  },
  reorder: {
    matrices: ["x", "order"],
    numbers: [],
    kindOf: (x, order) => {
      const rows = order === "column" && heightOf(x!) === "rows";
      const columns = order === "row" && widthOf(x!) === "cols";
      return isMatrix(x!) && (rows || columns) ? x : undefined;
    },
  },
  simplex: {
    matrices: ["x"],
    numbers: ["total"],
    kindOf: (x) => (x === "element" ? "element" : undefined),
  },
  transpose: {
    matrices: ["x"],
    numbers: [],
    kindOf: (x) => kindOf(widthOf(x!), heightOf(x!)),
  },
};
