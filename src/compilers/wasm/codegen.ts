/** Generates the module of a program: its loops as exported functions, and the library functions that they call. */
import { Feature } from "../../feature.ts";
import { type Loop, loopsOf, type Program } from "../../rule/planning/program.ts";
import type { ElementType, Storage } from "../backend.ts";
import type { FunctionSource, ModuleSource } from "./assembler/assembler.ts";
import { buildFlat } from "./flat.ts";
import { LoopBuilder, type ModuleLibrary } from "./loop.ts";
import { isDirect } from "./operators.ts";
import type { SideBySide } from "./width.ts";

/** Builds the function of a loop by rows (rows.ts). */
export const rowLoops = new Feature<(builder: LoopBuilder) => FunctionSource>();

/** The functions that loops call (library.ts). */
export const libraries = new Feature<new (loops: readonly Loop[]) => ModuleLibrary>();

/** Builds loops over arrays that are stored in blocks (pieces.ts). */
export interface Pieces {
  build(
    program: Program,
    storages: readonly Storage[],
    loops: readonly { readonly index: number; readonly loop: Loop }[],
    functions: readonly FunctionSource[],
  ): readonly FunctionSource[];
  scratchBytes(program: Program, storages: readonly Storage[]): number;
}
export const pieces = new Feature<Pieces>();

/** Loops are called `pass0`, `pass1`, ... by their index among the passes. */
export const passName = (index: number): string => `pass${index}`;

/** Whether a loop calls functions. V8's joining of vectors crashes the process if it meets two calls. */
const callsFunctions = (loop: Loop, library: ModuleLibrary | undefined): boolean =>
  loop.compute.some(
    (node) => node.form === "random" || (node.form === "element" && library?.has(node.operator)),
  );

const needsLibrary = ({ compute }: Loop): boolean =>
  compute.some((node) => node.form === "random" || !isDirect(node.operator));

export function generate(
  program: Program,
  type: ElementType,
  memory: ModuleSource["memory"],
  width: SideBySide = 1,
  storages?: readonly Storage[],
): ModuleSource {
  const loops = loopsOf(program);
  const library = loops.some(({ loop }) => needsLibrary(loop))
    ? new libraries.value(loops.map(({ loop }) => loop))
    : undefined;
  const functions = loops.map(({ index, loop }) => {
    const name = passName(index);
    const given = [program, loop, type, storages, library] as const;
    const group = callsFunctions(loop, library) ? 1 : width;
    const builder = new LoopBuilder(name, ...given, group);
    return loop.byRows ? rowLoops.value(builder) : buildFlat(builder);
  });
  const all = [...functions, ...(library?.build() ?? [])];
  const inBlocks = storages?.some(({ blocks }) => blocks);
  const built = inBlocks ? pieces.value.build(program, storages!, loops, all) : all;
  return { functions: built, memory };
}
