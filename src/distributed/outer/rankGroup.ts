/** How the ranks of `outer` save and load one checkpoint together. */
import { crc32 } from "../../checkpoint/crc32.ts";
import type { AnyOptimizer } from "../../runtime/contract.ts";
import type { StoredElements } from "../../runtime/memory/memory.ts";
import type { AnyParameter, ParameterArray } from "../../runtime/parameters.ts";
import type { RankGroup } from "../../runtime/state/rankGroup.ts";
import type { Communicator } from "../communicator.ts";
import { runSync } from "../coroutine.ts";
import { checksumOf } from "../drift.ts";
import { gatherTexts } from "../gather.ts";
import type { SharedWeights } from "./sharedWeights.ts";

/** Two checksums of different kinds, of 32 bits each. */
function fingerprint(array: StoredElements): string {
  const { buffer, byteOffset, byteLength } = array;
  const bytes = crc32(new Uint8Array(buffer, byteOffset, byteLength));
  return `${bytes.toString(36)}-${checksumOf(array as ParameterArray).toString(36)}`;
}

/**
 * What checkpoints need to know of the ranks. With an asynchronous transport it is undefined: each rank saves its own file. If the inner
 * optimizer already has ranks, these save together, without the ranks of other groups.
 * @param name of the shared state in `nested`
 */
export function rankGroupOf(
  communicator: Communicator,
  inner: AnyOptimizer,
  shared: SharedWeights,
  name: string,
): RankGroup | undefined {
  if (!communicator.synchronous || (inner.rankGroup?.size ?? 1) > 1) {
    return inner.rankGroup;
  }
  const { rank, size } = communicator;
  const all = inner.parameters as Readonly<Record<string, AnyParameter>>;
  return {
    ...{ rank, size, counters: {} },
    gatherTexts: (text) => runSync(gatherTexts(communicator, text)),
    isSharded: () => false,
    ownerOf: () => undefined,
    separate: {
      shared: name,
      parameters: () => ({ ...all, ...shared.values() }),
      fingerprint,
      drifted:
        "its shared weights, or the outer rule's state, are not those of rank 0; call begin() before the first checkpoint, or continue from an earlier one",
    },
  };
}
