/**
 * Products with few rows or columns. An invocation computes an element; if the depth is large and there are few elements,
 * a workgroup does.
 */
import { workgroupSize } from "../layout.ts";
import { sharedOf, tree } from "../reduce.ts";
import type { Operation } from "./operation.ts";
import { type Product, partsOf, storeSum } from "./product.ts";

/** The invocations that share an element's sum. */
export type Sharing = 1 | typeof workgroupSize;

export function thinProduct(product: Product, sharing: Sharing): Operation {
  const { rows, cols } = product.out;
  const shared = sharing > 1;
  const blocks = Math.ceil((rows * cols * sharing) / workgroupSize);
  const end = shared
    ? `${tree("sum", "sum", "sum")}
  if (lane == 0u) { ${storeSum("shared_sum[0]", product)} }`
    : `
  ${storeSum("sum", product)}`;
  return {
    ...partsOf(product),
    blocks: Array.from({ length: blocks }, (_, index) => [index, 0]),
    functions: shared ? sharedOf("sum") : "",
    body: `
  let element = ${shared ? "first" : `first * ${workgroupSize}u + lane`};
  let row = element / m0.cols;
  let column = element % m0.cols;
  var sum = 0f;
  for (var k = ${shared ? "lane" : "0u"}; k < m1.cols; k += ${sharing}u) {
    sum += load1(m1, row, k) * load2(m2, k, column);
  }${end}`,
  };
}
