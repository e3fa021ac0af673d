/** Passes over arrays, a vector or two at a time and the last elements singly. */
import { FunctionBuilder, type FunctionSource } from "../../compilers/wasm/assembler/assembler.ts";
import type { SideBySide } from "../../compilers/wasm/width.ts";
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
export function elementwise(
  { name, inputs, inPlace, hasFactor, prepare }: Pass,
  width: SideBySide,
): FunctionSource {
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
  const resultOf = (load: "v128.load" | "v128.load32_zero", offset: number) => {
    const values = addresses
      .slice(0, inputs)
      .map((address) => math.keep(() => f.get(address).emit(load, offset)));
    return math.keep(compute(values, factor));
  };
  const advance = (elements: number) => {
    for (const address of addresses) {
      f.advance(address, elements * 4);
    }
  };
  const together = 4 * width;
  f.get(count).emit("i32.const", -together).emit("i32.and").set(whole);
  countUpTo(f, index, whole, together, () => {
    const results = Array.from({ length: width }, (_, i) => resultOf("v128.load", 16 * i));
    // The last one first: see width.ts.
    for (const [i, result] of [...results.entries()].reverse()) {
      f.get(target);
      result();
      f.emit("v128.store", 16 * i);
    }
    advance(together);
  });
  countUpTo(f, index, count, 1, () => {
    const result = resultOf("v128.load32_zero", 0);
    f.get(target);
    result();
    f.emit("f32x4.extract_lane", 0).emit("f32.store");
    advance(1);
  });
  return f.build();
}

/** target += factor * x */
export const axpy = (width: SideBySide): FunctionSource =>
  elementwise(
    {
      ...{ name: "axpy", inputs: 2, inPlace: true, hasFactor: true },
      prepare:
        ({ add, multiply }) =>
        ([x, y], factor) =>
          add(y!, multiply(x!, factor)),
    },
    width,
  );

/** target = factor * x */
export const scaleBy = (width: SideBySide): FunctionSource =>
  elementwise(
    {
      ...{ name: "scaleBy", inputs: 1, hasFactor: true },
      prepare:
        ({ multiply }) =>
        ([x], factor) =>
          multiply(x!, factor),
    },
    width,
  );

/** target = x * y */
export const multiply = (width: SideBySide): FunctionSource =>
  elementwise(
    {
      ...{ name: "multiply", inputs: 2 },
      prepare:
        (math) =>
        ([x, y]) =>
          math.multiply(x!, y!),
    },
    width,
  );

/** `copy(target, source, bytes)` */
export const copy = (): FunctionSource =>
  new FunctionBuilder("copy", ["i32", "i32", "i32"])
    .get(0)
    .get(1)
    .get(2)
    .emit("memory.copy")
    .build();
