/** The kernels of the autodiff: compiled once a process, instantiated once a memory. */
import { assemble, type FunctionSource } from "../../compilers/wasm/assembler.ts";
import { type Memory, maximumPages } from "../../runtime/memory.ts";
import * as activations from "./activations.ts";
import { dropoutMask } from "./dropoutMask.ts";
import { axpy, copy, multiply, scaleBy } from "./elementwise.ts";
import { multiplyPanels, tileColumns, tileRows } from "./multiplyPanels.ts";
import { pack } from "./pack.ts";

type Pack = (
  source: number,
  memberStride: number,
  depthStride: number,
  members: number,
  depth: number,
  target: number,
) => void;

/** Writes f(x) for each element x. */
type Elementwise = (count: number, x: number, target: number) => void;

/** Writes the gradient of x, given the gradient of f(x) and what the derivative takes, x or f(x). */
type ElementwiseGradient = (count: number, of: number, gradient: number, target: number) => void;

/**
 * What the module exports. Arrays are given by their addresses in bytes, which is the `byteOffset`
 * of a view on the memory; strides are in bytes, counts in elements.
 */
export interface Kernels {
  /** y += factor * x */
  axpy(count: number, x: number, y: number, factor: number): void;
  copy(target: number, source: number, bytes: number): void;
  dropoutMask(
    count: number,
    target: number,
    seed: number,
    stream: number,
    step: number,
    threshold: number,
    kept: number,
  ): void;
  gelu: Elementwise;
  /** Takes x. */
  geluGradient: ElementwiseGradient;
  geluTanh: Elementwise;
  /** Takes x. */
  geluTanhGradient: ElementwiseGradient;
  /** target = x * y */
  multiply(count: number, x: number, y: number, target: number): void;
  multiplyPanels(
    rows: number,
    columns: number,
    depth: number,
    a: number,
    b: number,
    target: number,
    stride: number,
    accumulate: number,
    scratch: number,
  ): void;
  packRows: Pack;
  packColumns: Pack;
  rectify: Elementwise;
  /** Takes f(x). */
  rectifyGradient: ElementwiseGradient;
  /** target = factor * x */
  scaleBy(count: number, x: number, target: number, factor: number): void;
  sigmoid: Elementwise;
  /** Takes f(x). */
  sigmoidGradient: ElementwiseGradient;
  tanh: Elementwise;
  /** Takes f(x). */
  tanhGradient: ElementwiseGradient;
}

/** The source of every kernel. */
export const kernelSources = (): FunctionSource[] => [
  axpy(),
  copy(),
  dropoutMask(),
  multiply(),
  multiplyPanels(),
  pack("packRows", tileRows),
  pack("packColumns", tileColumns),
  scaleBy(),
  ...Object.values(activations).map((kernel) => kernel()),
];

const modules = new Map<boolean, WebAssembly.Module>();

function moduleFor(shared: boolean): WebAssembly.Module {
  let module = modules.get(shared);
  if (module === undefined) {
    const memory = { shared, maximum: maximumPages };
    module = new WebAssembly.Module(assemble({ functions: kernelSources(), memory }));
    modules.set(shared, module);
  }
  return module;
}

const instances = new WeakMap<Memory, Kernels>();

/** The kernels that work on this memory. */
export function kernelsFor(memory: Memory): Kernels {
  let kernels = instances.get(memory);
  if (kernels === undefined) {
    const imports = { env: { memory: memory.wasm } };
    kernels = new WebAssembly.Instance(moduleFor(memory.shared), imports)
      .exports as unknown as Kernels;
    instances.set(memory, kernels);
  }
  return kernels;
}
