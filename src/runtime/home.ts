/** The memories of optimizers whose parameters live elsewhere. */
import { partialBytesOf } from "./binding.ts";
import { Memory } from "./memory.ts";
import { bytesOf, type Plan, roomFor } from "./plans.ts";

/** Bytes up to which optimizers share a memory: an engine reserves gigabytes of addresses for each that there is. */
const smallBytes = 1 << 20;

/** Bytes of a memory that is shared, at most. */
const mostShared = 64 << 20;

/** What is shared with small optimizers to come. */
let latest: Memory | undefined;

/** Bytes that an optimizer may come to need: of state, of records of calls, those of another age too, and of what arrays pass through. */
export function bytesFor(plans: readonly Plan[]): number {
  const { staged, gathered, arrays } = roomFor(plans);
  const bytes = plans.reduce((sum, plan) => sum + bytesOf(plan), 0);
  const partials = plans.reduce((sum, plan) => sum + partialBytesOf(plan), 0);
  const tensors = plans.reduce((sum, plan) => sum + plan.tensors.length, 0);
  const spare = bytes / 4 + Math.min(bytes, 1 << 20) + 8192 * (tensors + 1);
  return bytes + partials + arrays * gathered + 2 * staged + spare;
}

/** A memory that has so many bytes which are promised to nobody, and now are. */
export function promise(bytes: number): Memory {
  const isSmall = bytes <= smallBytes;
  let memory = isSmall ? latest : undefined;
  const size = memory?.wasm.buffer.byteLength ?? 0;
  if (memory === undefined || memory.promised + bytes > size) {
    const wanted = isSmall ? Math.min(mostShared, Math.max(smallBytes, 2 * size)) : bytes;
    memory = new Memory("fixed", wanted);
    latest = isSmall ? memory : latest;
  }
  memory.promised += bytes;
  return memory;
}
