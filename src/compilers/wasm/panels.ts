/** The WebAssembly functions of a matrix product: they pack operands into panels, and add products to tiles. */
import { type ElementType, elementBytes } from "../backend.ts";
import { FunctionBuilder, type FunctionSource } from "./assembler/assembler.ts";
import type { SideBySide } from "./width.ts";

/** The rows of a tile, which is the width of A's panels. A tile is two vectors wide: 8 registers of sums. */
export const tileRows = 4;
const vectorBytes = 16;
export const panelBytes = 2 * vectorBytes;
const tileBytes = tileRows * panelBytes;

/**
 * The size that is packed at once. The memory is 1.75 MiB in float32 and twice that in float64,
 * however large the matrices are. Rows and columns are multiples of a tile's.
 */
export const block = { rows: 512, depth: 128, columns: 512 };

/**
 * The record that `multiply` reads: counts of panels, and their depth, at least 1. `beyond` is for symmetric products: how
 * many more panels of B are used than those up to the diagonal in the last row.
 */
export const multiplyRecord = { panelsA: 0, panelsB: 1, depth: 2, beyond: 3 } as const;

/** The addresses of A's panels (from 0 on), B's panels, the product's tiles, the staged rows and a record. */
export function layoutOf(bytes: number) {
  const b = block.rows * block.depth * bytes;
  const tiles = b + block.depth * block.columns * bytes;
  const staged = tiles + block.rows * block.columns * bytes;
  const record = staged + block.rows * block.depth * bytes;
  return { b, tiles, staged, record, end: record + 4 * Object.keys(multiplyRecord).length };
}

/** Locals with the addresses of a tile and of its panels. */
interface TileLocals {
  readonly tile: number;
  /** The address in A's panel, which ends at `stop`, and in B's. */
  readonly a: number;
  readonly b: number;
  readonly stop: number;
  /** The bytes of a panel of A. */
  readonly bytesA: number;
}

const whileBelow = (f: FunctionBuilder, at: number, end: number) =>
  f.get(at).get(end).emit("i32.lt_u").emit("br_if", 0);

/**
 * Emits code that adds to `count` tiles the products of adjacent panels of A with a panel of B. After it `b` is at the end of
 * B's panel, and `a` at the end of the first panel of A.
 */
function tileEmitter(
  f: FunctionBuilder,
  type: ElementType,
  { tile, a, b, stop, bytesA }: TileLocals,
  count: number,
): () => void {
  const bytes = elementBytes[type];
  const [shape, splat] =
    bytes === 4
      ? (["f32x4", "v128.load32_splat"] as const)
      : (["f64x2", "v128.load64_splat"] as const);
  const sums = Array.from({ length: 2 * tileRows * count }, () => f.local("v128"));
  const [low, high, element] = [f.local("v128"), f.local("v128"), f.local("v128")];
  const panels = [a, ...Array.from({ length: count - 1 }, () => f.local("i32"))];
  return () => {
    for (const [at, sum] of sums.entries()) {
      f.get(tile)
        .emit("v128.load", at * vectorBytes)
        .set(sum);
    }
    for (const panel of panels.slice(1)) f.get(a).get(bytesA).emit("i32.add").set(panel);
    f.loop(() => {
      f.get(b).emit("v128.load").set(low).get(b).emit("v128.load", vectorBytes).set(high);
      for (let row = 0; row < tileRows * count; row++) {
        f.get(panels[Math.floor(row / tileRows)]!)
          .emit(splat, (row % tileRows) * bytes)
          .set(element);
        for (const [at, vector] of [low, high].entries()) {
          const sum = sums[2 * row + at]!;
          f.get(sum).get(element).get(vector);
          f.emit(`${shape}.mul`).emit(`${shape}.add`).set(sum);
        }
      }
      f.advance(b, panelBytes);
      for (const panel of panels) f.advance(panel, tileRows * bytes);
      whileBelow(f, a, stop);
    });
    // The last one first, as width.ts explains.
    for (const [at, sum] of [...sums.entries()].reverse()) {
      f.get(tile)
        .get(sum)
        .emit("v128.store", at * vectorBytes);
    }
  };
}

