/** The parts of a product of matrices that are WebAssembly: panels of its operands, and their tiles. */
import { type ElementType, elementBytes } from "../compiler.ts";
import { FunctionBuilder, type FunctionSource } from "./assembler.ts";

/** Rows of a tile, the width of A's panels. A tile is two vectors wide: 8 registers of sums. */
export const tileRows = 4;
const vectorBytes = 16;
export const panelBytes = 2 * vectorBytes;
const tileBytes = tileRows * panelBytes;

/**
 * What is packed at once, so that the memory is 1.75 MiB in float32 and twice that in float64,
 * however large the matrices are. Rows and columns are multiples of the tiles'.
 */
export const block = { rows: 512, depth: 128, columns: 512 };

/** The addresses of A's panels (from 0 on), B's panels, the product's tiles and the staged rows. */
export function layoutOf(bytes: number) {
  const b = block.rows * block.depth * bytes;
  const tiles = b + block.depth * block.columns * bytes;
  const staged = tiles + block.rows * block.columns * bytes;
  return { b, tiles, staged, end: staged + block.rows * block.depth * bytes };
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

/**
 * `interleave(depth, panels)`: A's panels from its staged rows, which are `depth` long: for each depth
 * the elements of four rows.
 */
export function interleave(type: ElementType): FunctionSource {
  const bytes = elementBytes[type];
  const [load, store] =
    bytes === 4
      ? (["v128.load32_zero", "v128.store32_lane"] as const)
      : (["v128.load64_splat", "v128.store64_lane"] as const);
  const f = new FunctionBuilder("interleave", ["i32", "i32"]);
  const [depth, panels] = [0, 1] as const;
  const [panel, stride, end, to] = Array.from({ length: 4 }, () => f.local("i32")) as [
    ...[number, number, number, number],
  ];
  const rows = Array.from({ length: tileRows }, () => f.local("i32"));
  f.get(depth).emit("i32.const", bytes).emit("i32.mul").set(stride);
  f.emit("i32.const", layoutOf(bytes).staged).set(rows[0]!);
  f.loop(() => {
    rows.slice(1).forEach((row, above) => {
      f.get(rows[above]!).get(stride).emit("i32.add").set(row);
    });
    f.get(rows[1]!).set(end);
    f.loop(() => {
      rows.forEach((row, lane) => {
        f.get(to)
          .get(row)
          .emit(load)
          .emit(store, lane * bytes, 0);
        f.advance(row, bytes);
      });
      f.advance(to, tileRows * bytes);
      f.get(rows[0]!).get(end).emit("i32.lt_u").emit("br_if", 0);
    });
    f.get(rows.at(-1)!).set(rows[0]!);
    f.advance(panel, 1).get(panel).get(panels).emit("i32.lt_u").emit("br_if", 0);
  });
  return f.build();
}

/**
 * `copyPanels(from, fromRow, fromPanel, to, toRow, toPanel, rows, panels)`: copies two vectors for
 * each row of each panel; the steps from a row and from a panel to the next are in bytes.
 */
export function copyPanels(): FunctionSource {
  const f = new FunctionBuilder("copyPanels", Array(8).fill("i32"));
  const [from, fromRow, fromPanel, to, toRow, toPanel, rows, panels] = [
    0, 1, 2, 3, 4, 5, 6, 7,
  ] as const;
  const [source, target, row, panel] = Array.from({ length: 4 }, () => f.local("i32")) as [
    ...[number, number, number, number],
  ];
  const add = (local: number, step: number) => f.get(local).get(step).emit("i32.add").set(local);
  const whileBelow = (counter: number, end: number) =>
    f.advance(counter, 1).get(counter).get(end).emit("i32.lt_u").emit("br_if", 0);
  f.loop(() => {
    f.get(from).set(source).get(to).set(target).emit("i32.const", 0).set(row);
    f.loop(() => {
      for (const offset of [0, vectorBytes]) {
        f.get(target).get(source).emit("v128.load", offset).emit("v128.store", offset);
      }
      add(source, fromRow);
      add(target, toRow);
      whileBelow(row, rows);
    });
    add(from, fromPanel);
    add(to, toPanel);
    whileBelow(panel, panels);
  });
  return f.build();
}
