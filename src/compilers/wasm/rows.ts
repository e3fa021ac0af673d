/**
 * Loops over a matrix row by row. A value for each row (kind `column`) is broadcast over the row's elements; values for
 * each column (kind `row`) are read along with the elements. Rows and columns can be reduced. A row need not end where a
 * chunk ends, so the results of the last chunk are stored element by element.
 */
import { identities } from "../../rule/graph/operators.ts";
import { callRecord, chunkBytes, elementBytes, lanes, partialBytes } from "../backend.ts";
import type { FunctionSource } from "./assembler/assembler.ts";
import type { Mnemonic } from "./assembler/instructions.ts";
import { from, type LoopBuilder, to } from "./loop.ts";
import { splatConstant, vectorBytes } from "./operators.ts";
import { type Accumulator, combineVectors } from "./reductions.ts";
import { encodedVectors } from "./walk.ts";

export function buildByRows(builder: LoopBuilder): FunctionSource {
  const { code, remaining, accumulators, type } = builder;
  const width = builder.word(callRecord.width);
  const partials = builder.word(callRecord.partials);
  startAtRow(builder, width, partials);
  const columns = builder.loop.lines
    .filter(({ node }) => node.lines === "rows")
    .map(({ slot, node }) => ({
      slot,
      accumulator: builder.lanesOf(node.operator, node.operands[0]!),
    }));
  const all = [...accumulators, ...columns.map(({ accumulator }) => accumulator)];
  const starts = builder.walks
    .filter(({ access }) => access === "row")
    .map(({ address }) => ({ address, start: code.local("i32") }));
  for (const { address, start } of starts) {
    code.get(address).set(start);
  }
  clearRows(builder, width);
  code.block(() => {
    code.get(remaining).emit("i32.eqz").emit("br_if", 0);
    code.loop(() => {
      for (const accumulator of all) {
        accumulator.start();
      }
      for (const { address, start } of starts) {
        code.get(start).set(address);
      }
      spreadColumns(builder);
      runRow(builder, all, width);
      builder.keepPartials(partials);
      for (const { slot, accumulator } of columns) {
        code.get(builder.walk(slot).address);
        accumulator.finish();
        code.emit(type === "float32" ? "f32.store" : "f64.store");
      }
      for (const walk of builder.walks) {
        if (walk.access === "column") {
          builder.advance(walk, 1);
        }
      }
      code.get(remaining).get(width).emit("i32.sub").tee(remaining).emit("br_if", 0);
    });
  });
  return code.build();
}

/** Moves to the first row of the part, and computes how many elements the part has. */
function startAtRow(builder: LoopBuilder, width: number, partials: number): void {
  const { code, remaining } = builder;
  const first = code.local("i32");
  code.get(to).get(from).emit("i32.sub").get(width).emit("i32.mul").set(remaining);
  code.get(from).get(width).emit("i32.mul").set(first);
  for (const walk of builder.walks) {
    if (walk.access !== "row") {
      builder.advance(walk, { local: walk.access === "column" ? from : first });
    }
  }
  code.get(from).emit("i32.const", partialBytes).emit("i32.mul");
  builder.move(partials);
}

/** Fills the results of column reductions with the identity. */
function clearRows(builder: LoopBuilder, width: number): void {
  const { code, loop, type } = builder;
  const left = code.local("i32");
  for (const { slot, node } of loop.lines) {
    if (node.lines === "cols") {
      const address = code.local("i32");
      code.get(builder.walk(slot).address).set(address).get(width).set(left);
      code.block(() => {
        code.loop(() => {
          code.get(left).emit("i32.const", 0).emit("i32.gt_s").emit("i32.eqz").emit("br_if", 1);
          for (let offset = 0; offset < chunkBytes; offset += vectorBytes) {
            code.get(address);
            splatConstant(code, type, identities[node.operator]);
            code.emit("v128.store", offset);
          }
          code.advance(address, chunkBytes).advance(left, -lanes(type)).emit("br", 0);
        });
      });
    }
  }
}

/** Loads this row's value of each array of kind `column` into all lanes. */
function spreadColumns(builder: LoopBuilder): void {
  const { code, type } = builder;
  for (const { slot, node } of builder.loop.loads) {
    const { access, address } = builder.walk(slot);
    if (access === "column") {
      code.get(address);
      code.emit(type === "float32" ? "v128.load32_splat" : "v128.load64_splat");
      code.set(builder.vector(node, 0));
    }
  }
}

/** Combines values with the results of column reductions, which are in memory, row after row. */
function combineRows(builder: LoopBuilder, indices: readonly number[]): void {
  const { code, type } = builder;
  for (const { slot, node } of builder.loop.lines) {
    if (node.lines !== "cols") continue;
    const { address } = builder.walk(slot);
    // All are computed before the first is stored, so that an engine can join two.
    for (const index of indices) {
      code
        .get(address)
        .get(address)
        .emit("v128.load", index * vectorBytes);
      code.get(builder.vector(node.operands[0]!, index)).emit(combineVectors(type, node.operator));
    }
    for (const index of indices.toReversed()) code.emit("v128.store", index * vectorBytes);
  }
}

/** By the bytes of an element. */
const laneStores: Readonly<Record<number, Mnemonic>> = {
  2: "v128.store16_lane",
  4: "v128.store32_lane",
  8: "v128.store64_lane",
};

/** Stores the lanes of a vector that are among the first `left` elements of the chunk. */
function storeFirst(builder: LoopBuilder, index: number, left: number): void {
  const { code, type } = builder;
  const perVector = vectorBytes / elementBytes[type];
  for (const { slot, value, draw } of builder.loop.stores) {
    const walk = builder.walk(slot);
    const { address, storage } = walk;
    let vector = builder.vector(value, index);
    if (storage.encoding) {
      const fractions = draw && builder.vector(draw, index);
      vector = encodedVectors.value.encode(code, walk, vector, fractions);
    }
    // For 16 bits, this is the lower half of each lane.
    const store = laneStores[storage.bytes]!;
    const lanesEach = storage.encoding ? 2 : 1;
    for (let lane = 0; lane < perVector; lane++) {
      const place = index * perVector + lane;
      code.get(left).emit("i32.const", place).emit("i32.gt_s");
      code.if(() => {
        code.get(address).get(vector);
        code.emit(store, place * storage.bytes, lane * lanesEach);
      });
    }
  }
}

function runRow(builder: LoopBuilder, accumulators: readonly Accumulator[], width: number): void {
  const { code, type } = builder;
  const perChunk = lanes(type);
  const left = code.local("i32");
  const walked = builder.walks.filter(({ access }) => access !== "column");
  code.get(width).set(left);
  code.block(() => {
    code.loop(() => {
      code.get(left).emit("i32.const", perChunk).emit("i32.lt_s").emit("br_if", 1);
      builder.chunk(accumulators, undefined, (indices) => {
        combineRows(builder, indices);
        builder.store(indices);
      });
      for (const walk of walked) {
        builder.advance(walk, perChunk);
      }
      code.advance(left, -perChunk).emit("br", 0);
    });
  });
  code.get(left).if(() => {
    builder.chunk(accumulators, left, (indices) => {
      combineRows(builder, indices);
      for (const index of indices) storeFirst(builder, index, left);
    });
    for (const walk of walked) {
      if (walk.access === "elements") {
        builder.advance(walk, { local: left });
      }
    }
  });
}
