/**
 * The inner loops of the matrix product: packed panels of A times packed panels of B.
 *
 * The scheme is that of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication"
 * (2008): a tile of C stays in registers while the loop over the depth streams one panel of A and
 * one of B through it.
 */
import { FunctionBuilder, type FunctionSource } from "../../compilers/wasm/assembler.ts";
import { addTo, countUpTo, setRemaining } from "./loops.ts";

/** Rows of a tile of C: the width of A's panels. */
export const tileRows = 4;
/**
 * Columns of a tile: the width of B's panels. The tile's 8 accumulators, B's two vectors and A's
 * four elements fit into the 15 vector registers that V8 hands out on x64.
 */
export const tileColumns = 8;

const vectorBytes = 16;
const vectorsPerRow = tileColumns / 4;
const tileStride = tileColumns * 4;
/** Bytes of a whole tile, which the borders of C need as scratch. */
export const tileBytes = tileRows * tileStride;

/** accumulator += a * b, rounded once if `fused` and the processor can, else twice. */
function multiplyAdd(
  f: FunctionBuilder,
  fused: boolean,
  accumulator: number,
  a: number,
  b: number,
): void {
  if (fused) {
    f.get(a).get(b).get(accumulator).emit("f32x4.relaxed_madd");
  } else {
    f.get(accumulator).get(a).get(b).emit("f32x4.mul").emit("f32x4.add");
  }
  f.set(accumulator);
}

/** What the parts of `multiplyPanels` share: locals, of which the first four are its parameters. */
interface Locals {
  readonly fused: boolean;
  readonly depth: number;
  readonly stride: number;
  readonly accumulate: number;
  readonly scratch: number;
  /** Where A's panel is being read. */
  readonly a: number;
  /** Where B's panel is being read. */
  readonly b: number;
  /** Where C is being written. */
  readonly address: number;
  /** The accumulators, row by row. */
  readonly tile: readonly number[];
}

/**
 * Emits the sum over the depth of A's panel times B's panel, into the tile's registers.
 *
 * One step of the depth an iteration: V8 moves all loads of a loop's body to its front, so that an
 * unrolled body spills most of its registers (measured: 43 GFLOPS as it is, 27 unrolled by 4).
 */
function emitTile(f: FunctionBuilder, at: Locals): void {
  const end = f.local("i32");
  const element = f.local("v128");
  const columns = Array.from({ length: vectorsPerRow }, () => f.local("v128"));
  for (const accumulator of at.tile) {
    f.emit("v128.const", Array(16).fill(0)).set(accumulator);
  }
  f.get(at.a)
    .get(at.depth)
    .emit("i32.const", tileRows * 4)
    .emit("i32.mul")
    .emit("i32.add");
  f.set(end);
  f.block(() => {
    f.loop(() => {
      f.get(at.a).get(end).emit("i32.ge_u").emit("br_if", 1);
      columns.forEach((vector, v) => {
        f.get(at.b)
          .emit("v128.load", v * vectorBytes)
          .set(vector);
      });
      for (let row = 0; row < tileRows; row++) {
        f.get(at.a)
          .emit("v128.load32_splat", row * 4)
          .set(element);
        columns.forEach((vector, v) => {
          multiplyAdd(f, at.fused, at.tile[row * vectorsPerRow + v]!, element, vector);
        });
      }
      f.advance(at.b, tileStride)
        .advance(at.a, tileRows * 4)
        .emit("br", 0);
    });
  });
}

/** Emits, for each vector of the tile, its accumulator and its offset from the address of its row. */
function forEachVector(
  f: FunctionBuilder,
  at: Locals,
  emit: (accumulator: number, offset: number) => void,
): void {
  for (let row = 0; row < tileRows; row++) {
    for (let v = 0; v < vectorsPerRow; v++) {
      emit(at.tile[row * vectorsPerRow + v]!, v * vectorBytes);
    }
    addTo(f, at.address, at.stride);
  }
}

