/** Passes over arrays, four elements at a time and the last ones singly. */
import { FunctionBuilder, type FunctionSource } from "../../compilers/wasm/assembler.ts";
import { countUpTo } from "./loops.ts";

/** What a pass computes from its inputs; everything is a local that holds a vector. */
type Body = (f: FunctionBuilder, inputs: readonly number[], factor: number) => void;

interface Pass {
  readonly name: string;
  /** How many arrays are read. */
  readonly inputs: number;
  /** Whether the last array read is also the one that is written. */
  readonly inPlace?: boolean;
  /** Whether the kernel takes a number that is the same for all elements. */
  readonly hasFactor?: boolean;
  /** Leaves the result on the stack. */
  readonly body: Body;
}

/** `name(count, ...inputs, target, factor?)`, addresses in bytes; `inPlace` has no own target. */
function elementwise({ name, inputs, inPlace, hasFactor, body }: Pass): FunctionSource {
  const arrays = inPlace ? inputs : inputs + 1;
  const f = new FunctionBuilder(name, [
    ...Array(arrays + 1).fill("i32"),
    ...(hasFactor ? (["f32"] as const) : []),
  ]);
  const count = 0;
  const addresses = Array.from({ length: arrays }, (_, index) => index + 1);
  const target = addresses.at(-1)!;
  const [index, whole] = [f.local("i32"), f.local("i32")];
  const factor = f.local("v128");
  const values = Array.from({ length: inputs }, () => f.local("v128"));
  if (hasFactor) {
    f.get(arrays + 1)
      .emit("f32x4.splat")
      .set(factor);
  }
  const pass = (step: number, load: "v128.load" | "v128.load32_zero") => {
    values.forEach((value, input) => {
      f.get(addresses[input]!).emit(load).set(value);
    });
    f.get(target);
    body(f, values, factor);
    if (step === 1) {
      f.emit("f32x4.extract_lane", 0).emit("f32.store");
    } else {
      f.emit("v128.store");
    }
    for (const address of addresses) {
      f.advance(address, step * 4);
    }
  };
  f.get(count).emit("i32.const", -4).emit("i32.and").set(whole);
  countUpTo(f, index, whole, 4, () => pass(4, "v128.load"));
  countUpTo(f, index, count, 1, () => pass(1, "v128.load32_zero"));
  return f.build();
}

/** target += factor * x */
export const axpy = (): FunctionSource =>
  elementwise({
    name: "axpy",
    inputs: 2,
    inPlace: true,
    hasFactor: true,
    body: (f, [x, y], factor) => f.get(y!).get(x!).get(factor).emit("f32x4.mul").emit("f32x4.add"),
  });

/** target = factor * x */
export const scaleBy = (): FunctionSource =>
  elementwise({
    name: "scaleBy",
    inputs: 1,
    hasFactor: true,
    body: (f, [x], factor) => f.get(x!).get(factor).emit("f32x4.mul"),
  });

/** target = x * y */
export const multiply = (): FunctionSource =>
  elementwise({
    name: "multiply",
    inputs: 2,
    body: (f, [x, y]) => f.get(x!).get(y!).emit("f32x4.mul"),
  });

/** target = max(x, 0); NaN stays NaN. */
export const rectify = (): FunctionSource =>
  elementwise({
    name: "rectify",
    inputs: 1,
    body: (f, [x]) => f.get(x!).emit("v128.const", Array(16).fill(0)).emit("f32x4.max"),
  });

/** target = gradient where y > 0, else 0. */
export const rectifyGradient = (): FunctionSource =>
  elementwise({
    name: "rectifyGradient",
    inputs: 2,
    body: (f, [y, gradient]) =>
      f
        .get(gradient!)
        .get(y!)
        .emit("v128.const", Array(16).fill(0))
        .emit("f32x4.gt")
        .emit("v128.and"),
  });

/** `copy(target, source, bytes)` */
export const copy = (): FunctionSource =>
  new FunctionBuilder("copy", ["i32", "i32", "i32"])
    .get(0)
    .get(1)
    .get(2)
    .emit("memory.copy")
    .build();
