/**
 * Products by tiles: a workgroup computes a tile, through tiles of both operands that it shares, an invocation four by
 * four of its elements.
 */
import { workgroupSize } from "../layout.ts";
import { type Operation, tilesOf } from "./operation.ts";
import { type Product, partsOf, storeSum } from "./product.ts";

/** Invocations along each side of a tile, and the depth of a tile of an operand. */
const side = Math.sqrt(workgroupSize);

/** Rows and columns of elements of an invocation. */
const lanes = ["x", "y", "z", "w"] as const;

const tileSide = side * lanes.length;

/** Vectors from one step of the depth to the next in a shared tile: one more than there are, so that banks differ. */
const stride = side + 1;

/**
 * Fills the shared tiles. Neighbouring invocations read neighbouring elements, which are along the depth or across it.
 */
function fillTiles(): string {
  const fill = (operand: 1 | 2, along: string, start: string, at: (line: string) => string) => `
    {
      let along = ${along} == 1u;
      let depth = select(lane / ${side}u, lane % ${side}u, along);
      let across = select(lane % ${side}u, lane / ${side}u, along);
      let line = ${start} + across * ${lanes.length}u;
      tile${operand}[depth * ${stride}u + across] = vec4<f32>(
        ${lanes.map((_, i) => `load${operand}(m${operand}, ${at(`line + ${i}u`)})`).join(",\n        ")},
      );
    }`;
  return [
    fill(1, "m1.colStride", "row0", (line) => `${line}, k + depth`),
    fill(2, "m2.rowStride", "column0", (line) => `k + depth, ${line}`),
  ].join("");
}

const storeTile = (product: Product): string =>
  lanes
    .flatMap((_, i) =>
      lanes.map(
        (lane, j) => `
  row = row0 + local.x * ${lanes.length}u + ${i}u;
  column = column0 + local.y * ${lanes.length}u + ${j}u;
  ${storeSum(`sum${i}.${lane}`, product)}`,
      ),
    )
    .join("");

const tile = (of: number): string =>
  `var<workgroup> tile${of}: array<vec4<f32>, ${side * stride}>;\n`;

export const tiledProduct = (product: Product): Operation => ({
  ...partsOf(product),
  blocks: tilesOf(product.out, tileSide),
  functions: `${tile(1)}${tile(2)}`,
  // Sums have names, since arrays may not be in registers.
  body: `
  let local = vec2<u32>(lane / ${side}u, lane % ${side}u);
  let row0 = first * ${tileSide}u;
  let column0 = second * ${tileSide}u;
${lanes.map((_, i) => `  var sum${i} = vec4<f32>();`).join("\n")}
  for (var k = 0u; k < m1.cols; k += ${side}u) {${fillTiles()}
    workgroupBarrier();
    for (var depth = 0u; depth < ${side}u; depth++) {
      let left = tile1[depth * ${stride}u + local.x];
      let right = tile2[depth * ${stride}u + local.y];
      ${lanes.map((lane, i) => `sum${i} += left.${lane} * right;`).join("\n      ")}
    }
    workgroupBarrier();
  }
  var row: u32;
  var column: u32;${storeTile(product)}`,
});
