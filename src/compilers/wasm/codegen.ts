/** The module of a program: its loops as exported functions, and the library functions they call. */
import { draws, type Loop, loopsOf, type Program } from "../../rule/program.ts";
import type { ElementType, Storage } from "../compiler.ts";
import { type CompilerExtensions, compilerExtensions } from "../extensions.ts";
import type { FunctionSource, ModuleSource } from "./assembler.ts";
import { buildByPieces, touchesBlocks } from "./blocks.ts";
import { buildFlat } from "./flat.ts";
import { LoopBuilder } from "./loop.ts";
import { Library } from "./operators.ts";
import type { SideBySide } from "./width.ts";

/** Loops are called `pass0`, `pass1`, ... by their index among the passes. */
export const passName = (index: number): string => `pass${index}`;

/** V8 that joins vectors ends the process where it meets two calls. */
const callsFunctions = (loop: Loop, library: Library): boolean =>
  loop.compute.some(
    (node) => node.form === "random" || (node.form === "element" && library.has(node.operator)),
  );

export function generate(
  program: Program,
  type: ElementType,
  memory: ModuleSource["memory"],
  width: SideBySide = 1,
  storages?: readonly Storage[],
): ModuleSource {
  const loops = loopsOf(program);
  const library = new Library(program.library, loops.length);
  const drawing = loops.some(({ loop }) => draws(loop));
  const extensions: Partial<CompilerExtensions> = compilerExtensions(program) ?? {};
  const { NormInLanes } = extensions;
  const { randomFunction, emitRandom } = drawing ? extensions : {};
  const random = emitRandom && { index: loops.length + program.library.length, emit: emitRandom };
  const functions = loops.map(({ index, loop }) => {
    const name = passName(index);
    const given = [program, loop, type, storages, library] as const;
    const group = callsFunctions(loop, library) ? 1 : width;
    const builder = new LoopBuilder(name, ...given, group, NormInLanes, random);
    return loop.byRows ? compilerExtensions(program).buildByRows(builder) : buildFlat(builder);
  });
  const drawer = randomFunction ? [randomFunction()] : [];
  const all = [...functions, ...library.build(), ...drawer];
  return { functions: storages ? inPieces(program, storages, loops, all) : all, memory };
}

/** Puts a function around each loop over arrays that are kept in blocks, and moves the loop's own behind all others. */
function inPieces(
  program: Program,
  storages: readonly Storage[],
  loops: readonly { readonly index: number; readonly loop: Loop }[],
  functions: readonly FunctionSource[],
): readonly FunctionSource[] {
  const kinds = [...new Set(storages.filter(({ blocks }) => blocks))];
  const first = functions.length;
  const decoders = new Map(kinds.map((kind, i) => [kind, first + 2 * i]));
  const encoders = new Map(kinds.map((kind, i) => [kind, first + 2 * i + 1]));
  const coders = kinds.flatMap(({ blocks }) => [blocks!.decoder(), blocks!.encoder()]);
  const inner: FunctionSource[] = [];
  const outer = functions.map((each, position) => {
    const { index, loop } = loops[position] ?? {};
    if (loop === undefined || !touchesBlocks(program, loop, storages)) return each;
    const at = first + coders.length + inner.length;
    inner.push({ ...each, name: `piece${index}`, exported: false });
    return buildByPieces(passName(index!), program, loop, storages, {
      loop: at,
      decoders,
      encoders,
    });
  });
  return [...outer, ...coders, ...inner];
}
