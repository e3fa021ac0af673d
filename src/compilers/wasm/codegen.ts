/** The module of a program: its loops as exported functions, and the library functions they call. */
import { Feature } from "../../feature.ts";
import { draws, type Loop, loopsOf, type Program } from "../../rule/program.ts";
import type { ElementType } from "../compiler.ts";
import type { FunctionSource, ModuleSource } from "./assembler.ts";
import { buildFlat } from "./flat.ts";
import type { Library } from "./library.ts";
import { LoopBuilder, type RandomFunction } from "./loop.ts";
import { isDirect } from "./operators.ts";
import type { SideBySide } from "./width.ts";

/** Builds the function of a loop by rows (rows.ts). */
export const rowLoops = new Feature<(builder: LoopBuilder) => FunctionSource>();

/** The function that draws, and a call of it: pushes a vector, `offset` bytes into a chunk (random.ts). */
export const randomLoops = new Feature<{
  readonly build: () => FunctionSource;
  readonly emit: RandomFunction["emit"];
}>();

/** The library's functions, and the operators that those are made of (library.ts). */
export const libraries = new Feature<typeof Library>();

/** Loops are called `pass0`, `pass1`, ... by their index among the passes. */
export const passName = (index: number): string => `pass${index}`;

/** V8 that joins vectors ends the process where it meets two calls. */
const callsFunctions = (loop: Loop, library: Library | undefined): boolean =>
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
): ModuleSource {
  const loops = loopsOf(program);
  const library = loops.some(({ loop }) => needsLibrary(loop))
    ? new libraries.value(program.library, loops.length)
    : undefined;
  const drawing = loops.some(({ loop }) => draws(loop)) ? randomLoops.value : undefined;
  const random = drawing && { ...drawing, index: loops.length + program.library.length };
  const functions = loops.map(({ index, loop }) => {
    const name = passName(index);
    const given = [program, loop, type, library] as const;
    const group = callsFunctions(loop, library) ? 1 : width;
    const builder = new LoopBuilder(name, ...given, group, random);
    return loop.byRows ? rowLoops.value(builder) : buildFlat(builder);
  });
  const drawer = drawing ? [drawing.build()] : [];
  return { functions: [...functions, ...(library?.build() ?? []), ...drawer], memory };
}
