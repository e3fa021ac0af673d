/**
 * Products by tiles: a workgroup computes a tile, through tiles of both operands that it shares, an invocation four by
 * four of its elements.
 */
import { workgroupSize } from "../layout.ts";
import { type ArrayMatrix, type Operation, tilesOf } from "./operation.ts";
import { type Product, partsOf, storeSum } from "./product.ts";

/** Invocations along each side of a tile, and the depth of a tile of an operand. */
const side = Math.sqrt(workgroupSize);

/** Rows and columns of elements of an invocation. */
const lanes = ["x", "y", "z", "w"] as const;

const tileSide = side * lanes.length;

/** Vectors from one step of the depth to the next in a shared tile: one more than there are, so that banks differ. */
const stride = side + 1;

/**
 * Where an invocation's elements of an operand are, in a tile at depth 0: neighbouring invocations have neighbouring
 * elements, along the depth or across it. Behind the last line it is the last one again, whose sums are not stored.
 */
const findElements = (operand: 1 | 2, first: string): string => {
  const m = `m${operand}`;
  const [line, depth] = operand === 1 ? ["row", "col"] : ["col", "row"];
  const lines = operand === 1 ? `${m}.rows` : `${m}.cols`;
  return `
  let along${operand} = ${m}.${depth}Stride == 1u;
  let depth${operand} = select(lane / ${side}u, lane % ${side}u, along${operand});
  let across${operand} = select(lane % ${side}u, lane / ${side}u, along${operand});
  let lines${operand} = min(vec4<u32>(${first} + across${operand} * 4u) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(${lines} - 1u));
  let at${operand} = ${m}.base + lines${operand} * ${m}.${line}Stride + depth${operand} * ${m}.${depth}Stride;`;
};

/** Fills a shared tile from depth `k` on. */
const fillTile = (operand: 1 | 2, { buffer }: ArrayMatrix): string => {
  const depth = operand === 1 ? "m1.colStride" : "m2.rowStride";
  const elements = lanes.map((lane) => `f32(${buffer}[at.${lane}])`);
  return `
    {
      let at = at${operand} + k * ${depth};
      let elements = vec4<f32>(${elements.join(", ")});
      tile${operand}[depth${operand} * ${stride}u + across${operand}] = select(vec4<f32>(), elements, k + depth${operand} < m1.cols);
    }`;
};

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
  let column0 = second * ${tileSide}u;${findElements(1, "row0")}${findElements(2, "column0")}
${lanes.map((_, i) => `  var sum${i} = vec4<f32>();`).join("\n")}
  for (var k = 0u; k < m1.cols; k += ${side}u) {${fillTile(1, product.a)}${fillTile(2, product.b)}
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
