/** Passes over arrays, four elements at a time and the last ones singly. */
import { FunctionBuilder, type FunctionSource } from "../../compilers/wasm/assembler.ts";
import { countUpTo } from "./loops.ts";
import { type Vector, VectorMath } from "./vectorMath.ts";

interface Pass {
  readonly name: string;
  /** How many arrays are read. */
  readonly inputs: number;
  /** Whether the last array read is also the one that is written. */
  readonly inPlace?: boolean;
  /** Whether the kernel takes a number that is the same for all elements. */
  readonly hasFactor?: boolean;
  /** Makes the constants, once, and returns what computes a result from the inputs and the factor. */
  readonly prepare: (math: VectorMath) => (inputs: readonly Vector[], factor: Vector) => Vector;
}

/** `name(count, ...inputs, target, factor?)`, addresses in bytes; `inPlace` has no own target. */
export function elementwise({ name, inputs, inPlace, hasFactor, prepare }: Pass): FunctionSource {
  const arrays = inPlace ? inputs : inputs + 1;
  const f = new FunctionBuilder(name, [
    ...Array(arrays + 1).fill("i32"),
    ...(hasFactor ? (["f32"] as const) : []),
  ]);
  const count = 0;
  const addresses = Array.from({ length: arrays }, (_, index) => index + 1);
  const target = addresses.at(-1)!;
  const [index, whole] = [f.local("i32"), f.local("i32")];
  const math = new VectorMath(f);
  const compute = prepare(math);
  const factor = hasFactor ? math.keep(() => f.get(arrays + 1).emit("f32x4.splat")) : () => {};
  const pass = (step: 4 | 1) => {
    const load = step === 4 ? "v128.load" : "v128.load32_zero";
    const values = addresses
      .slice(0, inputs)
      .map((address) => math.keep(() => f.get(address).emit(load)));
    const result = math.keep(compute(values, factor));
    f.get(target);
    result();
    if (step === 4) {
      f.emit("v128.store");
    } else {
      f.emit("f32x4.extract_lane", 0).emit("f32.store");
    }
    for (const address of addresses) {
      f.advance(address, step * 4);
    }
  };
  f.get(count).emit("i32.const", -4).emit("i32.and").set(whole);
  countUpTo(f, index, whole, 4, () => pass(4));
  countUpTo(f, index, count, 1, () => pass(1));
  return f.build();
}

/** target += factor * x */
export const axpy = (): FunctionSource =>
  elementwise({
    ...{ name: "axpy", inputs: 2, inPlace: true, hasFactor: true },
    prepare:
      ({ add, multiply }) =>
      ([x, y], factor) =>
        add(y!, multiply(x!, factor)),
  });

/** target = factor * x */
export const scaleBy = (): FunctionSource =>
  elementwise({
    ...{ name: "scaleBy", inputs: 1, hasFactor: true },
    prepare:
      ({ multiply }) =>
      ([x], factor) =>
        multiply(x!, factor),
  });

/** target = x * y */
export const multiply = (): FunctionSource =>
  elementwise({
    ...{ name: "multiply", inputs: 2 },
    prepare:
      (math) =>
      ([x, y]) =>
        math.multiply(x!, y!),
  });

/** `copy(target, source, bytes)` */
export const copy = (): FunctionSource =>
  new FunctionBuilder("copy", ["i32", "i32", "i32"])
    .get(0)
    .get(1)
    .get(2)
    .emit("memory.copy")
    .build();
