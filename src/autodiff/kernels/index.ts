/** The kernels of the autodiff: compiled once a process, instantiated once a memory. */
import type { SharedCode } from "../../compilers/backend.ts";
import {
  assemble,
  FunctionBuilder,
  type FunctionSource,
} from "../../compilers/wasm/assembler/assembler.ts";
import { allInstructions } from "../../compilers/wasm/assembler/instructions.ts";
import { compileModule } from "../../compilers/wasm/assembler/module.ts";
import { type SideBySide, sideBySide } from "../../compilers/wasm/width.ts";
import { type Memory, maximumPages } from "../../runtime/memory/memory.ts";
import * as activations from "./activations.ts";
import { addRows } from "./addRows.ts";
import { convolve, correlate } from "./convolution.ts";
import { copyImage } from "./convolutionCall.ts";
import { dropoutMask } from "./dropoutMask.ts";
import { axpy, copy, multiply, scaleBy } from "./elementwise.ts";
import { maxPool, spreadRow } from "./maxPool.ts";
import { multiplyColumns } from "./multiplyColumns.ts";
import { multiplyPanels, panelColumns, panelRows } from "./multiplyPanels.ts";
import { multiplyRows } from "./multiplyRows.ts";
import { pack, packPanelsAside } from "./pack.ts";
import { packOperand } from "./packOperand.ts";
import { tileColumns } from "./tile.ts";

/**
 * A part of a matrix product or a convolution; `productCall.ts` and `convolution.ts` say what is in
 * `record`, and how large `scratch` is. Two calls whose ranges do not overlap may run at once, each
 * with a scratch of its own.
 *
 * It is the part from `start` to `end`, of rows or columns; `record` and `scratch` are addresses.
 */
export type OnRange = (start: number, end: number, record: number, scratch: number) => void;

/** Writes f(x) into `target` for each element of `x`, of which there are `count`. */
export type Elementwise = (count: number, x: number, target: number) => void;

/**
 * Writes the gradient of x into `target`, given `gradient`, that of f(x), and `of`, what the derivative takes: x or f(x). Each has `count`
 * elements.
 */
export type ElementwiseGradient = (
  count: number,
  of: number,
  gradient: number,
  target: number,
) => void;

/**
 * What the module exports. Arrays are given by their addresses in bytes, which is the `byteOffset`
 * of a view on the memory; strides are in bytes, counts in elements.
 */
export interface Kernels {
  /** Adds the rows of `matrix`, which has `rows` and `columns`, to `target`. */
  addRows(rows: number, columns: number, matrix: number, target: number): void;
  /** `y += factor * x`, of `count` elements. */
  axpy(count: number, x: number, y: number, factor: number): void;
  /** Sums of products of filters and images, for a range of images. */
  convolve: OnRange;
  /** The gradient of filters, for a range of them. */
  correlate: OnRange;
  /** Copies `bytes` from `source` to `target`, which may overlap. */
  copy(target: number, source: number, bytes: number): void;
  /**
   * Writes `count` elements at `target`: `kept` for those that dropout keeps, and 0 for others. An element is kept if the 32 random bits
   * that follow from `seed`, `stream`, `step` and its position are `threshold` or more.
   */
  dropoutMask(
    count: number,
    target: number,
    seed: number,
    stream: number,
    step: number,
    threshold: number,
    kept: number,
  ): void;
  /** GELU by the error function. */
  gelu: Elementwise;
  /** Its derivative, which takes x. */
  geluGradient: ElementwiseGradient;
  /** GELU by its approximation with tanh. */
  geluTanh: Elementwise;
  /** Its derivative, which takes x. */
  geluTanhGradient: ElementwiseGradient;
  /**
   * One row of results at `target`: the largest elements of `columns` windows side by side, each of `lines` times `width` pixels of
   * `channels`, the first at `source`. `columnStep` is from a window to its right neighbour, `lineStep` from a line to the one below.
   * `positions` gets the number of the pixel in its window, in reading order, as a 32-bit integer for each result.
   */
  maxPool(
    source: number,
    target: number,
    positions: number,
    columns: number,
    channels: number,
    columnStep: number,
    lines: number,
    lineStep: number,
    width: number,
  ): void;
  /** `target = x * y`, of `count` elements. */
  multiply(count: number, x: number, y: number, target: number): void;
  /** The second half of a product of few rows, on a range of C's columns. */
  multiplyColumns: OnRange;
  /** The second half of a product, on a range of C's rows. */
  multiplyRows: OnRange;
  /** The first half of a product of few rows, on a range of A's rows. */
  packA: OnRange;
  /** The first half of a product, on a range of B's columns. */
  packB: OnRange;
  /**
   * Copies a matrix from `source` into panels of 8 columns at `target`, the last of which is filled up with zeros. It has `members`
   * columns of `depth` elements; `memberStride` is from a column to the next one, `depthStride` from an element of it to the next.
   */
  packColumns(
    source: number,
    memberStride: number,
    depthStride: number,
    members: number,
    depth: number,
    target: number,
  ): void;
  /** The larger of x and 0. */
  rectify: Elementwise;
  /** Its derivative, which takes f(x). */
  rectifyGradient: ElementwiseGradient;
  /** `target = factor * x`, of `count` elements. */
  scaleBy(count: number, x: number, target: number, factor: number): void;
  /** 1 / (1 + exp(-x)) */
  sigmoid: Elementwise;
  /** Its derivative, which takes f(x). */
  sigmoidGradient: ElementwiseGradient;
  /**
   * Adds each element of a row of gradients at `gradient` to the element of `target` that was the largest of its window, as `positions` of
   * `maxPool` say. `target` is the first window's first pixel, `offsets` has the bytes from there to each pixel of the window;
   * `columns`, `channels` and `columnStep` are as for `maxPool`.
   */
  spreadRow(
    gradient: number,
    positions: number,
    offsets: number,
    target: number,
    columns: number,
    channels: number,
    columnStep: number,
  ): void;
  /** The hyperbolic tangent. */
  tanh: Elementwise;
  /** Its derivative, which takes f(x). */
  tanhGradient: ElementwiseGradient;
}

