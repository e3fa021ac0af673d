/**
 * Loops that treat an array as a vector. Arrays are padded to whole chunks, so there is no scalar
 * tail; a mask keeps padding out of reductions.
 */
import { blockLength, callRecord, lanes, partialBytes } from "../backend.ts";
import type { FunctionSource } from "./assembler/assembler.ts";
import { from, type LoopBuilder, to } from "./loop.ts";

export function buildFlat(builder: LoopBuilder): FunctionSource {
  const { code, remaining } = builder;
  code.get(to).get(from).emit("i32.sub").set(remaining);
  for (const walk of builder.walks) {
    builder.advance(walk, { local: from });
  }
  if (builder.loop.reductions.length > 0) {
    reducingLoop(builder);
  } else {
    plainLoop(builder);
  }
  return builder.code.build();
}

function chunk(builder: LoopBuilder, left?: number): void {
  builder.chunk(builder.accumulators, left);
  for (const walk of builder.walks) {
    builder.advance(walk, lanes(builder.type));
  }
}

function plainLoop(builder: LoopBuilder): void {
  const { code, remaining, type } = builder;
  code.block(() => {
    code.get(remaining).emit("i32.eqz").emit("br_if", 0);
    code.loop(() => {
      chunk(builder);
      code.advance(remaining, -lanes(type));
      code.get(remaining).emit("i32.const", 0).emit("i32.gt_s").emit("br_if", 0);
    });
  });
}

/** A loop over blocks with a loop over chunks inside. Each block leaves one partial result for each reduction. */
function reducingLoop(builder: LoopBuilder): void {
  const { code, remaining, type } = builder;
  const width = lanes(type);
  const left = code.local("i32");
  const partials = builder.word(callRecord.partials);
  code
    .get(from)
    .emit("i32.const", blockLength / partialBytes)
    .emit("i32.div_u");
  builder.move(partials);
  if (readsOneArray(builder)) {
    readInStreams(builder, left, partials);
  }
  code.block(() => {
    code.get(remaining).emit("i32.eqz").emit("br_if", 0);
    code.loop(() => {
      // left = min(remaining, blockLength)
      code.get(remaining).emit("i32.const", blockLength);
      code.get(remaining).emit("i32.const", blockLength).emit("i32.lt_s").emit("select").set(left);
      for (const accumulator of builder.accumulators) {
        accumulator.start();
      }
      code.block(() => {
        code.loop(() => {
          code.get(left).emit("i32.const", width).emit("i32.lt_s").emit("br_if", 1);
          chunk(builder);
          code.advance(left, -width).emit("br", 0);
        });
      });
      code.get(left).if(() => chunk(builder, left));
      builder.keepPartials(partials);
      code.advance(remaining, -blockLength);
      code.get(remaining).emit("i32.const", 0).emit("i32.gt_s").emit("br_if", 0);
    });
  });
}

/**
 * Processors prefetch along a few streams at once, and one stream alone does not use the memory's
 * full bandwidth: a sum over 25M float32 takes 6.4 ms along one, and 4.1 ms along four that alternate every
 * kilobyte. Ranges that fit in a cache do not need this.
 */
const streams = 4;
const turnLength = 256;
const leastBlocks = 512;

/** Whether a loop reads one array, and only reduces it. Other loops have enough streams. */
function readsOneArray({ loop, walks }: LoopBuilder): boolean {
  return walks.length === 1 && loop.stores.length === 0;
}

/** Reduces most of a long range, block by block, along several streams. The usual loop continues after that. */
function readInStreams(builder: LoopBuilder, left: number, partials: number): void {
  const { code, remaining, type } = builder;
  const width = lanes(type);
  const walk = builder.walks[0]!;
  const { address } = walk;
  const [blocks, rest, turns] = [code.local("i32"), code.local("i32"), code.local("i32")];
  const all = Array.from({ length: streams }, () => ({
    address: code.local("i32"),
    partials: code.local("i32"),
    accumulators: builder.accumulate(),
  }));
  const times = (local: number, factor: number) =>
    code.get(local).emit("i32.const", factor).emit("i32.mul");
  const behind = (local: number, stream: number, size: number) =>
    times(blocks, stream * size)
      .get(local)
      .emit("i32.add");
  code
    .get(remaining)
    .emit("i32.const", streams * blockLength)
    .emit("i32.div_u")
    .set(blocks);
  code.get(blocks).emit("i32.const", leastBlocks).emit("i32.ge_u");
  code.if(() => {
    const bytes = blockLength * walk.storage.bytes;
    for (const [stream, each] of all.entries()) {
      behind(address, stream, bytes).set(each.address);
      behind(partials, stream, partialBytes).set(each.partials);
    }
    code.get(blocks).set(rest);
    code.loop(() => {
      for (const accumulator of all.flatMap(({ accumulators }) => accumulators)) {
        accumulator.start();
      }
      code.emit("i32.const", blockLength / turnLength).set(turns);
      code.loop(() => {
        for (const each of all) {
          code.get(each.address).set(address).emit("i32.const", turnLength).set(left);
          code.loop(() => {
            builder.chunk(each.accumulators);
            builder.advance(walk, width);
            code.advance(left, -width).get(left).emit("br_if", 0);
          });
          code.get(address).set(each.address);
        }
        code.advance(turns, -1).get(turns).emit("br_if", 0);
      });
      for (const each of all) {
        builder.keepPartials(each.partials, each.accumulators);
      }
      code.advance(rest, -1).get(rest).emit("br_if", 0);
    });
    // The last stream's partial results end where those of the rest begin.
    code.get(all.at(-1)!.partials).set(partials);
    code.get(remaining);
    times(blocks, streams * blockLength)
      .emit("i32.sub")
      .set(remaining);
  });
}