/** Emits the stores of a tile that lies inside C, at `corner`. */
function emitInside(f: FunctionBuilder, at: Locals, corner: number): void {
  f.get(at.accumulate).if(() => {
    f.get(corner).set(at.address);
    forEachVector(f, at, (accumulator, offset) => {
      f.get(at.address).emit("v128.load", offset);
      f.get(accumulator).emit("f32x4.add").set(accumulator);
    });
  });
  f.get(corner).set(at.address);
  forEachVector(f, at, (accumulator, offset) => {
    f.get(at.address).get(accumulator).emit("v128.store", offset);
  });
}

/** Emits the stores of a tile that reaches over C's border: through scratch, by elements. */
function emitBorder(
  f: FunctionBuilder,
  at: Locals,
  corner: number,
  [rowsHere, columnsHere]: readonly [number, number],
): void {
  const [row, column, from, to] = [f.local("i32"), f.local("i32"), f.local("i32"), f.local("i32")];
  at.tile.forEach((accumulator, vector) => {
    f.get(at.scratch)
      .get(accumulator)
      .emit("v128.store", vector * vectorBytes);
  });
  f.get(corner).set(at.address).emit("i32.const", 0).set(row);
  countUpTo(f, row, rowsHere, 1, () => {
    f.get(at.scratch).get(row).emit("i32.const", tileStride).emit("i32.mul").emit("i32.add");
    f.set(from).get(at.address).set(to).emit("i32.const", 0).set(column);
    countUpTo(f, column, columnsHere, 1, () => {
      f.get(to).get(from).emit("f32.load");
      f.get(to).emit("f32.load").emit("f32.const", 0).get(at.accumulate).emit("select");
      f.emit("f32.add").emit("f32.store");
      f.advance(from, 4).advance(to, 4);
    });
    addTo(f, at.address, at.stride);
  });
}

/**
 * `multiplyPanels(rows, columns, depth, a, b, target, stride, accumulate, scratch)`
 *
 * C = A B, or C += A B where `accumulate` is not 0, for one block of C: `a` and `b` are the
 * addresses of packed panels, `target` that of C's first element, `stride` C's bytes a row,
 * `scratch` that of `tileBytes` bytes.
 */
export function multiplyPanels(fused: boolean): FunctionSource {
  const f = new FunctionBuilder("multiplyPanels", Array(9).fill("i32"));
  const [rows, columns, depth, panelsA, panelB, target, stride, accumulate, scratch] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8,
  ] as const;
  const [i, j, corner] = [f.local("i32"), f.local("i32"), f.local("i32")];
  const here = [f.local("i32"), f.local("i32")] as const;
  const at: Locals = {
    ...{ fused, depth, stride, accumulate, scratch },
    ...{ a: f.local("i32"), b: f.local("i32"), address: f.local("i32") },
    tile: Array.from({ length: tileRows * vectorsPerRow }, () => f.local("v128")),
  };
  countUpTo(f, j, columns, tileColumns, () => {
    setRemaining(f, here[1], columns, j, tileColumns);
    f.get(panelsA).set(at.a).emit("i32.const", 0).set(i);
    f.get(target).get(j).emit("i32.const", 4).emit("i32.mul").emit("i32.add").set(corner);
    countUpTo(f, i, rows, tileRows, () => {
      setRemaining(f, here[0], rows, i, tileRows);
      f.get(panelB).set(at.b);
      emitTile(f, at);
      f.get(here[0]).emit("i32.const", tileRows).emit("i32.eq");
      f.get(here[1]).emit("i32.const", tileColumns).emit("i32.eq").emit("i32.and");
      f.if(
        () => emitInside(f, at, corner),
        () => emitBorder(f, at, corner, here),
      );
      f.get(stride).emit("i32.const", tileRows).emit("i32.mul").get(corner).emit("i32.add");
      f.set(corner);
    });
    f.get(at.b).set(panelB);
  });
  return f.build();
}
