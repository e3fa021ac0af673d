/**
 * Compiles the loops of every optimizer, the tiles and the activations as `gradus/wide` does, each after a small module that
 * marks it in
 * the trace, and writes a list of them. node --trace-wasm-revectorize joinedEntry.js FILE
 */
import { writeFileSync } from "node:fs";
import { kernelSources } from "../../src/autodiff/kernels/index.ts";
import { plainStorages } from "../../src/compilers/backend.ts";
import {
  assemble,
  FunctionBuilder,
  type FunctionSource,
} from "../../src/compilers/wasm/assembler/assembler.ts";
import { allInstructions } from "../../src/compilers/wasm/assembler/instructions.ts";
import { generate } from "../../src/compilers/wasm/codegen.ts";
import { multiplyPanels } from "../../src/compilers/wasm/panels.ts";
import { adam, bfloat16, block8, float16, lamb, optimizers } from "../../src/index.ts";
import type { Rule } from "../../src/rule/definition.ts";
import { defaultHyper } from "../../src/rule/hyper.ts";

/** A function of a module: its name, and whether its vectors should be joined. */
export interface Compiled {
  readonly name: string;
  /** Whether it stores fewer bytes than it computes with. */
  readonly narrows: boolean;
  readonly functions: readonly { readonly name: string; readonly joins: boolean }[];
}

const memory = { shared: true, maximum: 65536 };
/** Engines forget modules that are not referenced, and would then compile the same again. */
const held: WebAssembly.Module[] = [];
const known = new Set<string>();
const compiled: Compiled[] = [];

/** The index of the only function with vectors in a marking module. */
const mark = 99;

function compileMark(): void {
  const before = Array.from({ length: mark }, (_, i) => new FunctionBuilder(`e${i}`, ["i32"]));
  const code = new FunctionBuilder("mark", ["i32"]);
  // Each time with another offset, because equal modules are compiled only once.
  code
    .get(0)
    .get(0)
    .emit("v128.load", 16 * held.length)
    .emit("v128.store", 0);
  const functions = [...before, code].map((each) => each.build());
  held.push(new WebAssembly.Module(assemble({ functions, memory }, allInstructions)));
}

function compile(
  name: string,
  functions: readonly FunctionSource[],
  joins: (each: FunctionSource) => boolean,
  narrows = false,
): void {
  const bytes = assemble({ functions, memory }, allInstructions);
  if (known.has(String(bytes))) return;
  known.add(String(bytes));
  compileMark();
  held.push(new WebAssembly.Module(bytes));
  const listed = functions.map((each) => ({ name: each.name, joins: joins(each) }));
  compiled.push({ name, functions: listed, narrows });
}

for (const storage of [bfloat16, float16, block8]) {
  for (const make of [adam, lamb]) {
    const rule = make() as Rule;
    const program = rule.planner.step(rule, defaultHyper(rule), true, true);
    const own = program.slots.map(({ name, temporary }) =>
      name.includes(".") && !temporary ? storage : plainStorages.float32,
    );
    const { functions } = generate(program, "float32", memory, 2, own);
    const pieces = functions.map((each) => each.name).filter((each) => each.startsWith("piece"));
    compile(
      `${make.definition.name}, states in ${storage.name}`,
      functions,
      (each) => {
        const index = Number(/^(?:pass|piece)(\d+)$/.exec(each.name)?.[1] ?? -1);
        const pass = program.passes[index];
        // The function around a piece has nothing to join.
        const isAround = pieces.includes(each.name.replace("pass", "piece")) && each.exported;
        return index < 0 || (pass?.form === "loop" && !pass.exact && !isAround);
      },
      true,
    );
  }
}

for (const [name, make] of Object.entries(optimizers) as unknown as [string, () => Rule][]) {
  for (const type of ["float32", "float64"] as const) {
    for (const guarded of [false, true]) {
      const rule = make();
      const program = rule.planner.step(rule, defaultHyper(rule), guarded, true);
      const { functions } = generate(program, type, memory, 2);
      compile(`${name}, ${type}${guarded ? ", guarded" : ""}`, functions, (each) => {
        const pass = program.passes.find((_, index) => each.name === `pass${index}`);
        // Exact norms are computed only if squares were out of range, which is rare.
        return pass?.form === "loop" && !pass.exact;
      });
    }
  }
}

/** Kernels that copy, and those that only reduce. */
const others =
  /^(addRows|copy|copyImage|dropoutMask|maxPool|multiply(Columns|Rows)|pack\w+|spreadRow)$/;
for (const fused of [false, true]) {
  const name = fused ? "fused kernels" : "exact kernels";
  compile(name, kernelSources(fused, 2), (each) => !others.test(each.name));
}
for (const type of ["float32", "float64"] as const) {
  compile(`product, ${type}`, [multiplyPanels(type, 2)], () => true);
}
writeFileSync(process.argv[2]!, JSON.stringify(compiled));
