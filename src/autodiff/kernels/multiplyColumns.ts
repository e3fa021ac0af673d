/**
 * The outer loops of the matrix product where A has few rows, as a batch has: A is packed first, as a whole, then
 * each range of C's columns is computed by itself, by panels of B. Each of those is used as soon as it is packed,
 * and once: it stays in the first cache, where all of B would go to the third and come back.
 */
import { FunctionBuilder, type FunctionSource } from "../../compilers/wasm/assembler.ts";
import { addTo, countUpTo, setRemaining } from "./loops.ts";
import { panelColumns } from "./multiplyPanels.ts";
import { blockDepth, type Callees, emitAddress, emitPanels, load } from "./productCall.ts";
import { tileBytes } from "./tile.ts";

const panelBytesB = panelColumns * blockDepth * 4;

/** Bytes that each thread needs for itself: a panel of B, and a tile at C's border. */
export const columnsScratchBytes = panelBytesB + tileBytes;

/**
 * `multiplyColumns(start, end, record, scratch)` computes C's columns from `start`, a multiple of
 * `panelColumns`, to below `end` from the packed A; `scratch` is the address of `columnsScratchBytes` bytes that
 * nobody else uses meanwhile.
 */
export function multiplyColumns(callees: Callees): FunctionSource {
  const f = new FunctionBuilder("multiplyColumns", ["i32", "i32", "i32", "i32"]);
  const [start, end, record, scratch] = [0, 1, 2, 3] as const;
  const [j, k, width] = [f.local("i32"), f.local("i32"), f.local("i32")];
  const [depth, thickness, border] = [f.local("i32"), f.local("i32"), f.local("i32")];
  load(f, record, "depth").set(depth);
  f.emit("i32.const", panelBytesB).set(border);
  addTo(f, border, scratch);
  countUpTo(f, k, depth, blockDepth, () => {
    setRemaining(f, thickness, depth, k, blockDepth);
    f.get(start).set(j);
    countUpTo(f, j, end, panelColumns, () => {
      setRemaining(f, width, end, j, panelColumns);
      emitAddress(f, record, "b", [
        [j, "bColumnStride"],
        [k, "bDepthStride"],
      ]);
      load(f, record, "bColumnStride");
      load(f, record, "bDepthStride");
      f.get(width).get(thickness).get(scratch).emit("call", callees.packPanel);
      load(f, record, "rows").get(width).get(thickness);
      emitPanels(f, record, k);
      f.get(scratch);
      load(f, record, "c").get(j).emit("i32.const", 4).emit("i32.mul").emit("i32.add");
      load(f, record, "cRowStride");
      // Only the first block of the depth may overwrite.
      load(f, record, "accumulate").get(k).emit("i32.add");
      f.get(border).emit("call", callees.multiplyPanels);
    });
  });
  return f.build();
}
