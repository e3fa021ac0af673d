/** Kernels over arrays, in WebAssembly. They process four vectors at a time, and the last elements one by one. */
import { FunctionBuilder, type FunctionSource } from "../../compilers/wasm/assembler/assembler.ts";
import type { Mnemonic } from "../../compilers/wasm/assembler/instructions.ts";
import type { ElementType } from "../../runtime/memory/memory.ts";

/** The names of instructions for each type. */
const types = {
  float32: { scalar: "f32", vector: "f32x4", lanes: 4, splat: "v128.load32_splat" },
  float64: { scalar: "f64", vector: "f64x2", lanes: 2, splat: "v128.load64_splat" },
} as const;

const vectors = 4;
const count = 0;
const array = 1;

/** Runs one body for every four vectors, and another for each element that is left. It advances the address and the counter. */
function overAll(
  f: FunctionBuilder,
  { lanes }: { readonly lanes: number },
  ofVectors: () => void,
  ofElement: () => void,
): void {
  const loop = (elements: number, body: () => void) =>
    f.block(() => {
      f.loop(() => {
        f.get(count).emit("i32.const", elements).emit("i32.lt_u").emit("br_if", 1);
        body();
        f.advance(array, elements * (16 / lanes)).advance(count, -elements);
        f.emit("br", 0);
      });
    });
  loop(vectors * lanes, ofVectors);
  loop(1, ofElement);
}

/** `name(count, array, by)`: multiplies or divides each element by a number, in place. */
function withNumber(operator: "div" | "mul", type: ElementType): FunctionSource {
  const { scalar, vector, lanes, splat } = types[type];
  const f = new FunctionBuilder(`${operator} ${type}`, ["i32", "i32", scalar]);
  const by = f.local("v128");
  const combined = (load: Mnemonic, offset: number) =>
    f.get(array).emit(load, offset).get(by).emit(`${vector}.${operator}`);
  f.get(2).emit(`${vector}.splat`).set(by);
  overAll(
    f,
    { lanes },
    () => {
      for (let offset = 0; offset < 16 * vectors; offset += 16) {
        f.get(array);
        combined("v128.load", offset).emit("v128.store", offset);
      }
    },
    () => {
      f.get(array);
      combined(splat, 0).emit(`${vector}.extract_lane`, 0).emit(`${scalar}.store`);
    },
  );
  return f.build();
}

/** `name(count, array)`: the sum of `x - x` over all elements, which is 0 if all are finite, and otherwise NaN. */
function finite(type: ElementType): FunctionSource {
  const { scalar, vector, lanes, splat } = types[type];
  const f = new FunctionBuilder(`finite ${type}`, ["i32", "i32"], [scalar]);
  const value = f.local("v128");
  // One sum for each vector, because additions to a single sum would wait for each other.
  const sums = Array.from({ length: vectors }, () => f.local("v128"));
  const add = (sum: number, load: Mnemonic, offset: number) => {
    f.get(array).emit(load, offset).tee(value).get(value).emit(`${vector}.sub`);
    f.get(sum).emit(`${vector}.add`).set(sum);
  };
  overAll(
    f,
    { lanes },
    () => sums.forEach((sum, i) => void add(sum, "v128.load", 16 * i)),
    () => add(sums[0]!, splat, 0),
  );
  f.get(sums[0]!);
  for (const sum of sums.slice(1)) {
    f.get(sum).emit(`${vector}.add`);
  }
  f.set(value);
  f.get(value).emit(`${vector}.extract_lane`, 0);
  for (let lane = 1; lane < lanes; lane++) {
    f.get(value).emit(`${vector}.extract_lane`, lane).emit(`${scalar}.add`);
  }
  return f.build();
}

/** The exports of a module with these kernels. Counts are in elements, addresses in bytes. */
export type Kernels = {
  readonly [K in `${"div" | "mul"} ${ElementType}`]: (
    count: number,
    array: number,
    by: number,
  ) => void;
} & { readonly [K in `finite ${ElementType}`]: (count: number, array: number) => number };

export const kernelSources = (): FunctionSource[] =>
  (["float32", "float64"] as const).flatMap((type) => [
    withNumber("div", type),
    withNumber("mul", type),
    finite(type),
  ]);
