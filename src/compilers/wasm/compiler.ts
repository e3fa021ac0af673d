/** Compiles programs to WebAssembly SIMD. */
import type { Program } from "../../rule/program.ts";
import { type Compiler, type ElementType, type Kernel, maximumPages } from "../compiler.ts";
import { assemble, type ModuleSource, print } from "./assembler.ts";
import { generate, passName } from "./codegen.ts";

const memoryOf = (shared: boolean): ModuleSource["memory"] => ({ shared, maximum: maximumPages });

function instantiate(program: Program, type: ElementType, memory: WebAssembly.Memory): Kernel {
  const shared = !(memory.buffer instanceof ArrayBuffer);
  const module = new WebAssembly.Module(assemble(generate(program, type, memoryOf(shared))));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const passes = program.passes.map(
    (_, index) => exports[passName(index)] as (call: number, from: number, to: number) => void,
  );
  return {
    run: (pass, call, from, to) => passes[pass]!(call, from, to),
    ...(shared && { shared: { module, memory } }),
  };
}

/** The usual backend: WebAssembly SIMD. */
export const webassembly: Compiler = {
  name: "webassembly",
  compile: instantiate,
};

/** The kernel of a program in WebAssembly's text format. */
export function listing(program: Program, type: ElementType): string {
  return print(generate(program, type, memoryOf(true)));
}
