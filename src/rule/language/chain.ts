/** Operators in a row. */

type Tree = { readonly form: string };
type Binary<E> = Extract<E, { readonly form: "binary" }>;

/**
 * Operators in a row lean to the left, as those of a + b + c. Whatever walks them does so by a loop: the stack of a browser's
 * worker is too small for a thousand.
 *
 * @param ends whether a row ends before an operator
 * @returns the first operand, and the operators from there on
 */
export function chainOf<E extends Tree>(
  expression: E,
  ends: (operator: Binary<E>) => boolean = () => false,
): readonly [first: E, links: readonly Binary<E>[]] {
  const links: Binary<E>[] = [];
  let first = expression;
  while (isBinary(first) && !ends(first)) {
    links.push(first);
    first = (first as unknown as { readonly left: E }).left;
  }
  return [first, links.reverse()];
}

const isBinary = <E extends Tree>(expression: E): expression is Binary<E> =>
  expression.form === "binary";
