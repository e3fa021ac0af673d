/**
 * Loops over arrays that are stored in blocks. A function around the loop's own decodes a piece of the arrays into scratch
 * memory, runs the loop over the piece, and encodes what the loop has stored.
 */
import { type Loop, type Program, slotIndex } from "../../rule/planning/program.ts";
import { blockLength, callRecord, chunkBytes, partialBytes } from "../backend.ts";
import { bytesTo, isDrawn, type Storage } from "../storages/storage.ts";
import { FunctionBuilder, type FunctionSource } from "./assembler/assembler.ts";
import { fractionsBehind } from "./encoded.ts";

/** The parameters: the part of the range, the call record, and the thread's scratch memory. */
const from = 0;
const to = 1;
const record = 2;
const scratch = 3;

/** Bytes of a piece of one slot as float32, and of the fractions after it for stochastic rounding, if it is used. */
const pieceBytes = (storage: Storage): number =>
  (isDrawn(storage) ? 2 : 1) * (storage.blocks ? fractionsBehind : 0);

const recordBytes = ({ slots }: Program): number =>
  Math.ceil((4 * (callRecord.slots + slots.length)) / chunkBytes) * chunkBytes;

/** Bytes of scratch memory that a thread needs for such loops: a call record, and a piece of each slot in blocks. */
export const scratchBytes = (program: Program, storages: readonly Storage[]): number =>
  recordBytes(program) + storages.reduce((sum, each) => sum + pieceBytes(each), 0);

/** Whether a loop reads or writes an array in blocks. */
export const touchesBlocks = (
  program: Program,
  { loads, stores }: Loop,
  storages: readonly Storage[],
): boolean => [...loads, ...stores].some(({ slot }) => storages[slotIndex(program, slot)]!.blocks);

/** The indices of a storage's functions. */
export interface Coders {
  readonly decode: number;
  readonly encode: number;
  /** The encoder with stochastic rounding, if it is used. */
  readonly draw: number | undefined;
}

/** The indices of the functions that the outer function calls. */
export interface Callees {
  readonly loop: number;
  readonly coders: ReadonlyMap<Storage, Coders>;
}

/** A slot of a loop, and the place of its piece in scratch memory if it is in blocks. */
interface Piece {
  readonly slot: number;
  readonly storage: Storage;
  readonly offset: number | undefined;
}

function piecesOf(program: Program, storages: readonly Storage[]): Piece[] {
  let end = recordBytes(program);
  return storages.map((storage, slot) => {
    const offset = storage.blocks && end;
    end += pieceBytes(storage);
    return { slot, storage, offset };
  });
}

/** The outer function of a loop over arrays, some of which are stored in blocks. */
export function buildByPieces(
  name: string,
  program: Program,
  loop: Loop,
  storages: readonly Storage[],
  { loop: inner, coders }: Callees,
): FunctionSource {
  const code = new FunctionBuilder(name, ["i32", "i32", "i32", "i32"]);
  const [start, count] = [code.local("i32"), code.local("i32")];
  const pieces = piecesOf(program, storages);
  const among = (list: readonly { readonly slot: string }[]) => {
    const slots = new Set(list.map(({ slot }) => slotIndex(program, slot)));
    return pieces.filter(({ slot, offset }) => offset !== undefined && slots.has(slot));
  };
  const drawn = new Set(
    loop.stores.filter(({ draw }) => draw).map(({ slot }) => slotIndex(program, slot)),
  );
  const piece = ({ offset }: Piece) => code.get(scratch).emit("i32.const", offset!).emit("i32.add");
  copyRecord(code);
  code.get(from).set(start);
  code.block(() => {
    code.loop(() => {
      code.get(start).get(to).emit("i32.ge_u").emit("br_if", 1);
      code.get(to).get(start).emit("i32.sub").emit("i32.const", blockLength);
      code.get(to).get(start).emit("i32.sub").emit("i32.const", blockLength).emit("i32.lt_s");
      code.emit("select").set(count);
      moveRecord(code, start, pieces);
      for (const each of among(loop.loads)) {
        pushAddress(code, start, each);
        piece(each).get(count).emit("call", coders.get(each.storage)!.decode);
      }
      code.emit("i32.const", 0).get(count).get(scratch).emit("call", inner);
      for (const each of among(loop.stores)) {
        piece(each);
        pushAddress(code, start, each);
        const { encode, draw } = coders.get(each.storage)!;
        code.get(count).emit("call", drawn.has(each.slot) ? draw! : encode);
      }
      code.advance(start, blockLength).emit("br", 0);
    });
  });
  return code.build();
}

/** Copies the words of the call record that are the same for all pieces. */
function copyRecord(code: FunctionBuilder): void {
  for (const word of ["values", "stride", "width", "key0", "key1"] as const) {
    const offset = 4 * callRecord[word];
    code.get(scratch).get(record).emit("i32.load", offset).emit("i32.store", offset);
  }
}

/** Pushes a word of the call record, plus the given bytes for each `per` elements before the piece. */
function pushMoved(
  code: FunctionBuilder,
  word: number,
  start: number,
  bytes: number,
  per: number,
): void {
  code
    .get(record)
    .emit("i32.load", 4 * word)
    .get(start);
  if (per > 1) code.emit("i32.const", per).emit("i32.div_u");
  code.emit("i32.const", bytes).emit("i32.mul").emit("i32.add");
}

/** Pushes the address of the piece in its array. */
function pushAddress(code: FunctionBuilder, start: number, { slot, storage }: Piece): void {
  const per = storage.blocks?.length ?? 1;
  pushMoved(code, callRecord.slots + slot, start, bytesTo(storage, per), per);
}

/** Sets the record in scratch memory for one piece. */
function moveRecord(code: FunctionBuilder, start: number, pieces: readonly Piece[]): void {
  code.get(scratch);
  pushMoved(code, callRecord.partials, start, partialBytes, blockLength);
  code.emit("i32.store", 4 * callRecord.partials).get(scratch);
  pushMoved(code, callRecord.start, start, 1, 1);
  code.emit("i32.store", 4 * callRecord.start);
  for (const each of pieces) {
    code.get(scratch);
    if (each.offset === undefined) pushAddress(code, start, each);
    else code.get(scratch).emit("i32.const", each.offset).emit("i32.add");
    code.emit("i32.store", 4 * (callRecord.slots + each.slot));
  }
}
