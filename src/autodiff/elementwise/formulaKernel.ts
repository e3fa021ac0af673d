/** Loops over arrays, made of formulas: computed in float64, two elements at a time, and rounded once where they are stored. */
import type { ElementType } from "../../compilers/backend.ts";
import {
  assemble,
  FunctionBuilder,
  type FunctionSource,
} from "../../compilers/wasm/assembler/assembler.ts";
import { allInstructions } from "../../compilers/wasm/assembler/instructions.ts";
import { compileModule } from "../../compilers/wasm/assembler/module.ts";
import { type Memory, maximumPages } from "../../runtime/memory/memory.ts";
import { countUpTo } from "../kernels/loops.ts";
import type { Formula } from "./formulas.ts";
import { type Lane, Lanes } from "./lanes.ts";

/** How a kernel reads an input: as an array, or as one number for all elements. */
export type Source = "array" | "number";

/**
 * Writes one element for each of `count`; addresses in bytes: of each input, of the result and its gradient
 * if it is a slope's, and of what is written.
 */
export type FormulaKernel = (count: number, ...addresses: number[]) => void;

/** What computes a formula's value, and the gradient of each input that has one. */
export interface FormulaKernels {
  readonly value: FormulaKernel;
  readonly slopes: readonly (FormulaKernel | undefined)[];
}

const elementBytes: Readonly<Record<ElementType, number>> = { float32: 4, float64: 8 };

/** Pushes two elements of an array, one element as two, or one number as both. */
function load(f: FunctionBuilder, type: ElementType, address: number, elements: 1 | 2): void {
  f.get(address);
  if (type === "float64") {
    f.emit(elements === 2 ? "v128.load" : "v128.load64_splat");
  } else {
    f.emit(elements === 2 ? "v128.load64_splat" : "v128.load32_splat");
    f.emit("f64x2.promote_low_f32x4");
  }
}

/** Stores the first elements of a vector. */
function store(f: FunctionBuilder, type: ElementType, to: number, from: Lane, elements: 1 | 2) {
  f.get(to).get(from);
  if (type === "float64") {
    if (elements === 2) {
      f.emit("v128.store");
    } else {
      f.emit("f64x2.extract_lane", 0).emit("f64.store");
    }
  } else {
    f.emit("f32x4.demote_f64x2_zero");
    if (elements === 2) {
      f.emit("v128.store64_lane", 0, 0);
    } else {
      f.emit("f32x4.extract_lane", 0).emit("f32.store");
    }
  }
}

/** Runs on sources, of which it makes the result. */
type Compute = (m: Lanes, sources: readonly Lane[]) => Lane;

/** The numbers that a formula speaks of, in an order of their own. */
function constantsOf(sources: number, compute: Compute): number[] {
  const found = new Set<number>();
  const nowhere = new FunctionBuilder("constants", []);
  const all = Array.from({ length: sources }, () => nowhere.local("v128"));
  const constant = (value: number): Lane => {
    found.add(value);
    return nowhere.local("v128");
  };
  compute(new Lanes(nowhere, constant), all);
  return [...found];
}

function build(
  name: string,
  type: ElementType,
  sources: readonly Source[],
  compute: Compute,
): FunctionSource {
  const f = new FunctionBuilder(name, Array(sources.length + 2).fill("i32"));
  const count = 0;
  const target = sources.length + 1;
  const [index, whole] = [f.local("i32"), f.local("i32")];
  const constants = new Map(
    constantsOf(sources.length, compute).map((value) => {
      const bytes = new Uint8Array(Float64Array.of(value, value).buffer);
      const local = f.local("v128");
      f.emit("v128.const", [...bytes]).set(local);
      return [value, local];
    }),
  );
  const math = new Lanes(f, (value) => constants.get(value)!);
  const lanes = sources.map(() => f.local("v128"));
  const loadAll = (kind: Source, elements: 1 | 2) => {
    for (const [i, source] of sources.entries()) {
      if (source === kind) {
        load(f, type, i + 1, elements);
        f.set(lanes[i]!);
      }
    }
  };
  loadAll("number", 1);
  f.get(count).emit("i32.const", -2).emit("i32.and").set(whole);
  for (const [end, elements] of [
    [whole, 2],
    [count, 1],
  ] as const) {
    countUpTo(f, index, end, elements, () => {
      loadAll("array", elements);
      store(f, type, target, compute(math, lanes), elements);
      for (const [i, source] of [...sources, "array"].entries()) {
        if (source === "array") {
          f.advance(i + 1, elements * elementBytes[type]);
        }
      }
    });
  }
  return f.build();
}

/** The functions of a module: `value`, and `slope0` and so on of the inputs that have a derivative. */
export function functionsOf(
  { value, slopes }: Formula,
  type: ElementType,
  sources: readonly Source[],
): FunctionSource[] {
  const ofSlopes = slopes.flatMap((slope, i) =>
    slope === undefined
      ? []
      : [
          build(`slope${i}`, type, [...sources, "array", "array"], (m, all) => {
            const [y, g] = all.slice(-2) as [Lane, Lane];
            return slope(m, { g, y }, ...all.slice(0, -2));
          }),
        ],
  );
  return [build("value", type, sources, (m, all) => value(m, ...all)), ...ofSlopes];
}

/** By how they are compiled. */
type Cache<T> = WeakMap<Formula, Map<string, T>>;

function from<T>(cache: Cache<T>, formula: Formula, key: string, make: () => T): T {
  const known = cache.get(formula) ?? new Map<string, T>();
  cache.set(formula, known);
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}

const modules: Cache<WebAssembly.Module> = /* @__PURE__ */ new WeakMap();
const instances = /* @__PURE__ */ new WeakMap<Memory, Cache<FormulaKernels>>();

/** A formula's kernels on a memory: compiled once a process, instantiated once a memory. */
export function formulaKernels(
  formula: Formula,
  type: ElementType,
  memory: Memory,
  sources: readonly Source[],
): FormulaKernels {
  const ofMemory = instances.get(memory) ?? new WeakMap();
  instances.set(memory, ofMemory);
  const key = `${type} ${sources}`;
  return from(ofMemory, formula, key, () => {
    const module = from(modules, formula, `${key} ${memory.shared}`, () => {
      const functions = functionsOf(formula, type, sources);
      const limits = { shared: memory.shared, maximum: maximumPages };
      const bytes = assemble({ functions, memory: limits }, allInstructions);
      return compileModule(bytes, "take the gradients from another library");
    });
    const { exports } = new WebAssembly.Instance(module, { env: { memory: memory.wasm } });
    const named = exports as Record<string, FormulaKernel>;
    return { value: named["value"]!, slopes: formula.slopes.map((_, i) => named[`slope${i}`]) };
  });
}
