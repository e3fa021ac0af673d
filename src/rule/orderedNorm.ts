/** Norms of any order, as lines of a rule: what clips by norm measure by. */

/**
 * Lines that make `length` the norm of a value: its Euclidean one at `order` 2, the sum of magnitudes at 1, the largest at
 * Infinity, and (sum |x|^order)^(1 / order) otherwise. That is taken of shares of the largest, whose powers neither overflow
 * nor all vanish; of 0 and infinity nothing has a share.
 * @param value the element-wise value, such as `g`
 * @param global whether it is that of all parameters together
 */
export function orderedNorm(value: "g" | "u", global: boolean): string {
  const [norm, sum, largest] = global
    ? ["globalNorm", "globalSum", "globalMax"]
    : ["norm", "sum", "amax"];
  return `
    euclidean = ${norm}(${value})
    total = ${sum}(abs(${value}))
    largest = ${largest}(abs(${value}))
    share = abs(${value}) / where(largest / largest == 1, largest, 1)
    general = largest * ${sum}(share^order)^(1 / order)
    other = where(order == 1, total, where(1 / order == 0, largest, general))
    length = where(order == 2, euclidean, other)`;
}
