/**
 * Products of matrices in WebAssembly SIMD, with the bits of the plain loops in `js/engine.ts`.
 *
 * Blocks of the operands are packed into panels in a memory of the engine's own, as Goto and van de
 * Geijn do ("Anatomy of High-Performance Matrix Multiplication", 2008): a tile of the product stays
 * in registers while the loop over the depth streams a panel of each operand through it. Lanes are
 * columns, so that each element is summed in order; a further block of the depth goes on with the
 * sums of the last one.
 */
import type { Matrix, MatrixEngine } from "../../rule/matrices/matrix.ts";
import { type ElementType, elementBytes } from "../compiler.ts";
import { scratchOf } from "../scratch.ts";
import { assemble, FunctionBuilder, type FunctionSource } from "./assembler.ts";

/** Rows of a tile, the width of A's panels. A tile is two vectors wide: 8 registers of sums. */
const tileRows = 4;
const vectorBytes = 16;
const panelBytes = 2 * vectorBytes;
const tileBytes = tileRows * panelBytes;

/**
 * What is packed at once, so that the memory is 1.5 MiB in float32 and twice that in float64,
 * however large the matrices are. Rows and columns are multiples of the tiles'.
 */
const block = { rows: 512, depth: 128, columns: 512 };

/** The addresses of A's panels (from 0 on), B's panels and the product's tiles. */
function layoutOf(bytes: number) {
  const b = block.rows * block.depth * bytes;
  const tiles = b + block.depth * block.columns * bytes;
  return { b, tiles, end: tiles + block.rows * block.columns * bytes };
}

/**
 * `multiply(endA, endB, depth)`: adds to the tiles the products of A's panels, up to the address
 * `endA`, and B's, up to `endB`. `depth`, at least 1, is that of the panels.
 */
export function multiplyPanels(type: ElementType): FunctionSource {
  const bytes = elementBytes[type];
  const [shape, splat] =
    bytes === 4
      ? (["f32x4", "v128.load32_splat"] as const)
      : (["f64x2", "v128.load64_splat"] as const);
  const layout = layoutOf(bytes);
  const f = new FunctionBuilder("multiply", ["i32", "i32", "i32"]);
  const [endA, endB, depth] = [0, 1, 2] as const;
  const [a, b, panelB, stop, tile] = Array.from({ length: 5 }, () => f.local("i32")) as [
    ...[number, number, number, number, number],
  ];
  const sums = Array.from({ length: 2 * tileRows }, () => f.local("v128"));
  const [low, high, element] = [f.local("v128"), f.local("v128"), f.local("v128")];
  const whileBelow = (at: number, end: number) =>
    f.get(at).get(end).emit("i32.lt_u").emit("br_if", 0);

  f.emit("i32.const", layout.b).set(panelB).emit("i32.const", layout.tiles).set(tile);
  f.loop(() => {
    f.emit("i32.const", 0).set(a);
    f.loop(() => {
      sums.forEach((sum, at) => {
        f.get(tile)
          .emit("v128.load", at * vectorBytes)
          .set(sum);
      });
      f.get(panelB).set(b);
      f.get(a)
        .get(depth)
        .emit("i32.const", tileRows * bytes);
      f.emit("i32.mul").emit("i32.add").set(stop);
      f.loop(() => {
        f.get(b).emit("v128.load").set(low).get(b).emit("v128.load", vectorBytes).set(high);
        for (let row = 0; row < tileRows; row++) {
          f.get(a)
            .emit(splat, row * bytes)
            .set(element);
          [low, high].forEach((vector, at) => {
            const sum = sums[2 * row + at]!;
            f.get(sum).get(element).get(vector);
            f.emit(`${shape}.mul`).emit(`${shape}.add`).set(sum);
          });
        }
        f.advance(b, panelBytes).advance(a, tileRows * bytes);
        whileBelow(a, stop);
      });
      sums.forEach((sum, at) => {
        f.get(tile)
          .get(sum)
          .emit("v128.store", at * vectorBytes);
      });
      f.advance(tile, tileBytes);
      whileBelow(a, endA);
    });
    f.get(b).set(panelB);
    whileBelow(b, endB);
  });
  return f.build();
}

type Data = Matrix["data"];

const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

/** Where an operand's rows or columns are: from one to the next, and along one, in elements. */
interface Strides {
  readonly member: number;
  readonly depth: number;
}

/** Copies rows or columns into panels: for each depth, `width` of them, zeros where there is none. */
function pack(
  panels: Data,
  width: number,
  data: Data,
  first: number,
  strides: Strides,
  members: number,
  depth: number,
): void {
  let to = 0;
  for (let member = 0; member < members; member += width) {
    const here = Math.min(width, members - member);
    for (let k = 0; k < depth; k++) {
      const from = first + member * strides.member + k * strides.depth;
      for (let lane = 0; lane < width; lane++) {
        panels[to++] = lane < here ? data[from + lane * strides.member]! : 0;
      }
    }
  }
}

/** Copies a block of the product out of its tiles, which lie below one another. */
function unpack(tiles: Data, width: number, out: Matrix, row: number, column: number): void {
  const rows = Math.min(block.rows, out.rows - row);
  const columns = Math.min(block.columns, out.cols - column);
  const height = roundUp(rows, tileRows);
  for (let j = 0; j < columns; j += width) {
    const here = Math.min(width, columns - j);
    for (let i = 0; i < rows; i++) {
      const from = j * height + i * width;
      const to = (row + i) * out.cols + column + j;
      for (let lane = 0; lane < here; lane++) {
        out.data[to + lane] = tiles[from + lane]!;
      }
    }
  }
}

export function webassemblyEngine(type: ElementType): MatrixEngine {
  const bytes = elementBytes[type];
  const width = panelBytes / bytes;
  const layout = layoutOf(bytes);
  const memory = new WebAssembly.Memory({ initial: layout.end / 65_536 });
  const source = { functions: [multiplyPanels(type)], memory: { shared: false, maximum: 0 } };
  const module = new WebAssembly.Module(assemble(source));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const run = exports["multiply"] as (endA: number, endB: number, depth: number) => void;
  const FloatArray = type === "float32" ? Float32Array : Float64Array;
  const panelsA = new FloatArray(memory.buffer, 0, layout.b / bytes);
  const panelsB = new FloatArray(memory.buffer, layout.b, (layout.tiles - layout.b) / bytes);
  const tiles = new FloatArray(memory.buffer, layout.tiles);

  function multiplyBlock(out: Matrix, a: Matrix, b: Matrix, row: number, column: number): void {
    const rows = Math.min(block.rows, a.rows - row);
    const columns = Math.min(block.columns, b.cols - column);
    const [height, breadth] = [roundUp(rows, tileRows), roundUp(columns, width)];
    tiles.fill(0, 0, height * breadth);
    for (let k = 0; k < a.cols; k += block.depth) {
      const depth = Math.min(block.depth, a.cols - k);
      const [fromA, fromB] = [row * a.cols + k, k * b.cols + column];
      pack(panelsA, tileRows, a.data, fromA, { member: a.cols, depth: 1 }, rows, depth);
      pack(panelsB, width, b.data, fromB, { member: 1, depth: b.cols }, columns, depth);
      run(height * depth * bytes, layout.b + breadth * depth * bytes, depth);
    }
    unpack(tiles, width, out, row, column);
  }

  return {
    scratch: scratchOf(type),
    multiply(out, a, b) {
      for (let column = 0; column < b.cols; column += block.columns) {
        for (let row = 0; row < a.rows; row += block.rows) {
          multiplyBlock(out, a, b, row, column);
        }
      }
    },
  };
}
