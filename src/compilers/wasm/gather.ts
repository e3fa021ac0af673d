/** A kernel that moves rows by a list that says which row each one was before. It moves state after rows are cloned, split or pruned. */
import { assemble, FunctionBuilder, type FunctionSource } from "./assembler/assembler.ts";
import { allInstructions, type Mnemonic } from "./assembler/instructions.ts";
import { compileModule } from "./assembler/module.ts";
import { isShared, memoryOf } from "./compiler.ts";

/**
 * Copies rows from one place to another, in the order of a list. It does not write new rows. All addresses are in bytes. If the places
 * overlap, no row may be read after it was overwritten.
 */
export type Gather = (list: number, count: number, from: number, to: number) => void;

/** The most bytes of a row. Each piece of a row takes two instructions. */
export const maxGathered = 1024;

const pieces: readonly (readonly [bytes: number, load: Mnemonic, store: Mnemonic, ...lane: 0[]])[] =
  [
    [16, "v128.load", "v128.store"],
    [8, "v128.load64_splat", "v128.store64_lane", 0],
    [4, "i32.load", "i32.store"],
  ];

/** Copies bytes, which must be whole words, from one address to another. */
function copyBytes(f: FunctionBuilder, bytes: number, source: number, target: number): void {
  let at = 0;
  for (const [size, load, store, ...lane] of pieces) {
    for (; bytes - at >= size; at += size) {
      f.get(target)
        .get(source)
        .emit(load, at)
        .emit(store, at, ...lane);
    }
  }
}

/** @param bytes the bytes of a row, a multiple of 4 */
export function gatherFunction(bytes: number): FunctionSource {
  const f = new FunctionBuilder("gather", ["i32", "i32", "i32", "i32"]);
  const [list, count, from, to] = [0, 1, 2, 3] as const;
  const [end, row, source] = [f.local("i32"), f.local("i32"), f.local("i32")] as const;
  f.get(list).get(count).emit("i32.const", 4).emit("i32.mul").emit("i32.add").set(end);
  f.block(() => {
    f.loop(() => {
      f.get(list).get(end).emit("i32.ge_u").emit("br_if", 1);
      f.get(list).emit("i32.load").tee(row).emit("i32.const", -1).emit("i32.eq").emit("i32.eqz");
      f.if(() => {
        f.get(from).get(row).emit("i32.const", bytes).emit("i32.mul").emit("i32.add").set(source);
        copyBytes(f, bytes, source, to);
      });
      f.advance(list, 4).advance(to, bytes).emit("br", 0);
    });
  });
  return f.build();
}

/** By the bytes of a row, and by whether memory is shared. */
const modules = new Map<string, WebAssembly.Module>();
const instances = new WeakMap<WebAssembly.Memory, Map<number, Gather>>();

/**
 * @param bytes the bytes of a row, a multiple of 4
 * @throws {BindingError} where WebAssembly is forbidden
 */
export function gatherOn(memory: WebAssembly.Memory, bytes: number): Gather {
  const known = instances.get(memory) ?? new Map<number, Gather>();
  instances.set(memory, known);
  let gather = known.get(bytes);
  if (gather === undefined) {
    const shared = isShared(memory);
    const key = `${bytes} ${shared}`;
    const source = () => ({ functions: [gatherFunction(bytes)], memory: memoryOf(shared) });
    const module = modules.get(key) ?? compileModule(assemble(source(), allInstructions));
    modules.set(key, module);
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    gather = exports["gather"] as Gather;
    known.set(bytes, gather);
  }
  return gather;
}
