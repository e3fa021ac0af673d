/** Decodes blocks of 8 bits in WebAssembly, to the same numbers as block8Codes.ts. */
import { FunctionBuilder, type FunctionSource } from "../wasm/assembler/assembler.ts";
import { type Code, mantissa, signedCode, unsignedCode } from "./block8Codes.ts";
import { loadHead } from "./block8Heads.ts";
import { constant, eachBlock, eachChunk, from, to } from "./block8Loops.ts";

/** `decode(from, to, count)`: blocks to numbers. It may write up to 7 more numbers. */
export function decoder(): FunctionSource {
  const code = new FunctionBuilder("decodeBlocks", ["i32", "i32", "i32"], [], false);
  const largest = code.local("v128");
  eachBlock(code, (left) => {
    const head = loadHead(code, from);
    code.get(head.largest).emit("i32x4.splat").set(largest).get(head.isSigned);
    const decode = (kind: Code) => () => decodeBlock(code, left, largest, kind);
    code.if(decode(signedCode), decode(unsignedCode));
  });
  return code.build();
}

function decodeBlock(code: FunctionBuilder, left: number, largest: number, kind: Code): void {
  const isSigned = kind === signedCode;
  const all = [kind.levels, kind.offset, 0, 0x80000000].map((each) => constant(code, each));
  const [levels, offset, zero, sign] = all as [number, number, number, number];
  const [bytes, part, codes] = [code.local("v128"), code.local("v128"), code.local("v128")];
  eachChunk(code, left, 8, () => {
    code.get(from).emit("v128.load8x8_u", 0).set(bytes);
    const numbers = (["low", "high"] as const).map((half) => {
      const result = code.local("v128");
      code.get(bytes).emit(`i32x4.extend_${half}_i16x8_u`).set(part);
      code.get(part);
      if (isSigned) code.get(levels).emit("v128.and");
      code.tee(codes).get(offset).emit("i32x4.add").emit("i32.const", mantissa).emit("i32x4.shl");
      // Code 0 becomes 0 after the product, because 0 times infinity would be NaN.
      code.get(largest).emit("f32x4.mul").get(codes).get(zero).emit("i32x4.gt_s").emit("v128.and");
      if (isSigned) {
        code.get(part).emit("i32.const", 24).emit("i32x4.shl").get(sign).emit("v128.and");
        code.emit("v128.or");
      }
      code.set(result);
      return result;
    });
    code.get(to).get(numbers[1]!).emit("v128.store", 16).get(to).get(numbers[0]!);
    code.emit("v128.store", 0).advance(from, 8).advance(to, 32);
  });
}
