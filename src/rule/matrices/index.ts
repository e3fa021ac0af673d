/** The routines of whole matrices, by their names in the language. */
import { eigenvalueOrder } from "./eigenvalueOrder.ts";
import { eigenvectors } from "./eigenvectors.ts";
import { inverseRoot } from "./inverseRoot.ts";
import { matmul } from "./matmul.ts";
import type { Routine } from "./matrix.ts";
import { orthogonalize } from "./orthogonalize.ts";
import { refreshBasis } from "./refreshBasis.ts";
import { reorder } from "./reorder.ts";
import { simplex } from "./simplex.ts";
import { transpose } from "./transpose.ts";

const all: readonly Routine[] = [
  eigenvalueOrder,
  eigenvectors,
  inverseRoot,
  matmul,
  orthogonalize,
  refreshBasis,
  reorder,
  simplex,
  transpose,
];

export const routines: Readonly<Record<string, Routine>> = Object.fromEntries(
  all.map((routine) => [routine.name, routine]),
);
