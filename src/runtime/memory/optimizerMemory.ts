/** Memories for optimizers of parameters that live elsewhere. */
import { elementBytes } from "../../compilers/backend.ts";
import { partialBytesOf } from "../binding/binding.ts";
import { type Plan, slotLength } from "../binding/plans.ts";
import { heightOf } from "../binding/tensor.ts";
import { gatheredBytes, type MemoryNeeds, stagedBytes } from "../gradients/staging.ts";
import { Memory, paddedBytes } from "./memory.ts";

/** Optimizers that need up to this many bytes share a memory, because an engine reserves gigabytes of addresses for each memory. */
const smallBytes = 1 << 20;

/** The largest size of a shared memory, in bytes. */
const maxShared = 64 << 20;

/** The memory that the next small optimizers share. */
let latest: Memory | undefined;

/** The memory that an optimizer may need: state, call records (also for further ages), and staging buffers. */
export function memoryNeedsOf(plans: readonly Plan[]): MemoryNeeds {
  let [staged, gathered, arrays, state, records] = [0, 0, 0, 0, 8192];
  for (const plan of plans) {
    const { program, tensors, type } = plan;
    arrays = Math.max(arrays, program.slots.length);
    const all = tensors.reduce((sum, { padded }) => sum + padded, 0);
    staged = Math.max(staged, Math.min(stagedBytes, all));
    records += partialBytesOf(plan) + 8192 * tensors.length;
    for (const tensor of tensors) {
      const row = (tensor.length / Math.max(1, heightOf(tensor))) * elementBytes[type];
      gathered = Math.max(gathered, Math.min(gatheredBytes(row), tensor.padded));
      // Programs that need whole matrices keep copies of parameters and gradients as well.
      state += 2 * tensor.padded;
      for (const slot of program.slots) {
        state += paddedBytes(slotLength(slot, tensor) * elementBytes[type]);
      }
    }
  }
  const bytes = 1.25 * state + Math.min(state, 1 << 20) + records + arrays * gathered + staged;
  return { staged, gathered, arrays, bytes };
}

/**
 * A memory with this many bytes that are not promised to other optimizers.
 * @param shared whether threads must be able to use it
 */
export function memoryFor(bytes: number, shared: boolean): Memory {
  if (shared || bytes > smallBytes) {
    return new Memory(shared ? "growing" : "fixed", bytes);
  }
  const size = latest?.wasm.buffer.byteLength ?? 0;
  if (latest === undefined || latest.promised + bytes > size) {
    latest = new Memory("fixed", Math.min(maxShared, Math.max(smallBytes, 2 * size)));
  }
  return latest;
}
