/** Chooses the form of a matrix product that suits its shapes. */
import { workgroupSize } from "../layout.ts";
import { type Operation, tilesOf } from "./operation.ts";
import type { Product } from "./product.ts";
import { type Sharing, thinProduct } from "./thinProduct.ts";
import { tiledProduct, tileSide, type Vectors } from "./tiledProduct.ts";

/** With fewer rows or columns than this, a tile would be mostly empty. */
const leastSide = 32;

/** With so many elements, each invocation can have its own. */
const manyElements = 4096;

function sharingOf({ out: { rows, cols }, a }: Product): Sharing | undefined {
  if (Math.min(rows, cols) >= leastSide) {
    return undefined;
  }
  if (a.cols <= workgroupSize) {
    return 1;
  }
  return rows * cols <= manyElements ? workgroupSize : undefined;
}

/** So many large tiles keep a device busy. With fewer elements, smaller tiles give more of them. */
const manyTiles = 64;

function vectorsOf({ out }: Product): Vectors {
  const side = tileSide(2);
  const fills = Math.min(out.rows, out.cols) >= side && tilesOf(out, side).length >= manyTiles;
  return fills ? 2 : 1;
}

export function multiply(product: Product): Operation {
  const sharing = sharingOf(product);
  return sharing === undefined
    ? tiledProduct(product, vectorsOf(product))
    : thinProduct(product, sharing);
}
