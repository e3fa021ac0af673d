/** Checkpoints that all ranks write and read together. They are one file, the same that a single process would have written. */

import type { StoredElements } from "../../runtime/memory/memory.ts";
import { openRegular } from "../../runtime/regularFile.ts";
import type { RankGroup } from "../../runtime/state/rankGroup.ts";
import type { RestoreOptions } from "../../runtime/state/restore.ts";
import { mapped, type OptimizerState } from "../../runtime/state/state.ts";
import type { Checkpoint, StoredTensor } from "../checkpoint.ts";
import { Collective } from "../collective.ts";
import { crc32, joinedChecksum } from "../crc32.ts";
import { bytesOf, type Encoded, encode, type SaveOptions, setChecksum } from "../encode.ts";
import { CheckpointError } from "../errors.ts";
import { type Contents, checkpointOf, joinStates } from "../joint.ts";
import { type CheckpointReport, prepare, renamedName } from "../restore.ts";
import { type ArraySlice, type ArraySlices, findSlices, wholeSlice } from "../slices.ts";
import type { Checkpointed } from "../source.ts";
import { attempt, fileSystem } from "./files.ts";
import { withCheckpoint } from "./read.ts";
import { type WriteContents, Writer, writeAll } from "./write.ts";

/** Bytes that a rank writes, and their offset after the header. */
interface FileChunk {
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
  collective: Collective,
  arrays: readonly StoredElements[],
  problem = "its parameters or their state differ from those of rank 0; continue from an earlier checkpoint",
): void {
  const sums = collective.allGather(arrays.reduce((sum, array) => crc32(bytesOf(array), sum), 0));
  const rank = sums.findIndex((sum) => sum !== sums[0]);
  if (rank > 0) {
    throw new CheckpointError(`rank ${rank} has drifted: ${problem}`);
  }
}

/** The bytes that this rank writes, in the order of the file. */
function chunksOf(
  { arrays }: Encoded,
  sliceOf: (array: StoredElements) => ArraySlice,
): FileChunk[] {
  let begin = 0;
  return arrays.map((array) => {
    const { from, to, length, isSharded } = sliceOf(array);
    const own = isSharded ? array : (array.subarray(from, to) as StoredElements);
    const at = begin + from * array.BYTES_PER_ELEMENT;
    begin += length * array.BYTES_PER_ELEMENT;
    return { at, bytes: bytesOf(own) };
  });
}

