/**
 * The inner loops of the matrix product: packed panels of A times packed panels of B.
 *
 * The scheme is that of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication"
 * (2008): a tile of C stays in registers while the loop over the depth streams one panel of A and
 * one of B through it.
 */
import { FunctionBuilder, type FunctionSource } from "../../compilers/wasm/assembler.ts";
import { countUpTo, setRemaining } from "./loops.ts";
import { Tile, tileColumns, tileRows } from "./tile.ts";

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
  const here = { rows: f.local("i32"), columns: f.local("i32") };
  const [a, b, end] = [f.local("i32"), f.local("i32"), f.local("i32")];
  const tile = new Tile(f, fused);
  countUpTo(f, j, columns, tileColumns, () => {
    setRemaining(f, here.columns, columns, j, tileColumns);
    f.get(panelsA).set(a).emit("i32.const", 0).set(i);
    f.get(target).get(j).emit("i32.const", 4).emit("i32.mul").emit("i32.add").set(corner);
    countUpTo(f, i, rows, tileRows, () => {
      setRemaining(f, here.rows, rows, i, tileRows);
      f.get(panelB).set(b);
      tile.emitZero();
      f.get(depth)
        .emit("i32.const", tileRows * 4)
        .emit("i32.mul")
        .get(a)
        .emit("i32.add")
        .set(end);
      countUpTo(f, a, end, tileRows * 4, () => {
        tile.emitStep(b, (row) => f.get(a).emit("v128.load32_splat", row * 4));
        f.advance(b, tileColumns * 4);
      });
      tile.emitStore({ corner, stride, accumulate, scratch, ...here });
      f.get(stride).emit("i32.const", tileRows).emit("i32.mul").get(corner).emit("i32.add");
      f.set(corner);
    });
    f.get(b).set(panelB);
  });
  return f.build();
}
