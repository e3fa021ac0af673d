/** Fractions for stochastic rounding in SIMD: the bits of `fraction` in rule/random.ts. */
import type { NodeOf } from "../../rule/graph/graph.ts";
import { callRecord, elementBytes } from "../backend.ts";
import type { LoopBuilder } from "./loop.ts";
import { vectorBytes } from "./operators.ts";
import { splat32 } from "./random.ts";

type Words = readonly [number, number];

/** Computes the random words of four counters. @returns the locals with the words */
function callRandom(
  builder: LoopBuilder,
  { site }: NodeOf<"random">,
  index: number,
  pushCounters: () => void,
): Words {
  const { code } = builder;
  const words = [code.local("v128"), code.local("v128")] as const;
  code.get(builder.word(callRecord.key0)).get(builder.word(callRecord.key1));
  code.emit("i32.const", site | 0);
  pushCounters();
  code.emit("call", index).set(words[1]).set(words[0]);
  return words;
}

/** The words for a chunk's fractions, by the node that draws. */
const drawnWords = new WeakMap<LoopBuilder, Map<NodeOf<"random">, Words>>();

/** Byte indices that swap the two halves of each of four words. */
const exchanged = [0, 4, 8, 12].flatMap((word) => [2, 3, 0, 1].map((byte) => word + byte));

/** Converts 23 bits of each word to a fraction, and pushes it. As the mantissa of a float32 from 1 to 2, they are 1 + the fraction. */
function pushFractions({ code }: LoopBuilder, words: number, areExchanged: boolean): void {
  code.get(words);
  if (areExchanged) {
    code.get(words).emit("i8x16.shuffle", exchanged);
  }
  code.emit("i32.const", 9).emit("i32x4.shr_u");
  code.emit("v128.const", splat32(0x3f800000)).emit("v128.or");
  code.emit("v128.const", splat32(0x3f800000)).emit("f32x4.sub");
}

/** Pushes a vector of fractions. One call draws those of a whole chunk, which begins at a multiple of 16 except in loops by rows. */
export function emitFraction(
  builder: LoopBuilder,
  node: NodeOf<"random">,
  offset: number,
  index: number,
): void {
  if (builder.loop.byRows) {
    emitFractionAnywhere(builder, node, offset, index);
    return;
  }
  const { code } = builder;
  const known = drawnWords.get(builder) ?? new Map();
  drawnWords.set(builder, known);
  if (offset === 0) {
    const words = callRandom(builder, node, index, () => {
      code.get(builder.walk("#").address).emit("i32.const", 2).emit("i32.shr_u");
      code
        .emit("i32x4.splat")
        .emit("v128.const", splat32(0, 1, 2, 3))
        .emit("i32x4.add");
    });
    known.set(node, words);
  }
  const part = offset / vectorBytes;
  pushFractions(builder, known.get(node)![part >> 1], part % 2 === 1);
}

/** The same if a vector may begin at any element. */
function emitFractionAnywhere(
  builder: LoopBuilder,
  node: NodeOf<"random">,
  offset: number,
  index: number,
): void {
  const { code } = builder;
  const [places, all] = [code.local("v128"), code.local("v128")];
  const first = offset / elementBytes.float32;
  code.get(builder.walk("#").address).emit("i32x4.splat");
  code.emit("v128.const", splat32(first, first + 1, first + 2, first + 3)).emit("i32x4.add");
  code.set(places);
  const has = (bit: number) =>
    code
      .get(places)
      .emit("v128.const", splat32(bit))
      .emit("v128.and")
      .emit("v128.const", splat32(0))
      .emit("i32x4.gt_s");
  const words = callRandom(builder, node, index, () => {
    code.get(places).emit("i32.const", 4).emit("i32x4.shr_u").emit("i32.const", 2);
    code.emit("i32x4.shl").get(places).emit("v128.const", splat32(3)).emit("v128.and");
    code.emit("v128.or");
  });
  code.get(words[1]).get(words[0]);
  has(8).emit("v128.bitselect").set(all);
  pushFractions(builder, all, true);
  pushFractions(builder, all, false);
  has(4).emit("v128.bitselect");
}
