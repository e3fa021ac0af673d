/** What the forms of products have in common: what an element's sum is multiplied by, what is added, and where it goes. */
import type { Node } from "../../../rule/graph/graph.ts";
import type { Addend } from "../../../rule/matrices/matrix.ts";
import { nameOf } from "../operators.ts";
import type { ArrayMatrix } from "./operation.ts";

/** out = a b, or alpha a b + beta of the addend. */
export interface Product {
  readonly out: ArrayMatrix;
  readonly a: ArrayMatrix;
  readonly b: ArrayMatrix;
  readonly addend: Addend<ArrayMatrix, Node> | undefined;
  /** Whether the part above the diagonal is that below it. */
  readonly symmetric: boolean;
}

/** Its matrices and numbers, as operations have them. */
export const partsOf = ({ out, a, b, addend }: Product) => ({
  matrices: addend === undefined ? [out, a, b] : [out, a, b, addend.matrix],
  numbers: [addend?.alpha, addend?.beta].filter((node) => node !== undefined),
});

/** What the sum of the element in `row` and `column` comes to. */
export function sumText(sum: string, { addend }: Product): string {
  const scaled = addend?.alpha === undefined ? sum : `${nameOf(addend.alpha)} * ${sum}`;
  const added = addend === undefined ? "" : ` + ${nameOf(addend.beta)} * load3(m3, row, column)`;
  return scaled + added;
}

/** Stores it. */
export const storeSum = (sum: string, product: Product): string =>
  `store(m0, row, column, ${sumText(sum, product)});`;
