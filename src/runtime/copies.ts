/** Whole copies of arrays that live elsewhere, for programs that cannot work on a part of a tensor. */
import type { FloatArray, MemoryScope } from "./memory.ts";
import type { BoundTensor } from "./unit.ts";

const parameterSlot = 0;
const gradientSlot = 1;

export class Copies {
  readonly #scope: MemoryScope;
  readonly #arrays = new Map<BoundTensor, (FloatArray | undefined)[]>();

  constructor(scope: MemoryScope) {
    this.#scope = scope;
  }

  /** Brings in what is elsewhere, and points the tensor's record at it. */
  bringIn(bound: BoundTensor): void {
    const { foreignParameter, foreignGradient, unit } = bound;
    unit.reset();
    if (foreignParameter !== undefined) {
      this.#copy(bound, parameterSlot, foreignParameter.source);
    }
    if (foreignGradient !== undefined) {
      this.#copy(bound, gradientSlot, foreignGradient.source);
    }
  }

  /** Takes the new parameter back to where the caller has it. */
  takeBack(bound: BoundTensor): void {
    const copy = this.#arrays.get(bound)?.[parameterSlot];
    if (bound.foreignParameter !== undefined && copy !== undefined) {
      bound.foreignParameter.source.set(copy);
    }
  }

  #copy(bound: BoundTensor, slot: number, source: ArrayLike<number>): void {
    const { type, length, padded } = bound.tensor;
    const arrays = this.#arrays.get(bound) ?? [];
    this.#arrays.set(bound, arrays);
    arrays[slot] ??= this.#scope.memory.view(type, this.#scope.allocate(padded), length);
    arrays[slot].set(source);
    bound.unit.redirect(slot, arrays[slot].byteOffset);
  }
}
