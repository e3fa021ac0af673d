/** Runs a loop over some rows of a tensor: it gathers the rows, runs the kernel on them, and scatters them. */
import {
  blockLength,
  type ElementType,
  elementBytes,
  type Kernel,
  partialBytes,
  plainStorages,
  type Storage,
} from "../../compilers/backend.ts";
import { gradientSlot, loopsOf, parameterSlot, slotIndex } from "../../rule/planning/program.ts";
import type { BoundTensor, RowGradient, RowLoops, RowSource } from "../binding/callRecord.ts";
import { type ExecutionSource, storageOf } from "../binding/plans.ts";
import type { Memory, StoredElements } from "../memory/memory.ts";
import { wideGradients } from "../memory/scratch.ts";
import { type GatherScratch, gatheredBytes } from "./staging.ts";

interface LoopSlots {
  readonly loads: readonly number[];
  readonly stores: readonly number[];
}

interface Buffer {
  readonly address: number;
  readonly views: readonly StoredElements[];
}

export class GatheredLoops implements RowLoops {
  readonly #memory: Memory;
  readonly #scratch: () => GatherScratch;
  readonly #kernel: Kernel;
  readonly #type: ElementType;
  readonly #storages: readonly Storage[];
  readonly #partials: number;
  readonly #slots = new Map<number, LoopSlots>();
  #buffer: Buffer | undefined;

  constructor(source: RowSource, kernel: Kernel) {
    const { scope, partials, plan, staging } = source;
    const { program, type, storages } = plan;
    this.#memory = scope.memory;
    this.#scratch = () => staging().gathered;
    this.#type = type;
    this.#partials = partials.address;
    // The given rows are numbers, whatever the storage.
    const kept = program.slots.map(({ name }) => storageOf(plan, name));
    this.#storages = kept.with(gradientSlot, plainStorages[type]);
    this.#kernel = storages.has("g")
      ? wideGradients.value(source as unknown as ExecutionSource, kept).kernel
      : kernel;
    for (const { index, loop } of loopsOf(program)) {
      const indices = (list: readonly { readonly slot: string }[]) => [
        ...new Set(list.map(({ slot }) => slotIndex(program, slot))),
      ];
      // Never write to the caller's gradient.
      const stores = indices(loop.stores).filter((slot) => slot !== gradientSlot);
      this.#slots.set(index, { loads: indices(loop.loads), stores });
    }
  }

  run(index: number, bound: BoundTensor, gathered: RowGradient): number {
    const { rows, width } = gathered;
    if (rows.length === 0) {
      return 0;
    }
    const { loads, stores } = this.#slots.get(index)!;
    const { call } = bound;
    const views = this.#reserve();
    const bytes = gatheredBytes(width * elementBytes[this.#type]);
    const atOnce = Math.max(1, Math.floor(bytes / elementBytes[this.#type] / Math.max(1, width)));
    const slots = [...loads, ...stores].filter((slot) => slot !== gradientSlot);
    const arrays = new Map(slots.map((slot) => [slot, this.#arrayOf(bound, slot)] as const));
    let partials = 0;
    for (let first = 0; first < rows.length; first += atOnce) {
      const count = Math.min(atOnce, rows.length - first);
      for (const slot of loads) {
        if (slot === gradientSlot) {
          const { values } = gathered;
          views[slot]!.set(values.subarray(first * width, (first + count) * width));
        } else {
          copyRows(arrays.get(slot)!, views[slot]!, rows, first, count, width, true);
        }
      }
      call.moveTo(0, this.#partials + partialBytes * partials);
      views.forEach((view, slot) => void call.redirect(slot, view.byteOffset));
      this.#kernel.run(index, call.address, 0, count * width);
      for (const slot of stores) {
        copyRows(arrays.get(slot)!, views[slot]!, rows, first, count, width, false);
      }
      partials += Math.ceil((count * width) / blockLength);
    }
    call.moveTo(0, this.#partials);
    return partials;
  }

  /** The whole array of a slot. */
  #arrayOf(bound: BoundTensor, slot: number): StoredElements {
    const { tensor, call } = bound;
    if (slot === parameterSlot) {
      return tensor.data;
    }
    return this.#memory.stored(this.#storages[slot]!, call.addressOf(slot), tensor.length);
  }

  #reserve(): readonly StoredElements[] {
    const { address, bytes } = this.#scratch();
    if (this.#buffer?.address !== address) {
      const length = bytes / elementBytes[this.#type];
      const views = this.#storages.map((storage, slot) =>
        this.#memory.stored(storage, address + slot * bytes, length),
      );
      this.#buffer = { address, views };
    }
    return this.#buffer.views;
  }
}

/** Copies rows from an array to a buffer, or back. */
function copyRows(
  array: StoredElements,
  buffer: StoredElements,
  rows: Int32Array,
  first: number,
  count: number,
  width: number,
  gather: boolean,
): void {
  for (let i = 0; i < count; i++) {
    const at = rows[first + i]! * width;
    for (let j = 0; j < width; j++) {
      if (gather) {
        buffer[i * width + j] = array[at + j]!;
      } else {
        array[at + j] = buffer[i * width + j]!;
      }
    }
  }
}
