/** Divides gradients, and checks that they are finite: with kernels in a memory of `parameters`, elsewhere with loops that give the same bits. */
import { assemble } from "../../compilers/wasm/assembler/assembler.ts";
import { allInstructions } from "../../compilers/wasm/assembler/instructions.ts";
import {
  type FloatArray,
  type Memory,
  maximumPages,
  memoryOf,
  typeOf,
} from "../../runtime/memory/memory.ts";
import { type Kernels, kernelSources } from "./kernels.ts";

const modules = new Map<boolean, WebAssembly.Module>();

/** @throws if WebAssembly is missing or forbidden */
function instantiate({ shared, wasm }: Memory): Kernels {
  let module = modules.get(shared);
  if (module === undefined) {
    const memory = { shared, maximum: maximumPages };
    const source = { functions: kernelSources(), memory };
    module = new WebAssembly.Module(assemble(source, allInstructions));
    modules.set(shared, module);
  }
  const { exports } = new WebAssembly.Instance(module, { env: { memory: wasm } });
  return exports as unknown as Kernels;
}

const instances = new WeakMap<Memory, Kernels | undefined>();

/** The kernels that can reach an array; undefined if there are none. */
function kernelsFor(array: FloatArray): Kernels | undefined {
  const memory = memoryOf(array);
  if (memory === undefined) {
    return undefined;
  }
  if (!instances.has(memory)) {
    let kernels: Kernels | undefined;
    try {
      kernels = instantiate(memory);
    } catch {
      // Without WebAssembly, loops do the same.
    }
    instances.set(memory, kernels);
  }
  return instances.get(memory);
}

const addressOf = (array: FloatArray, from: number): number =>
  array.byteOffset + from * array.BYTES_PER_ELEMENT;

/** Divides elements `from` up to `to` of a whole array. Each result is rounded once. */
export function divide(array: FloatArray, from: number, to: number, by: number): void {
  const kernels = kernelsFor(array);
  if (to <= from) {
    return;
  }
  if (kernels === undefined) {
    for (let i = from; i < to; i++) {
      array[i] = array[i]! / by;
    }
    return;
  }
  // The reciprocal of a power of two is exact, and multiplying takes half the time.
  const isExact = Number.isInteger(Math.log2(by));
  const kernel = kernels[`${isExact ? "mul" : "div"} ${typeOf(array)}`];
  kernel(to - from, addressOf(array, from), isExact ? 1 / by : by);
}

/** Whether all elements `from` up to `to` of a whole array are finite. */
export function areFinite(array: FloatArray, from: number, to: number): boolean {
  const kernels = kernelsFor(array);
  if (kernels !== undefined) {
    return kernels[`finite ${typeOf(array)}`](to - from, addressOf(array, from)) === 0;
  }
  for (let i = from; i < to; i++) {
    if (!Number.isFinite(array[i])) {
      return false;
    }
  }
  return true;
}
