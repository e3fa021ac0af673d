/** Norms of any order, as lines of a rule: clipping by norm uses them. */

/**
 * Lines that assign the norm of a value to `length`: the Euclidean norm at `order` 2, the sum of magnitudes at 1, the largest
 * magnitude at Infinity, and (sum |x|^order)^(1 / order) otherwise. In the last case elements are divided by the largest
 * magnitude first, so that powers do not overflow and do not all vanish. If the largest is 0 or infinite, no element is
 * divided by it.
 * @param value the element-wise value, such as `g`
 * @param global whether the norm is over all parameters together
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
