/** Checkpoints that all ranks write and read together. They are one file, the same that a single process would have written. */

import type { StoredElements } from "../../runtime/memory/memory.ts";
import { openRegular } from "../../runtime/regularFile.ts";
import type { RestoreOptions } from "../../runtime/state/restore.ts";
import { mapped, type OptimizerState } from "../../runtime/state/state.ts";
import type { Together } from "../../runtime/state/together.ts";
import type { Checkpoint, StoredTensor } from "../checkpoint.ts";
import { crc32, joinedChecksum } from "../crc32.ts";
import { bytesOf, type Encoded, encode, type SaveOptions, setChecksum } from "../encode.ts";
import { CheckpointError } from "../errors.ts";
import { type Contents, checkpointOf, joinStates } from "../joint.ts";
import { Meeting } from "../meeting.ts";
import { findPieces, type Piece, type Pieces, wholePiece } from "../pieces.ts";
import { type CheckpointReport, prepare, renamedName } from "../restore.ts";
import type { Checkpointed } from "../source.ts";
import { attempt, fileSystem } from "./files.ts";
import { withCheckpoint } from "./read.ts";
import { type WriteContents, Writer, writeAll } from "./write.ts";

/** Bytes that a rank writes, and their offset after the header. */
interface Share {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** Bytes that a rank has written, with their checksum. */
interface Written {
  readonly at: number;
  readonly length: number;
  readonly sum: number;
}

/** Checks that arrays are equal on all ranks. If they were not, shares from different ranks would make a file that is right for none. */
function requireSame(
  meeting: Meeting,
  arrays: readonly StoredElements[],
  problem = "its parameters or their state differ from those of rank 0; continue from an earlier checkpoint",
): void {
  const sums = meeting.share(arrays.reduce((sum, array) => crc32(bytesOf(array), sum), 0));
  const rank = sums.findIndex((sum) => sum !== sums[0]);
  if (rank > 0) {
    throw new CheckpointError(`rank ${rank} has drifted: ${problem}`);
  }
}

/** The bytes that this rank writes, in the order of the file. */
function sharesOf({ arrays }: Encoded, pieceOf: (array: StoredElements) => Piece): Share[] {
  let begin = 0;
  return arrays.map((array) => {
    const { from, to, length, isCut } = pieceOf(array);
    const own = isCut ? array : (array.subarray(from, to) as StoredElements);
    const at = begin + from * array.BYTES_PER_ELEMENT;
    begin += length * array.BYTES_PER_ELEMENT;
    return { at, bytes: bytesOf(own) };
  });
}

/** Writes shares, in the order of the file. Neighbouring shares are written together. */
function writeShares(descriptor: number, shares: readonly Share[], start: number): Written[] {
  const writer = new Writer(descriptor);
  const written: { at: number; length: number; sum: number }[] = [];
  for (const { at, bytes } of shares.filter((share) => share.bytes.length > 0)) {
    let last = written.at(-1);
    if (last === undefined || last.at + last.length !== at) {
      last = { at, length: 0, sum: 0 };
      written.push(last);
      writer.seek(start + at);
    }
    writer.add(bytes);
    last.sum = crc32(bytes, last.sum);
    last.length += bytes.length;
  }
  writer.flush();
  fileSystem().fsyncSync(descriptor);
  return written;
}

/** The checksum of the whole file. @throws {CheckpointError} if ranks have not written all of it */
function sumOf(header: Uint8Array, written: readonly Written[], bytes: number): number {
  let end = 0;
  let total = crc32(header);
  for (const { at, length, sum } of [...written].sort((a, b) => a.at - b.at)) {
    if (at !== end) {
      throw new CheckpointError(
        `ranks wrote up to byte ${end}, but the next part begins at byte ${at}`,
      );
    }
    total = joinedChecksum(total, sum, length);
    end += length;
  }
  if (end !== bytes) {
    throw new CheckpointError(`ranks wrote only ${end} of ${bytes} bytes`);
  }
  return total;
}

interface Layout {
  readonly encoded: Encoded;
  readonly shares: readonly Share[];
  /** The number of bytes after the header. */
  readonly bytes: number;
}

/** The state without the counters that describe this rank's part. */
function ofAll(state: OptimizerState, { counters }: Together): OptimizerState {
  const names = Object.keys(state.counters).filter((name) => !Object.hasOwn(counters, name));
  return {
    ...state,
    counters: Object.fromEntries(names.map((name) => [name, state.counters[name]!])),
  };
}

/** What ranks write if all have the same state, or parts of one state. */
function partsOf(meeting: Meeting, optimizer: Checkpointed, together: Together): Contents {
  const { parameters, pending = 0 } = optimizer;
  if (pending > 0) {
    throw new CheckpointError(
      `this rank has gradients that wait for an update (${pending}), and other ranks do not have them: save after an update, or call flush() first`,
    );
  }
  const state = ofAll(optimizer.stateViews(), together);
  const pieces = findPieces(meeting, together, state);
  const pieceOf = (array: StoredElements) =>
    pieces.get(array) ?? wholePiece(array, undefined, together);
  return { parameters, state, pieceOf };
}

function layOut(
  meeting: Meeting,
  optimizer: Checkpointed,
  together: Together,
  options: SaveOptions,
  process: number | undefined,
): Layout {
  const { apart } = together;
  const { parameters, state, pieceOf } = apart
    ? joinStates(meeting, optimizer, together, apart)
    : partsOf(meeting, optimizer, together);
  const lengthOf = (array: StoredElements) => pieceOf(array).length;
  const encoded = encode({ parameters, stateViews: () => state }, options, process, lengthOf);
  const bytes = encoded.arrays.reduce(
    (sum, array) => sum + lengthOf(array) * array.BYTES_PER_ELEMENT,
    0,
  );
  requireSame(
    meeting,
    encoded.arrays.filter((array) => pieceOf(array).isSame),
    apart?.drifted,
  );
  return { encoded, shares: sharesOf(encoded, pieceOf), bytes };
}

/** What rank 0 tells all others when the file is ready to be written. */
interface Begun {
  readonly temporary: string;
  readonly start: number;
}

/** Rank 0 makes the file, and writes the header when all ranks have written their shares. */
const writingFirst =
  (meeting: Meeting, { encoded: { header }, shares, bytes }: Layout): WriteContents =>
  (descriptor, temporary) => {
    meeting.share<Begun>({ temporary, start: header.length });
    const written = meeting.share(writeShares(descriptor, shares, header.length)).flat();
    setChecksum(header, sumOf(header, written, bytes));
    writeAll(descriptor, header, 0);
    fileSystem().fsyncSync(descriptor);
  };

function writeAlong(meeting: Meeting, { shares }: Layout): void {
  const [first] = meeting.share<Begun | undefined>(undefined);
  const { temporary, start } = first!;
  const written = attempt("written", () => {
    const { constants, closeSync } = fileSystem();
    const descriptor = openRegular(temporary, constants.O_WRONLY);
    try {
      return writeShares(descriptor, shares, start);
    } finally {
      closeSync(descriptor);
    }
  });
  meeting.share(written);
}

/**
 * Lets all ranks write one checkpoint, each its part. In the end there is a complete file. If one rank cannot write, there is none, and all ranks
 * throw.
 * @param put called on rank 0: writes contents to a temporary file, and renames it
 */
export function saveTogether(
  optimizer: Checkpointed,
  together: Together,
  options: SaveOptions,
  process: number | undefined,
  put: (contents: WriteContents) => void,
): void {
  const meeting = new Meeting(together);
  meeting.run(() => {
    const layout = layOut(meeting, optimizer, together, options, process);
    if (together.rank === 0) {
      put(writingFirst(meeting, layout));
    } else {
      writeAlong(meeting, layout);
    }
    meeting.share("written");
  });
}

/** The saved state, with only this rank's part of divided arrays. */
function cut(
  saved: OptimizerState<StoredTensor>,
  live: OptimizerState,
  pieces: Pieces,
  together: Together,
  rename: RestoreOptions["rename"],
): OptimizerState<StoredTensor> {
  const parameters = mapped(saved.parameters, (slots, savedName) => {
    const own = live.parameters[renamedName(savedName, rename)];
    return mapped(slots, (tensor, slot) => {
      const piece = own?.[slot] && pieces.get(own[slot]);
      // An array of another length is left as it is: a later comparison names the difference.
      const isCut = piece?.isCut && piece.length === tensor.length;
      return isCut ? tensor.slice(piece.from, piece.to) : tensor;
    });
  });
  return { ...saved, parameters, counters: { ...saved.counters, ...together.counters } };
}

/**
 * Lets all ranks load one checkpoint. Each reads its part, and takes it over when all have read theirs. If one rank cannot read, no rank is
 * changed, and all throw.
 */
export function loadTogether(
  path: string,
  optimizer: Checkpointed,
  together: Together,
  options: RestoreOptions,
): CheckpointReport {
  const meeting = new Meeting(together);
  return meeting.run(() => {
    const own = together.apart
      ? (found: Checkpoint) => checkpointOf(found, together.rank)
      : partReader(meeting, optimizer, together, options);
    const takeOver = withCheckpoint(path, (found) => prepare(own(found), optimizer, options));
    meeting.share("read");
    return takeOver();
  });
}

/** @returns a function that takes this rank's part out of a checkpoint */
function partReader(
  meeting: Meeting,
  optimizer: Checkpointed,
  together: Together,
  { rename }: RestoreOptions,
): (found: Checkpoint) => Checkpoint {
  const live = optimizer.stateViews();
  const pieces = findPieces(meeting, together, live);
  return ({ state, ...rest }) => ({
    ...rest,
    state: state && cut(state, live, pieces, together, rename),
  });
}

/** The number of updates in the name of a file: that of rank 0, because ranks of `outer` may have made different numbers. */
export function stepOf(optimizer: Checkpointed, together: Together): number {
  const meeting = new Meeting(together);
  return meeting.run(() => meeting.share(optimizer.stateViews().step)[0]!);
}

/**
 * Checks that all ranks see the same names in a folder, and returns them.
 * @throws {CheckpointError} on all ranks, if one sees other names
 */
export function seenByAll(together: Together, names: readonly string[]): readonly string[] {
  const meeting = new Meeting(together);
  return meeting.run(() => {
    const all = meeting.share(names);
    const rank = all.findIndex((each) => String(each) !== String(all[0]));
    if (rank >= 0) {
      throw new CheckpointError(
        `rank ${rank} sees other checkpoints in this folder than rank 0: use a folder that all ranks share`,
      );
    }
    return names;
  });
}
