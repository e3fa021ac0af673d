/** The implementations of the routines on whole matrices, by their names in the language. */
import { eigenvalueOrder } from "./eigenvalueOrder.ts";
import { eigenvectors } from "./eigenvectors.ts";
import { inverseRoot } from "./inverseRoot.ts";
import { matmul } from "./matmul.ts";
import type { Routine, RoutineName } from "./matrix.ts";
import { orthogonalize } from "./orthogonalize.ts";
import { refreshBasis } from "./refreshBasis.ts";
import { reorder } from "./reorder.ts";
import { simplex } from "./simplex.ts";
import { transpose } from "./transpose.ts";

export const routines: Readonly<Record<RoutineName, Routine>> = {
  eigenvalueOrder,
  eigenvectors,
  inverseRoot,
  matmul,
  orthogonalize,
  refreshBasis,
  reorder,
  simplex,
  transpose,
};