/** Writes chunks, in the order of the file. Neighbouring chunks are written together. */
function writeChunks(descriptor: number, chunks: readonly FileChunk[], start: number): Written[] {
  const writer = new Writer(descriptor);
  const written: { at: number; length: number; sum: number }[] = [];
  for (const { at, bytes } of chunks.filter((chunk) => chunk.bytes.length > 0)) {
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
  readonly chunks: readonly FileChunk[];
  /** The number of bytes after the header. */
  readonly bytes: number;
}

/** The state without the counters that describe this rank's part. */
function withoutShardCounters(state: OptimizerState, { counters }: RankGroup): OptimizerState {
  const names = Object.keys(state.counters).filter((name) => !Object.hasOwn(counters, name));
  return {
    ...state,
    counters: Object.fromEntries(names.map((name) => [name, state.counters[name]!])),
  };
}

/** What ranks write if all have the same state, or parts of one state. */
function sharedContents(
  collective: Collective,
  optimizer: Checkpointed,
  rankGroup: RankGroup,
): Contents {
  const { parameters, pending = 0 } = optimizer;
  if (pending > 0) {
    throw new CheckpointError(
      `this rank has gradients that wait for an update (${pending}), and other ranks do not have them: save after an update, or call flush() first`,
    );
  }
  const state = withoutShardCounters(optimizer.stateViews(), rankGroup);
  const slices = findSlices(collective, rankGroup, state);
  const sliceOf = (array: StoredElements) =>
    slices.get(array) ?? wholeSlice(array, undefined, rankGroup);
  return { parameters, state, sliceOf };
}

function layOut(
  collective: Collective,
  optimizer: Checkpointed,
  rankGroup: RankGroup,
  options: SaveOptions,
  process: number | undefined,
): Layout {
  const { separate } = rankGroup;
  const { parameters, state, sliceOf } = separate
    ? joinStates(collective, optimizer, rankGroup, separate)
    : sharedContents(collective, optimizer, rankGroup);
  const lengthOf = (array: StoredElements) => sliceOf(array).length;
  const encoded = encode({ parameters, stateViews: () => state }, options, process, lengthOf);
  const bytes = encoded.arrays.reduce(
    (sum, array) => sum + lengthOf(array) * array.BYTES_PER_ELEMENT,
    0,
  );
  requireSame(
    collective,
    encoded.arrays.filter((array) => sliceOf(array).isReplicated),
    separate?.drifted,
  );
  return { encoded, chunks: chunksOf(encoded, sliceOf), bytes };
}

/** What rank 0 tells all others when the file is ready to be written. */
interface WritingStarted {
  readonly temporary: string;
  readonly start: number;
}

/** Rank 0 makes the file, and writes the header when all ranks have written their shares. */
const writeOnRankZero =
  (collective: Collective, { encoded: { header }, chunks, bytes }: Layout): WriteContents =>
  (descriptor, temporary) => {
    collective.allGather<WritingStarted>({ temporary, start: header.length });
    const written = collective.allGather(writeChunks(descriptor, chunks, header.length)).flat();
    setChecksum(header, sumOf(header, written, bytes));
    writeAll(descriptor, header, 0);
    fileSystem().fsyncSync(descriptor);
  };

function writeOnOtherRank(collective: Collective, { chunks }: Layout): void {
  const [first] = collective.allGather<WritingStarted | undefined>(undefined);
  const { temporary, start } = first!;
  const written = attempt("written", () => {
    const { constants, closeSync } = fileSystem();
    const descriptor = openRegular(temporary, constants.O_WRONLY);
    try {
      return writeChunks(descriptor, chunks, start);
    } finally {
      closeSync(descriptor);
    }
  });
  collective.allGather(written);
}

/**
 * Lets all ranks write one checkpoint, each its part. In the end there is a complete file. If one rank cannot write, there is none, and all ranks
 * throw.
 * @param put called on rank 0: writes contents to a temporary file, and renames it
 */
export function saveOnRanks(
  optimizer: Checkpointed,
  rankGroup: RankGroup,
  options: SaveOptions,
  process: number | undefined,
  put: (contents: WriteContents) => void,
): void {
  const collective = new Collective(rankGroup);
  collective.run(() => {
    const layout = layOut(collective, optimizer, rankGroup, options, process);
    if (rankGroup.rank === 0) {
      put(writeOnRankZero(collective, layout));
    } else {
      writeOnOtherRank(collective, layout);
    }
    collective.allGather("written");
  });
}

/** The saved state, with only this rank's part of divided arrays. */
function shardOf(
  saved: OptimizerState<StoredTensor>,
  live: OptimizerState,
  slices: ArraySlices,
  rankGroup: RankGroup,
  rename: RestoreOptions["rename"],
): OptimizerState<StoredTensor> {
  const parameters = mapped(saved.parameters, (slots, savedName) => {
    const own = live.parameters[renamedName(savedName, rename)];
    return mapped(slots, (tensor, slot) => {
      const slice = own?.[slot] && slices.get(own[slot]);
      // An array of another length is left as it is: a later comparison names the difference.
      const isSharded = slice?.isSharded && slice.length === tensor.length;
      return isSharded ? tensor.slice(slice.from, slice.to) : tensor;
    });
  });
  return { ...saved, parameters, counters: { ...saved.counters, ...rankGroup.counters } };
}

/**
 * Lets all ranks load one checkpoint. Each reads its part, and takes it over when all have read theirs. If one rank cannot read, no rank is
 * changed, and all throw.
 */
export function loadOnRanks(
  path: string,
  optimizer: Checkpointed,
  rankGroup: RankGroup,
  options: RestoreOptions,
): CheckpointReport {
  const collective = new Collective(rankGroup);
  return collective.run(() => {
    const own = rankGroup.separate
      ? (found: Checkpoint) => checkpointOf(found, rankGroup.rank)
      : shardReader(collective, optimizer, rankGroup, options);
    const takeOver = withCheckpoint(path, (found) => prepare(own(found), optimizer, options));
    collective.allGather("read");
    return takeOver();
  });
}

/** @returns a function that takes this rank's part out of a checkpoint */
function shardReader(
  collective: Collective,
  optimizer: Checkpointed,
  rankGroup: RankGroup,
  { rename }: RestoreOptions,
): (found: Checkpoint) => Checkpoint {
  const live = optimizer.stateViews();
  const slices = findSlices(collective, rankGroup, live);
  return ({ state, ...rest }) => ({
    ...rest,
    state: state && shardOf(state, live, slices, rankGroup, rename),
  });
}

/** The number of updates in the name of a file: that of rank 0, because ranks of `outer` may have made different numbers. */
export function stepOf(optimizer: Checkpointed, rankGroup: RankGroup): number {
  const collective = new Collective(rankGroup);
  return collective.run(() => collective.allGather(optimizer.stateViews().step)[0]!);
}

/**
 * Checks that all ranks see the same names in a folder, and returns them.
 * @throws {CheckpointError} on all ranks, if one sees other names
 */
export function requireSameNames(
  rankGroup: RankGroup,
  names: readonly string[],
): readonly string[] {
  const collective = new Collective(rankGroup);
  return collective.run(() => {
    const all = collective.allGather(names);
    const rank = all.findIndex((each) => String(each) !== String(all[0]));
    if (rank >= 0) {
      throw new CheckpointError(
        `rank ${rank} sees other checkpoints in this folder than rank 0: use a folder that all ranks share`,
      );
    }
    return names;
  });
}