/**
 * Emits the products of A's panels from `a` to `end` with a panel of B. With vectors of 256 bits a tile is one vector wide.
 * Two tiles at a time then have as many sums as a processor can update at once.
 */
function emitPanels(
  f: FunctionBuilder,
  type: ElementType,
  locals: TileLocals & { readonly panelB: number; readonly endA: number },
  width: SideBySide,
): void {
  const { tile, a, b, stop, bytesA, panelB, endA } = locals;
  const emitTile = tileEmitter(f, type, locals, 1);
  const start = () => f.get(panelB).set(b).get(a).get(bytesA).emit("i32.add").set(stop);
  if (width === 2) {
    const emitTwo = tileEmitter(f, type, locals, 2);
    f.block(() => {
      f.loop(() => {
        // Leaves the loop if there is no second panel.
        start().get(endA).get(stop).emit("i32.sub").get(bytesA).emit("i32.lt_s").emit("br_if", 1);
        emitTwo();
        f.get(a)
          .get(bytesA)
          .emit("i32.add")
          .set(a)
          .advance(tile, 2 * tileBytes)
          .emit("br", 0);
      });
    });
  }
  f.block(() => {
    f.loop(() => {
      f.get(a).get(endA).emit("i32.ge_u").emit("br_if", 1);
      start();
      emitTile();
      f.advance(tile, tileBytes).emit("br", 0);
    });
  });
}

/**
 * `multiply(from, to, record)`: adds to the tiles the products of A's panels `from` to `to` (exclusive) with B's
 * panels, all of them or those up to the diagonal.
 */
export function multiplyPanels(type: ElementType, width: SideBySide): FunctionSource {
  const bytes = elementBytes[type];
  const columns = panelBytes / bytes;
  const layout = layoutOf(bytes);
  const f = new FunctionBuilder("multiply", ["i32", "i32", "i32"]);
  const [from, to, record] = [0, 1, 2] as const;
  const local = () => f.local("i32");
  const ofTile = { tile: local(), a: local(), b: local(), stop: local(), bytesA: local() };
  const locals = { ...ofTile, panelB: local(), endA: local() };
  const { tile, a, bytesA, panelB, endA } = locals;
  const [startA, endB, reached] = [local(), local(), local()];
  const word = (field: keyof typeof multiplyRecord) =>
    f.get(record).emit("i32.load", 4 * multiplyRecord[field]);
  const times = (factor: number) => f.emit("i32.const", factor).emit("i32.mul");

  word("depth");
  times(tileRows * bytes).set(bytesA);
  f.get(from).get(bytesA).emit("i32.mul").set(startA);
  f.get(to).get(bytesA).emit("i32.mul").set(endA);
  f.emit("i32.const", layout.b).set(panelB);
  f.get(to);
  times(tileRows)
    .emit("i32.const", columns - 1)
    .emit("i32.add");
  f.emit("i32.const", Math.log2(columns)).emit("i32.shr_u");
  word("beyond").emit("i32.add").set(reached);
  f.get(reached);
  word("panelsB").get(reached);
  word("panelsB").emit("i32.lt_u").emit("select");
  word("depth").emit("i32.mul");
  times(panelBytes).get(panelB).emit("i32.add").set(endB);
  f.get(from);
  times(tileBytes).emit("i32.const", layout.tiles).emit("i32.add").set(tile);
  f.loop(() => {
    f.get(startA).set(a);
    emitPanels(f, type, locals, width);
    // Skip the tiles of panels in other parts.
    f.get(tile);
    word("panelsA").get(from).emit("i32.add").get(to).emit("i32.sub");
    times(tileBytes).emit("i32.add").set(tile);
    // B's panels have the same depth as A's.
    f.get(panelB).get(bytesA);
    times(panelBytes / (tileRows * bytes))
      .emit("i32.add")
      .set(panelB);
    whileBelow(f, panelB, endB);
  });
  return f.build();
}

/**
 * `interleave(depth, panels)`: packs A's panels from staged rows of length `depth`: for each index of the
 * depth, the elements of four rows.
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
 * each row of each panel. The steps between rows and between panels are in bytes.
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
