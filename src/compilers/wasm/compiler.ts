/** Compiles programs to WebAssembly SIMD. */
import type { Program } from "../../rule/program.ts";
import { tagOf } from "../../tag.ts";
import {
  type Compiler,
  type ElementType,
  type Kernel,
  maximumPages,
  type PartFunction,
} from "../compiler.ts";
import { assemble, type ModuleSource, print } from "./assembler.ts";
import { generate, passName } from "./codegen.ts";
import { compileModule } from "./module.ts";
import { sideBySide } from "./width.ts";

const memoryOf = (shared: boolean): ModuleSource["memory"] => ({ shared, maximum: maximumPages });

/** The modules of programs that are still in use, by type and kind of memory. */
const modules = new WeakMap<Program, Record<string, WebAssembly.Module>>();

function moduleOf(program: Program, type: ElementType, shared: boolean): WebAssembly.Module {
  const known = modules.get(program) ?? {};
  const width = sideBySide();
  const key = type + shared;
  const own = width + key;
  known[own] ??= compileModule(
    (width === 1 && program.assembled?.(key)) ||
      assemble(generate(program, type, memoryOf(shared), width)),
  );
  modules.set(program, known);
  return known[own];
}

function instantiate(program: Program, type: ElementType, memory: WebAssembly.Memory): Kernel {
  const shared = tagOf(memory.buffer) !== "ArrayBuffer";
  const module = moduleOf(program, type, shared);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const names = program.passes.map((_, index) => passName(index));
  const functions = names.map((name) => exports[name] as PartFunction);
  return {
    run: (pass, call, from, to) => functions[pass]!(from, to, call, 0),
    ...(shared && { shared: { module, memory, names, functions } }),
  };
}

/** The usual backend: WebAssembly SIMD. */
export const webassembly: Compiler = {
  name: "webassembly",
  compile: instantiate,
};

/** A module as `program.assembled` gives it. */
export function assembleShared(program: Program): Uint8Array<ArrayBuffer> {
  return assemble(generate(program, "float32", memoryOf(true)));
}

/** The kernel of a program in WebAssembly's text format. */
export function listing(program: Program, type: ElementType): string {
  return print(generate(program, type, memoryOf(true)));
}
