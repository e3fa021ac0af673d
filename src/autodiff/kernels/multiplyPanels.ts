/**
 * The inner loops of the matrix product: packed panels of A times packed panels of B.
 *
 * The scheme is that of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication"
 * (2008): a tile of C stays in registers while the loop over the depth streams one panel of A and
 * one of B through it.
 */
import { FunctionBuilder, type FunctionSource } from "../../compilers/wasm/assembler/assembler.ts";
import type { SideBySide } from "../../compilers/wasm/width.ts";
import { countUpTo, setRemaining } from "./loops.ts";
import { Tile } from "./tile.ts";

/** Rows of a panel of A, and columns of one of B. */
export const panelRows = 4;
export const panelColumns = 16;

/**
 * Rows of a tile. Of vectors of 128 bits half a panel of A: as many accumulators as four rows of eight columns, and as many loads, but two
 * elements to spread over a vector instead of four. V8 folds the offset of a plain load into its
 * address, while that of one that spreads takes an instruction of its own.
 * Of 256 bits a whole panel, whose accumulators are as many again: 87 GFLOPS for 44 (fused), 73 for 41.
 */
const rowsOf: Readonly<Record<SideBySide, number>> = { 1: 2, 2: 4 };

/**
 * Steps of the depth between two turns of a loop, which cost V8's look at whether it is to be
 * interrupted and B's advance. Without fused multiply-add, instructions are what limits a product on
 * x64: of 24 a step all but two load or calculate. Measured from one step to 16: 38 to 44 GFLOPS.
 */
const stepsOfTurn = 16;

/** The locals of the innermost loop. */
interface Streams {
  /** Addresses in the panels, and where A's ends. */
  readonly a: number;
  readonly b: number;
  readonly end: number;
}

/** Emits a tile's sum over the depth, from 1 on, of what stands at `a` and `b`. */
function emitSum(f: FunctionBuilder, tile: Tile, { a, b, end }: Streams): void {
  const stepA = panelRows * 4;
  const stepB = panelColumns * 4;
  tile.emitZero();
  f.block(() => {
    f.loop(() => {
      for (let step = 0; step < stepsOfTurn; step++) {
        if (step > 0) {
          f.get(a).get(end).emit("i32.ge_u").emit("br_if", 1);
        }
        const emitElement = (row: number) => f.get(a).emit("v128.load32_splat", row * 4);
        tile.emitStep(b, emitElement, step * stepB);
        f.advance(a, stepA);
      }
      f.advance(b, stepsOfTurn * stepB);
      f.get(a).get(end).emit("i32.lt_u").emit("br_if", 0);
    });
  });
}

/**
 * `multiplyPanels(rows, columns, depth, a, b, target, stride, accumulate, scratch)`
 *
 * C = A B, or C += A B where `accumulate` is not 0, for one block of C: `a` and `b` are the
 * addresses of packed panels, `target` that of C's first element, `stride` C's bytes a row,
 * `scratch` that of `tileBytes` bytes. The depth is at least 1.
 */
export function multiplyPanels(fused: boolean, width: SideBySide): FunctionSource {
  const rowsOfTile = rowsOf[width];
  const f = new FunctionBuilder("multiplyPanels", Array(9).fill("i32"));
  const [rows, columns, depth, panelsA, panelB, target, stride, accumulate, scratch] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8,
  ] as const;
  const [i, j, corner] = [f.local("i32"), f.local("i32"), f.local("i32")];
  const here = { rows: f.local("i32"), columns: f.local("i32") };
  const [a, b, end] = [f.local("i32"), f.local("i32"), f.local("i32")];
  const tile = new Tile(f, fused, rowsOfTile, panelColumns);
  const times = (factor: number) => f.emit("i32.const", factor).emit("i32.mul");
  countUpTo(f, j, columns, panelColumns, () => {
    setRemaining(f, here.columns, columns, j, panelColumns);
    f.emit("i32.const", 0).set(i).get(target).get(j);
    times(4).emit("i32.add").set(corner);
    countUpTo(f, i, rows, rowsOfTile, () => {
      setRemaining(f, here.rows, rows, i, rowsOfTile);
      // A's panel, and the row in it.
      f.get(i).emit("i32.const", -panelRows).emit("i32.and").get(depth).emit("i32.mul");
      f.get(i)
        .emit("i32.const", panelRows - 1)
        .emit("i32.and")
        .emit("i32.add");
      times(4).get(panelsA).emit("i32.add").set(a);
      f.get(depth);
      times(panelRows * 4)
        .get(a)
        .emit("i32.add")
        .set(end)
        .get(panelB)
        .set(b);
      emitSum(f, tile, { a, b, end });
      tile.emitStore({ corner, stride, accumulate, scratch, ...here });
      f.get(stride);
      times(rowsOfTile).get(corner).emit("i32.add").set(corner);
    });
    f.get(depth);
    times(panelColumns * 4)
      .get(panelB)
      .emit("i32.add")
      .set(panelB);
  });
  return f.build();
}
