/** Compiles programs to WebAssembly SIMD. */
import { Feature } from "../../feature.ts";
import type { MatrixEngine } from "../../rule/matrices/matrix.ts";
import type { Program } from "../../rule/planning/program.ts";
import { tagOf } from "../../tag.ts";
import {
  type Backend,
  type ElementType,
  type Kernel,
  maximumPages,
  type PartFunction,
  type Sharing,
  type Storage,
} from "../backend.ts";
import { isEncoded } from "../storages/storage.ts";
import { assemble, type ModuleSource } from "./assembler/assembler.ts";
import { moreInstructions } from "./assembler/instructions.ts";
import { compileModule } from "./assembler/module.ts";
import { generate, passName, pieces } from "./codegen.ts";
import { sideBySide } from "./width.ts";

/** The memory that a module imports. */
export const memoryOf = (shared: boolean): ModuleSource["memory"] => ({
  shared,
  maximum: maximumPages,
});

export const isShared = ({ buffer }: WebAssembly.Memory): boolean =>
  tagOf(buffer) !== "ArrayBuffer";

/** The compiled code of a program that is in use, by width, type and kind of memory. Users of one memory share it. */
const compiled = new WeakMap<
  Program,
  Record<
    string,
    {
      module: WebAssembly.Module;
      kernels: WeakMap<WebAssembly.Memory, Kernel>;
      storages: readonly Storage[] | undefined;
    }
  >
>();

function instantiate(
  module: WebAssembly.Module,
  passes: number,
  memory: WebAssembly.Memory,
  scratch: number,
): Kernel {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const names = Array.from({ length: passes }, (_, index) => passName(index));
  const functions = names.map((name) => exports[name] as PartFunction);
  return {
    ...(scratch > 0 && { scratchBytes: scratch }),
    run: (pass, call, from, to, scratch = 0) => functions[pass]!(from, to, call, scratch),
    ...(isShared(memory) && { shared: { module, memory, names, functions } }),
  };
}

function compile(
  program: Program,
  type: ElementType,
  memory: WebAssembly.Memory,
  storages?: readonly Storage[],
): Kernel {
  const known = compiled.get(program) ?? {};
  compiled.set(program, known);
  const shared = isShared(memory);
  const width = sideBySide();
  const key = type + shared;
  const encoded = storages?.some(isEncoded) ? storages : undefined;
  const scratch = encoded?.some(({ blocks }) => blocks)
    ? pieces.value.scratchBytes(program, encoded)
    : 0;
  const own = [width + key, ...(encoded ?? []).map(({ name }) => name)].join();
  // Two storages that users have defined may have the same name.
  if (known[own]?.storages?.some((each, index) => each !== encoded![index])) {
    delete known[own];
  }
  known[own] ??= {
    storages: encoded,
    module: compileModule(
      (width === 1 && !encoded && program.assembled?.(key)) ||
        assemble(generate(program, type, memoryOf(shared), width, encoded), moreInstructions.given),
    ),
    kernels: new WeakMap(),
  };
  const { module, kernels } = known[own];
  const kernel = kernels.get(memory) ?? instantiate(module, program.passes.length, memory, scratch);
  kernels.set(memory, kernel);
  return kernel;
}

/** Makes the matrix engine (multiply.ts). */
export const matrixProducts = new Feature<(type: ElementType, sharing?: Sharing) => MatrixEngine>();

/** The default backend: WebAssembly SIMD. */
export const webassembly: Backend = {
  name: "webassembly",
  keeps: true,
  compile,
  matrices: (type, sharing) => matrixProducts.value(type, sharing),
};

/** The module that `program.assembled` gives. */
export function assembleShared(program: Program): Uint8Array<ArrayBuffer> {
  return assemble(generate(program, "float32", memoryOf(true)), moreInstructions.given);
}
