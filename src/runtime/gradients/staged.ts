/** Runs a loop over parameters outside of the kernels' memory, block by block through buffers. */
import { blockLength, elementBytes, partialBytes } from "../../compilers/backend.ts";
import { storageOf } from "../../compilers/storages/storage.ts";
import { type Loop, parameterSlot } from "../../rule/planning/program.ts";
import type { CallRecord, LoopSource } from "../binding/callRecord.ts";
import type { StoredElements } from "../memory/memory.ts";
import { type Block, blocksOf, type GatherScratch, stagedLength } from "./staging.ts";

/** Buffers for arrays outside of the kernels' memory. */
export interface Staging {
  /** Addresses of buffers for parameters: one; or two if threads work on one while the other is copied. */
  readonly buffers: readonly number[];
  /** Bytes of each buffer. */
  readonly bytes: number;
  /** The buffers for gathered rows. */
  readonly gathered: GatherScratch;
}

/** The members of an execution's source that staged loops use. */
interface StagedSource extends LoopSource {
  readonly staging: () => Staging;
}

/** Runs a pass over this number of elements. This thread calls `meanwhile` before it takes part. */
type RunLoop = (index: number, call: CallRecord, length: number, meanwhile: () => void) => void;

const isParameter = ({ slot }: { readonly slot: string }): boolean => slot === "p";

export class StagedLoops {
  readonly #source: StagedSource;
  readonly #runLoop: RunLoop;
  /** Made on first use: each buffer as a whole, and the blocks of each range. */
  #buffers: readonly StoredElements[] = [];
  readonly #cut = new Map<CallRecord, readonly Block[]>();
  /** Whether the present loop loads or stores parameters. */
  #loads = false;
  #stores = false;
  #blocks: readonly Block[] = [];
  #block = 0;

  constructor(source: StagedSource, runLoop: RunLoop) {
    this.#source = source;
    this.#runLoop = runLoop;
  }

  /** Runs a loop, if it reads or writes parameters that live elsewhere. @returns whether it does */
  run(index: number, call: CallRecord): boolean {
    // Checked first because most steps end here: examining the loop takes longer than running it over ten elements.
    if (call.foreign === undefined) {
      return false;
    }
    const { plan, partials } = this.#source;
    const { loads, stores } = plan.program.passes[index] as Loop;
    this.#loads = loads.some(isParameter);
    this.#stores = stores.some(isParameter);
    if (!(this.#loads || this.#stores)) {
      return false;
    }
    const length = stagedLength(plan.type);
    this.#blocks = this.#cut.get(call) ?? this.#cutUp(call);
    // With two buffers, copies are one block ahead.
    if (this.#buffers.length > 1) {
      this.#bringIn(0);
    }
    for (let start = 0, block = 0; start < call.length; start += length, block++) {
      const { byteOffset } = this.#buffers[block % this.#buffers.length]!;
      call.moveTo(start, partials.address + partialBytes * (start / blockLength));
      call.redirect(parameterSlot, byteOffset);
      this.#block = block;
      this.#runLoop(index, call, Math.min(length, call.length - start), this.#copy);
    }
    this.#takeBack(this.#blocks.length - 1);
    call.moveTo(0, partials.address);
    return true;
  }

  #cutUp(call: CallRecord): readonly Block[] {
    const { scope, plan, staging } = this.#source;
    const { buffers, bytes } = staging();
    const length = bytes / elementBytes[plan.type];
    const storage = storageOf(plan, "p");
    this.#buffers = buffers.map((address) => scope.memory.stored(storage, address, length));
    const blocks = blocksOf(call.foreign!, this.#buffers);
    this.#cut.set(call, blocks);
    return blocks;
  }

  /** Copies the results of the last loop back, and the input of the next loop in. */
  readonly #copy = (): void => {
    this.#takeBack(this.#block - 1);
    this.#bringIn(this.#block + this.#buffers.length - 1);
  };

  #bringIn(index: number): void {
    const block = this.#blocks[index];
    if (block === undefined || !this.#loads) {
      return;
    }
    const buffer = index % this.#buffers.length;
    for (let i = 0; i < block.length; i++) {
      const { array, views, gaps } = block[i]!;
      views[buffer]!.set(array);
      // Fill the padding between arrays with zeros, as everywhere.
      gaps[buffer]!.fill(0);
    }
  }

  #takeBack(index: number): void {
    const block = this.#blocks[index];
    if (block === undefined || !this.#stores) {
      return;
    }
    for (let i = 0; i < block.length; i++) {
      block[i]!.array.set(block[i]!.views[index % this.#buffers.length]!);
    }
  }
}
