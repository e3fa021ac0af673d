/** The first pass of a matrix product: one of its operands into panels, as a whole. */
import { FunctionBuilder, type FunctionSource } from "../../compilers/wasm/assembler/assembler.ts";
import { countUpTo, setRemaining } from "./loops.ts";
import { blockDepth, type Callees, emitAddress, emitPanels, load } from "./productCall.ts";

/**
 * `packA(start, end, record, scratch)` and `packB` pack A's rows or B's columns from `start`, a multiple of
 * the panels' width, to below `end`, a block of the depth at a time. They need no scratch, and have the
 * parameter so that all that runs on ranges is called alike.
 */
export function packOperand(operand: "a" | "b", callees: Callees): FunctionSource {
  const ofA = operand === "a";
  const f = new FunctionBuilder(ofA ? "packA" : "packB", ["i32", "i32", "i32", "i32"]);
  const memberStride = ofA ? "aRowStride" : "bColumnStride";
  const depthStride = ofA ? "aDepthStride" : "bDepthStride";
  const packed = ofA ? callees.packRows : callees.packPanel;
  const [start, end, record] = [0, 1, 2] as const;
  const [k, depth, thickness] = [f.local("i32"), f.local("i32"), f.local("i32")];
  load(f, record, "depth").set(depth);
  countUpTo(f, k, depth, blockDepth, () => {
    setRemaining(f, thickness, depth, k, blockDepth);
    emitAddress(f, record, operand, [
      [start, memberStride],
      [k, depthStride],
    ]);
    load(f, record, memberStride);
    load(f, record, depthStride);
    f.get(end).get(start).emit("i32.sub").get(thickness);
    emitPanels(f, record, k);
    f.get(start).get(thickness).emit("i32.mul").emit("i32.const", 4).emit("i32.mul");
    f.emit("i32.add").emit("call", packed);
  });
  return f.build();
}
