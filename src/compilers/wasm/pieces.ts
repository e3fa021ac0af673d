/** Modules whose loops run over arrays that are kept in blocks, piece by piece. */
import type { Loop, Program } from "../../rule/planning/program.ts";
import type { Storage } from "../backend.ts";
import type { FunctionSource } from "./assembler/assembler.ts";
import { buildByPieces, scratchBytes, touchesBlocks } from "./blocks.ts";
import { type Pieces, passName } from "./codegen.ts";

/** Puts a function around each loop over arrays that are kept in blocks, and moves the loop's own behind all others. */
function build(
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

export const inPieces: Pieces = { build, scratchBytes };
