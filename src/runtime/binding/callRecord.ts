/** Call records: a kernel reads from one which elements to work on, of one tensor or of several that lie side by side. */
import {
  callRecord,
  type ElementType,
  elementBytes,
  type Kernel,
  type Storage,
} from "../../compilers/backend.ts";
import { bytesTo } from "../../compilers/storages/storage.ts";
import { gradientSlot, type Program } from "../../rule/planning/program.ts";
import type { GatherScratch } from "../gradients/staging.ts";
import type { FloatArray, MemoryScope } from "../memory/memory.ts";
import type { HostInputs, HostPlan } from "../step/host.ts";
import { colsOf, rowsOf, type Tensor } from "./tensor.ts";

/** Values that the host computes, and the block from which kernels read them. */
export class ValueBlock {
  readonly address: number;
  readonly values: Float64Array;
  readonly #view: FloatArray;
  readonly #plan: HostPlan;
  #prepared = false;

  constructor(scope: MemoryScope, plan: HostPlan, program: Program, type: ElementType) {
    const { length } = program.values;
    this.address = scope.allocate(length * elementBytes[type]);
    this.#view = scope.memory.view(type, this.address, length);
    this.values = new Float64Array(plan.length);
    this.#plan = plan;
  }

  /**
   * Computes the host's values that a stage makes available, and writes those that kernels read.
   * @param first the block of a tensor for which the stage is already computed
   */
  evaluate(stage: number, inputs: HostInputs, first?: ValueBlock): void {
    if (!this.#prepared) {
      this.#prepared = true;
      this.#plan.prepare(this.values, this.#view, inputs);
    }
    this.#plan.evaluate(stage, this.values, this.#view, inputs, first?.values);
  }
}

/** The number of words of a call record. It holds the addresses of its slots twice. */
const wordsOf = ({ slots }: Program): number => callRecord.slots + 2 * slots.length;

/** Allocates call records side by side, because separate allocations take longer. @returns a function that returns the next one */
export function recordsIn(scope: MemoryScope, program: Program, count: number): () => Int32Array {
  const length = wordsOf(program);
  let address = scope.allocate(4 * length * count);
  return () => {
    const words = new Int32Array(scope.memory.wasm.buffer, address, length);
    address += 4 * length;
    return words;
  };
}

/** A call record in memory. It can be filled in again for each block of staged arrays. */
export class CallRecord {
  readonly length: number;
  /** The tensors, if they live outside of the kernels' memory. */
  readonly foreign: readonly Tensor[] | undefined;
  readonly address: number;
  /** The results of the range's reductions, by index. */
  readonly results: Float64Array;
  /** Whether this step's gradient is float32 while the parameter is not. */
  wide = false;
  readonly #words: Int32Array;
  readonly #slots: number;
  readonly #storages: readonly Storage[];

  /** @param storages of the slots */
  constructor(
    words: Int32Array,
    { slots, reductions }: Program,
    tensors: readonly Tensor[],
    values: number,
    storages: readonly Storage[],
  ) {
    this.#storages = storages;
    this.length = spanLength(tensors);
    this.foreign = tensors[0]!.address === undefined ? tensors : undefined;
    this.address = words.byteOffset;
    this.results = new Float64Array(reductions.length);
    this.#words = words;
    this.#slots = slots.length;
    words[callRecord.values] = values;
  }

  setPartials(address: number, stride: number): void {
    this.#words[callRecord.partials] = address;
    this.#words[callRecord.stride] = stride;
  }

  setSlot(slot: number, address: number): void {
    this.#words[callRecord.slots + this.#slots + slot] = address;
    this.redirect(slot, address);
  }

  /** Moves the record to the elements from `start` on. */
  moveTo(start: number, partials: number): void {
    for (let slot = 0; slot < this.#slots; slot++) {
      const first = this.#words[callRecord.slots + this.#slots + slot]!;
      const share = slot === gradientSlot && this.wide ? 2 : 1;
      this.redirect(slot, first + share * bytesTo(this.#storages[slot]!, start));
    }
    this.#words[callRecord.start] = start;
    this.#words[callRecord.partials] = partials;
  }

  /** Sets the key of this step's random draws. */
  setKey(key: Uint32Array): void {
    this.#words[callRecord.key0] = key[0]!;
    this.#words[callRecord.key1] = key[1]!;
  }

  /** Sets another address for one slot. */
  redirect(slot: number, address: number): void {
    this.#words[callRecord.slots + slot] = address;
  }

  /** Sets the number of elements in a row for the next loop. */
  setWidth(width: number): void {
    this.#words[callRecord.width] = width;
  }

  get width(): number {
    return this.#words[callRecord.width]!;
  }

  addressOf(slot: number): number {
    return this.#words[callRecord.slots + slot]! >>> 0;
  }

  /** Undoes `redirect`. */
  reset(): void {
    this.moveTo(0, this.#words[callRecord.partials]!);
  }
}

/** The mark of sparse gradients. It is the same in all copies of the library. */
export const sparseMark: unique symbol = Symbol.for("gradus.sparse") as never;

/** The members of an execution's source that loops over staged arrays use. */
export interface LoopSource {
  readonly scope: MemoryScope;
  readonly plan: {
    readonly program: Program;
    readonly type: ElementType;
    readonly storages: ReadonlyMap<string, Storage>;
  };
  readonly partials: { readonly address: number };
}

/** The same for loops over rows. */
export interface RowSource extends LoopSource {
  readonly staging: () => { readonly gathered: GatherScratch };
}

/** Some rows of a gradient, with the class that runs loops over them (gathered.ts). */
export interface RowGradient {
  readonly rows: Int32Array;
  readonly values: FloatArray;
  readonly width: number;
  /** Whether there is no gradient at all, so the step must not change the parameter. */
  readonly absent?: boolean;
  /** The index in the parameter for an index in the values. */
  elementAt(index: number): number;
  readonly Loops: new (source: RowSource, kernel: Kernel) => RowLoops;
}

export interface RowLoops {
  /** @returns the number of partial results that each reduction of the loop leaves */
  run(index: number, bound: BoundTensor, gathered: RowGradient): number;
}

/** The host's inputs that tensors may share. */
type Numbers = Pick<HostInputs, "ages" | "hyper" | "scalars" | "reductions">;

/** One tensor with everything that belongs to it in one program. */
export class BoundTensor {
  readonly tensor: Tensor;
  readonly call: CallRecord;
  readonly block: ValueBlock;
  readonly inputs: HostInputs;
  /** The rows that were passed to this step, if it got only some. */
  gathered: RowGradient | undefined = undefined;

  constructor(
    tensor: Tensor,
    call: CallRecord,
    block: ValueBlock,
    { ages, hyper, scalars, reductions }: Numbers,
  ) {
    const { length: size } = tensor;
    this.tensor = tensor;
    this.call = call;
    this.block = block;
    const [rows, cols] = [rowsOf(tensor), colsOf(tensor)];
    const loss = Number.NaN;
    // Written out, because spreading the numbers takes ten times as long.
    this.inputs = { ages, hyper, scalars, reductions, loss, rows, cols, size, count: size };
  }
}

/** The length of tensors that lie side by side, with their padding, in elements. */
function spanLength(tensors: readonly Tensor[]): number {
  const { type, length, padded } = tensors.at(-1)!;
  const bytes = tensors.reduce((sum, tensor) => sum + tensor.padded, -padded);
  return bytes / elementBytes[type] + length;
}
