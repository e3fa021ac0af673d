/** What the forms of products share: the factor of an element's sum, the addend, and the store. */
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
  /** Whether the part above the diagonal equals the part below it. */
  readonly symmetric: boolean;
}

/** The matrices and numbers of the product's operation. */
export const partsOf = ({ out, a, b, addend }: Product) => ({
  matrices: addend === undefined ? [out, a, b] : [out, a, b, addend.matrix],
  numbers: [addend?.alpha, addend?.beta].filter((node) => node !== undefined),
});

/** The result in `row` and `column`, computed from its sum. */
export function sumText(sum: string, { addend }: Product): string {
  const scaled = addend?.alpha === undefined ? sum : `${nameOf(addend.alpha)} * ${sum}`;
  const added = addend === undefined ? "" : ` + ${nameOf(addend.beta)} * load3(m3, row, column)`;
  return scaled + added;
}

/** Stores the result. */
export const storeSum = (sum: string, product: Product): string =>
  `store(m0, row, column, ${sumText(sum, product)});`;
