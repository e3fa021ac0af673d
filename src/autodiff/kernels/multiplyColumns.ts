/**
 * The outer loops of the matrix product where A has few rows, as a batch has: A is packed first, as a whole, then
 * each range of C's columns is computed by itself, by a few panels of B. Those are used as soon as they are
 * packed, and once: they stay in the second cache, where all of B would go to the third and come back.
 */
import { FunctionBuilder, type FunctionSource } from "../../compilers/wasm/assembler/assembler.ts";
import { addTo, countUpTo, setRemaining } from "./loops.ts";
import { panelColumns } from "./multiplyPanels.ts";
import { panelsAside } from "./pack.ts";
import { blockDepth, type Callees, emitAddress, emitPanels, load } from "./productCall.ts";
import { tileBytes } from "./tile.ts";

/** What is packed at once. Ranges of columns begin at multiples of it. */
export const blockColumns = panelsAside * panelColumns;
const blockBytes = blockColumns * blockDepth * 4;

/** Bytes that each thread needs for itself: a block of B, and a tile at C's border. */
export const columnsScratchBytes = blockBytes + tileBytes;

/** What `emitPack` reads: locals, the block's first column among them, and how many it has. */
interface Block {
  readonly record: number;
  readonly scratch: number;
  readonly j: number;
  readonly k: number;
  readonly width: number;
  readonly thickness: number;
}

/** Emits the packing of a block of B. */
function emitPack(f: FunctionBuilder, callees: Callees, block: Block): void {
  const { record, scratch, j, k, width, thickness } = block;
  const from = f.local("i32");
  emitAddress(f, record, "b", [
    [j, "bColumnStride"],
    [k, "bDepthStride"],
  ]);
  f.set(from);
  load(f, record, "bColumnStride").emit("i32.const", 4).emit("i32.eq");
  f.get(width).emit("i32.const", blockColumns).emit("i32.eq").emit("i32.and");
  f.if(
    () => {
      load(f.get(from), record, "bDepthStride");
      f.get(thickness).get(scratch).emit("call", callees.packPanelsAside);
    },
    () => {
      load(f.get(from), record, "bColumnStride");
      load(f, record, "bDepthStride");
      f.get(width).get(thickness).get(scratch).emit("call", callees.packPanel);
    },
  );
}

/**
 * `multiplyColumns(start, end, record, scratch)` computes C's columns from `start`, a multiple of
 * `blockColumns`, to below `end` from the packed A; `scratch` is the address of `columnsScratchBytes` bytes that
 * nobody else uses meanwhile.
 */
export function multiplyColumns(callees: Callees): FunctionSource {
  const f = new FunctionBuilder("multiplyColumns", ["i32", "i32", "i32", "i32"]);
  const [start, end, record, scratch] = [0, 1, 2, 3] as const;
  const [j, k, width] = [f.local("i32"), f.local("i32"), f.local("i32")];
  const [depth, thickness, border] = [f.local("i32"), f.local("i32"), f.local("i32")];
  load(f, record, "depth").set(depth);
  f.emit("i32.const", blockBytes).set(border);
  addTo(f, border, scratch);
  countUpTo(f, k, depth, blockDepth, () => {
    setRemaining(f, thickness, depth, k, blockDepth);
    f.get(start).set(j);
    countUpTo(f, j, end, blockColumns, () => {
      setRemaining(f, width, end, j, blockColumns);
      emitPack(f, callees, { record, scratch, j, k, width, thickness });
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