/** The source of every kernel; with fused multiply-adds, it takes an engine with relaxed SIMD. */
export function kernelSources(fused: boolean, width: SideBySide): FunctionSource[] {
  const inner = [
    multiplyPanels(fused, width),
    pack("packRows", panelRows),
    copyImage(),
    pack("packPanel", panelColumns),
    packPanelsAside(panelColumns),
  ].map((source) => ({
    ...source,
    exported: false,
  }));
  const callees = { multiplyPanels: 0, packRows: 1, packPanel: 3, packPanelsAside: 4 };
  return [
    ...inner,
    pack("packColumns", tileColumns),
    convolve(fused, 2),
    correlate(fused, 2),
    multiplyColumns(callees),
    multiplyRows(callees),
    packOperand("a", callees),
    packOperand("b", callees),
    addRows(),
    axpy(width),
    copy(),
    dropoutMask(),
    maxPool(),
    multiply(width),
    scaleBy(width),
    spreadRow(),
    ...Object.values(activations).map((kernel) => kernel(width)),
  ];
}

/** Whether the engine knows relaxed SIMD: browsers of 2023 and later, Node from 22 on. */
export function hasRelaxedSimd(): boolean {
  const f = new FunctionBuilder("probe", ["v128"], ["v128"]);
  f.get(0).get(0).get(0).emit("f32x4.relaxed_madd");
  const source = { functions: [f.build()], memory: { shared: false, maximum: 0 } };
  const bytes = assemble(source, allInstructions);
  return globalThis.WebAssembly?.validate(bytes) ?? false;
}

let isFused: boolean | undefined;

/** Found out once a process: all that is computed in it is rounded alike, whatever flags are set meanwhile. */
const fuses = (): boolean => (isFused ??= hasRelaxedSimd());

const modules = new Map<string, WebAssembly.Module>();

function moduleFor(shared: boolean, fused: boolean, width: SideBySide): WebAssembly.Module {
  const key = `${shared} ${fused} ${width}`;
  let module = modules.get(key);
  if (module === undefined) {
    const memory = { shared, maximum: maximumPages };
    const bytes = assemble({ functions: kernelSources(fused, width), memory }, allInstructions);
    module = compileModule(bytes, "take the gradients from another library");
    modules.set(key, module);
  }
  return module;
}

/** New kernels on a memory. */
export function instantiateKernels(
  memory: Memory,
  fused: boolean,
  width: SideBySide = sideBySide(),
): Kernels {
  const imports = { env: { memory: memory.wasm } };
  const module = moduleFor(memory.shared, fused, width);
  const { exports } = new WebAssembly.Instance(module, imports);
  return exports as unknown as Kernels;
}

/** The kernels that work on ranges. */
const productKernels = ["multiplyColumns", "multiplyRows", "packA", "packB"] as const;
const rangeKernels = ["convolve", "correlate", ...productKernels] as const;

/** @inline */
export type RangeKernel = (typeof rangeKernels)[number];

/** Those that work on ranges of this memory, for threads to run; the memory is a shared one. */
export function rangeKernelsFor(memory: Memory): SharedCode {
  const kernels = kernelsFor(memory);
  return {
    module: moduleFor(memory.shared, fuses(), sideBySide()),
    memory: memory.wasm,
    names: rangeKernels,
    functions: rangeKernels.map((name) => kernels[name]),
  };
}

const instances = new WeakMap<Memory, Kernels>();

/** The kernels that work on this memory, with fused multiply-adds where the engine has them. */
export function kernelsFor(memory: Memory): Kernels {
  let kernels = instances.get(memory);
  if (kernels === undefined) {
    kernels = instantiateKernels(memory, fuses());
    instances.set(memory, kernels);
  }
  return kernels;
}
