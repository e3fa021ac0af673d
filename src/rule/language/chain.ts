/** Walks chains of binary operators without recursion. */

type Tree = { readonly form: string };
type Binary<E> = Extract<E, { readonly form: "binary" }>;

/**
 * The operators of a chain such as a + b + c, which is a left-leaning tree. Code that walks it should loop over them, because the
 * stack of a browser's worker is too small to recurse a thousand times.
 *
 * @param ends whether the chain ends before an operator
 * @returns the first operand, and the operators after it
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
