/**
 * Products by tiles. A workgroup computes a tile of the product, through tiles of both operands in shared memory. Each
 * invocation computes four by four of its elements, or eight by eight.
 */
import { workgroupSize } from "../layout.ts";
import { type ArrayMatrix, type Block, type Operation, tilesOf } from "./operation.ts";
import { type Product, partsOf, storeSum, sumText } from "./product.ts";

/** Invocations along each side of a tile. */
const side = Math.sqrt(workgroupSize);

const lanes = ["x", "y", "z", "w"] as const;

/** The vectors of four rows, and of four columns, of an invocation. */
export type Vectors = 1 | 2;

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

interface Form {
  readonly vectors: Vectors;
  /** The rows and columns of a tile. */
  readonly tile: number;
  /** The depth of a shared tile. Every invocation fills one vector of it. */
  readonly depth: number;
  /** The vectors across a shared tile, and the distance of its depths: one vector more, so that they are in different banks. */
  readonly across: number;
  readonly stride: number;
}

const formOf = (vectors: Vectors): Form => ({
  vectors,
  tile: 4 * side * vectors,
  depth: side / vectors,
  across: side * vectors,
  stride: side * vectors + 1,
});

export const tileSide = (vectors: Vectors): number => formOf(vectors).tile;

/**
 * Finds an invocation's elements of an operand, in a tile at depth 0. Neighbouring invocations have neighbouring elements,
 * along the depth or across it. After the last row or column, the last one is read again; its sums are not stored.
 */
const findElements = (operand: 1 | 2, first: string, { depth: deep, across }: Form): string => {
  const m = `m${operand}`;
  const [line, depth] = operand === 1 ? ["row", "col"] : ["col", "row"];
  const lines = operand === 1 ? `${m}.rows` : `${m}.cols`;
  return `
  let along${operand} = ${m}.${depth}Stride == 1u;
  let depth${operand} = select(lane / ${across}u, lane % ${deep}u, along${operand});
  let across${operand} = select(lane % ${across}u, lane / ${deep}u, along${operand});
  let lines${operand} = min(vec4<u32>(${first} + across${operand} * 4u) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(${lines} - 1u));
  let at${operand} = ${m}.base + lines${operand} * ${m}.${line}Stride + depth${operand} * ${m}.${depth}Stride;`;
};

/** Fills a shared tile from depth `k` on. */
const fillTile = (operand: 1 | 2, { buffer }: ArrayMatrix, { stride }: Form): string => {
  const depth = operand === 1 ? "m1.colStride" : "m2.rowStride";
  const elements = lanes.map((lane) => `f32(${buffer}[at.${lane}])`);
  return `
    {
      let at = at${operand} + k * ${depth};
      let elements = vec4<f32>(${elements.join(", ")});
      tile${operand}[depth${operand} * ${stride}u + across${operand}] = select(vec4<f32>(), elements, k + depth${operand} < m1.cols);
    }`;
};

/** Adds the products at one depth. An invocation's vectors are interleaved with those of the other invocations. */
function addProducts({ vectors, stride }: Form): string {
  const read = (name: string, operand: 1 | 2, place: string) =>
    range(vectors).map(
      (v) => `let ${name}${v} = tile${operand}[depth * ${stride}u + ${place} + ${v * side}u];`,
    );
  const sums = range(vectors).flatMap((v) =>
    lanes.flatMap((lane, i) =>
      range(vectors).map((w) => `sum${4 * v + i}_${w} += left${v}.${lane} * right${w};`),
    ),
  );
  return [...read("left", 1, "local.x"), ...read("right", 2, "local.y"), ...sums].join("\n      ");
}

/** Stores the sums of a tile. They are copied to an array only here, where each is read once. */
const storeTile = (product: Product, sums: readonly string[], { vectors }: Form): string => `
  var sums = array<vec4<f32>, ${sums.length}>(${sums.join(", ")});
  for (var i = 0u; i < ${4 * vectors}u; i++) {
    for (var j = 0u; j < ${4 * vectors}u; j++) {
      let row = row0 + (local.x + i / 4u * ${side}u) * 4u + i % 4u;
      let column = column0 + (local.y + j / 4u * ${side}u) * 4u + j % 4u;
      let sum = sums[i * ${vectors}u + j / 4u][j % 4u];
      ${product.symmetric ? storeBoth(product) : storeSum("sum", product)}
    }
  }`;

/** For a symmetric product: stores an element below the diagonal, and the same one above it. */
const storeBoth = (product: Product): string => `if (row >= column) {
        let value = ${sumText("sum", product)};
        store(m0, row, column, value);
        if (row > column) { store(m0, column, row, value); }
      }`;

/** The tiles to compute. For a symmetric product, those on and below the diagonal. */
const blocksOf = ({ out, symmetric }: Product, tile: number): Block[] =>
  tilesOf(out, tile).filter(([row, column]) => !symmetric || row >= column);

export function tiledProduct(product: Product, vectors: Vectors): Operation {
  const form = formOf(vectors);
  const { tile, depth, stride } = form;
  const shared = (of: number) => `var<workgroup> tile${of}: array<vec4<f32>, ${depth * stride}>;\n`;
  // Sums are single variables, because arrays may not be in registers.
  const sums = range(4 * vectors).flatMap((i) => range(vectors).map((w) => `sum${i}_${w}`));
  return {
    ...partsOf(product),
    blocks: blocksOf(product, tile),
    functions: `${shared(1)}${shared(2)}`,
    body: `
  let local = vec2<u32>(lane / ${side}u, lane % ${side}u);
  let row0 = first * ${tile}u;
  let column0 = second * ${tile}u;${findElements(1, "row0", form)}${findElements(2, "column0", form)}
${sums.map((name) => `  var ${name} = vec4<f32>();`).join("\n")}
  for (var k = 0u; k < m1.cols; k += ${depth}u) {${fillTile(1, product.a, form)}${fillTile(2, product.b, form)}
    workgroupBarrier();
    for (var depth = 0u; depth < ${depth}u; depth++) {
      ${addProducts(form)}
    }
    workgroupBarrier();
  }
${storeTile(product, sums, form)}`,
  };
}
