/** Builds modules whose loops run piece by piece over arrays that are stored in blocks. */
import type { Loop, Program } from "../../rule/planning/program.ts";
import type { Storage } from "../backend.ts";
import { isDrawn } from "../storages/storage.ts";
import type { FunctionSource } from "./assembler/assembler.ts";
import { buildByPieces, type Coders, scratchBytes, touchesBlocks } from "./blocks.ts";
import { type Pieces, passName } from "./codegen.ts";
import { fractionsBehind } from "./encoded.ts";

/** Wraps each loop over arrays in blocks with a function, and moves the loop's own function to the end of the module. */
function build(
  program: Program,
  storages: readonly Storage[],
  loops: readonly { readonly index: number; readonly loop: Loop }[],
  functions: readonly FunctionSource[],
): readonly FunctionSource[] {
  const kinds = [...new Set(storages.filter(({ blocks }) => blocks))];
  const first = functions.length;
  const coders: FunctionSource[] = [];
  const add = (coder: FunctionSource): number => first + coders.push(coder) - 1;
  const callees = new Map(
    kinds.map((kind): [Storage, Coders] => {
      const { decoder, encoder, drawn } = kind.blocks!;
      const drawing = isDrawn(kind) ? drawn!.encoder(fractionsBehind) : undefined;
      const [decode, encode] = [add(decoder()), add(encoder())];
      return [kind, { decode, encode, draw: drawing && add(drawing) }];
    }),
  );
  const inner: FunctionSource[] = [];
  const outer = functions.map((each, position) => {
    const { index, loop } = loops[position] ?? {};
    if (loop === undefined || !touchesBlocks(program, loop, storages)) return each;
    const at = first + coders.length + inner.length;
    inner.push({ ...each, name: `piece${index}`, exported: false });
    return buildByPieces(passName(index!), program, loop, storages, { loop: at, coders: callees });
  });
  return [...outer, ...coders, ...inner];
}

export const inPieces: Pieces = { build, scratchBytes };
