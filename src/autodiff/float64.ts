/** Tapes in float64: what their operations find in the place of the kernels of float32. */
import type { Memory } from "../runtime/memory/memory.ts";
import { formulaKernels, type Source } from "./elementwise/formulaKernel.ts";
import * as formulas from "./elementwise/formulas.ts";
import { AutodiffError } from "./errors.ts";
import type { Kernels } from "./kernels/index.ts";
import { float64Product } from "./products/float64Product.ts";
import type { Numbers } from "./tapeOptions.ts";

/** y + x times a number. */
const axpyFormula: formulas.Formula = {
  name: "axpy",
  value: (m, x, y, factor) => m.add(y!, m.multiply(x, factor!)),
  slopes: [],
};

/** A function of one input by its formula, called as a kernel of float32. */
function activation(memory: Memory, formula: formulas.Formula) {
  const { value, slopes } = formulaKernels(formula, "float64", memory, ["array"]);
  const slope = slopes[0]!;
  return {
    value: value as Kernels["rectify"],
    // A derivative takes either the input or the result: in the place of the other one it reads, and ignores, the same.
    gradient: ((count, of, gradient, target) =>
      slope(count, of, of, gradient, target)) as Kernels["rectifyGradient"],
  };
}

function makeKernels(memory: Memory): Kernels {
  const factorOf = memory.view("float64", memory.allocate(8), 1);
  const kernel = (formula: formulas.Formula, ...sources: Source[]) =>
    formulaKernels(formula, "float64", memory, sources).value;
  const axpyKernel = kernel(axpyFormula, "array", "array", "number");
  const scaleKernel = kernel(formulas.multiply, "array", "number");
  const multiplyKernel = kernel(formulas.multiply, "array", "array");
  const relu = activation(memory, formulas.rectifier);
  const sigmoid = activation(memory, formulas.logistic);
  const tanh = activation(memory, formulas.hyperbolicTangent);
  const geluTanh = activation(memory, formulas.geluTanh);
  const axpy: Kernels["axpy"] = (count, x, y, factor) => {
    factorOf[0] = factor;
    axpyKernel(count, x, y, factorOf.byteOffset, y);
  };
  const known: Partial<Kernels> = {
    axpy,
    addRows(rows, columns, matrix, target) {
      for (let row = 0; row < rows; row++) {
        axpy(columns, matrix + row * columns * 8, target, 1);
      }
    },
    copy(target, source, bytes) {
      new Uint8Array(memory.wasm.buffer).copyWithin(target, source, source + bytes);
    },
    multiply: (count, x, y, target) => multiplyKernel(count, x, y, target),
    scaleBy(count, x, target, factor) {
      factorOf[0] = factor;
      scaleKernel(count, x, factorOf.byteOffset, target);
    },
    rectify: relu.value,
    rectifyGradient: relu.gradient,
    sigmoid: sigmoid.value,
    sigmoidGradient: sigmoid.gradient,
    tanh: tanh.value,
    tanhGradient: tanh.gradient,
    geluTanh: geluTanh.value,
    geluTanhGradient: geluTanh.gradient,
  };
  return new Proxy(known as Kernels, {
    get(kernels, name) {
      const found = Reflect.get(kernels, name);
      if (found === undefined) {
        throw new AutodiffError(
          `an operation needs the kernel \`${String(name)}\`, which exists for float32 only`,
        );
      }
      return found;
    },
  });
}

const instances = /* @__PURE__ */ new WeakMap<Memory, Kernels>();

/**
 * Tensors in float64: `createTape(optimizer, { numbers: float64 })`, for parameters made with `{ type: "float64" }`.
 * Convolutions, pooling, dropout, sparse inputs and the exact `gelu` are for float32 only. Products of matrices run on one thread, at
 * a fifth of float32's speed or less.
 */
export const float64: Numbers<Float64Array> = {
  type: "float64",
  kernelsFor(memory) {
    const kernels = instances.get(memory) ?? makeKernels(memory);
    instances.set(memory, kernels);
    return kernels;
  },
  createMatrixProduct: (memory) => float64Product(memory, float64.kernelsFor(memory)),
};
