/** Prints kernels as text, for people. */
import type { Program } from "../../../rule/planning/program.ts";
import type { ElementType } from "../../backend.ts";
import { generate } from "../codegen.ts";
import { memoryOf } from "../compiler.ts";
import { provideLoops } from "../every.ts";
import { print } from "./assembler.ts";

/** The kernels of a program in WebAssembly's text format. */
export function listing(program: Program, type: ElementType): string {
  provideLoops();
  return print(generate(program, type, memoryOf(true)));
}
