/**
 * Loops that treat an array as a vector. Since arrays are padded to whole chunks there is no scalar
 * tail, only a mask where a chunk's padding would be reduced.
 */
import { blockLength, callRecord, lanes, partialBytes } from "../compiler.ts";
import type { FunctionSource } from "./assembler.ts";
import { from, type LoopBuilder, to } from "./loop.ts";

export function buildFlat(builder: LoopBuilder): FunctionSource {
  const { code, remaining } = builder;
  code.get(to).get(from).emit("i32.sub").set(remaining);
  for (const { address } of builder.walks) {
    builder.advance(address, { local: from });
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
  for (const { address } of builder.walks) {
    builder.advance(address, lanes(builder.type));
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

/** A loop over blocks around one over chunks; each block leaves one partial result a reduction. */
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
