/**
 * The outer loops of the matrix product where A has many rows: B's columns are packed first, as a whole, then
 * each range of C's rows is computed by itself, by blocks of A.
 */
import { FunctionBuilder, type FunctionSource } from "../../compilers/wasm/assembler/assembler.ts";
import { addTo, countUpTo, setRemaining } from "./loops.ts";
import {
  blockDepth,
  blockRows,
  type Callees,
  emitAddress,
  emitPanels,
  load,
} from "./productCall.ts";
import { tileBytes } from "./tile.ts";

const panelBytesA = blockRows * blockDepth * 4;

/** Bytes that each thread needs for itself: a packed block of A, and a tile at C's border. */
export const rowsScratchBytes = panelBytesA + tileBytes;

/**
 * `multiplyRows(start, end, record, scratch)` computes C's rows from `start`, a multiple of `panelRows`, to
 * below `end` from the packed B; `scratch` is the address of `rowsScratchBytes` bytes that nobody else uses meanwhile.
 */
export function multiplyRows(callees: Callees): FunctionSource {
  const f = new FunctionBuilder("multiplyRows", ["i32", "i32", "i32", "i32"]);
  const [start, end, record, scratch] = [0, 1, 2, 3] as const;
  const [i, k, height] = [f.local("i32"), f.local("i32"), f.local("i32")];
  const [depth, thickness, border] = [f.local("i32"), f.local("i32"), f.local("i32")];
  load(f, record, "depth").set(depth);
  f.emit("i32.const", panelBytesA).set(border);
  addTo(f, border, scratch);
  countUpTo(f, k, depth, blockDepth, () => {
    setRemaining(f, thickness, depth, k, blockDepth);
    f.get(start).set(i);
    countUpTo(f, i, end, blockRows, () => {
      setRemaining(f, height, end, i, blockRows);
      emitAddress(f, record, "a", [
        [i, "aRowStride"],
        [k, "aDepthStride"],
      ]);
      load(f, record, "aRowStride");
      load(f, record, "aDepthStride");
      f.get(height).get(thickness).get(scratch).emit("call", callees.packRows);
      load(f.get(height), record, "columns").get(thickness).get(scratch);
      emitPanels(f, record, k);
      emitAddress(f, record, "c", [[i, "cRowStride"]]);
      load(f, record, "cRowStride");
      // Only the first block of the depth may overwrite.
      load(f, record, "accumulate").get(k).emit("i32.add");
      f.get(border).emit("call", callees.multiplyPanels);
    });
  });
  return f.build();
}
