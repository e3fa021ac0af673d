/** Runs a loop over arrays that live elsewhere, block by block through the staging buffers. */
import {
  blockLength,
  type ElementType,
  elementBytes,
  type Kernel,
  partialBytes,
} from "../compilers/compiler.ts";
import { gradientSlot, type Loop, type Program, parameterSlot } from "../rule/program.ts";
import { type GatherRoom, type StagingBuffer, stagedLength } from "./staging.ts";
import type { BoundTensor } from "./unit.ts";

/** Where staged parameters and gradients pass through. */
export interface Staging {
  readonly parameter: StagingBuffer;
  readonly gradient: StagingBuffer;
  /** Of rows of all arrays. */
  readonly gathered: GatherRoom;
}

/** What a loop does with the arrays that may be the caller's. */
interface Access {
  readonly loadsParameter: boolean;
  readonly storesParameter: boolean;
  readonly loadsGradient: boolean;
}

function accessOf({ loads, stores }: Loop): Access {
  return {
    loadsParameter: loads.some(({ slot }) => slot === "p"),
    storesParameter: stores.some(({ slot }) => slot === "p"),
    loadsGradient: loads.some(({ slot }) => slot === "g"),
  };
}

export class StagedLoops {
  readonly #kernel: Kernel;
  readonly #type: ElementType;
  readonly #staging: () => Staging;
  readonly #partials: number;
  readonly #access: readonly (Access | undefined)[];

  /** @param partials address of the partial results */
  constructor(
    program: Program,
    kernel: Kernel,
    type: ElementType,
    staging: () => Staging,
    partials: number,
  ) {
    this.#kernel = kernel;
    this.#type = type;
    this.#staging = staging;
    this.#partials = partials;
    this.#access = program.passes.map((pass) =>
      pass.form === "loop" ? accessOf(pass) : undefined,
    );
  }

  /** Whether a pass reads or writes an array of this tensor that lives elsewhere. */
  concern(index: number, bound: BoundTensor): boolean {
    const access = this.#access[index];
    return (
      access !== undefined &&
      ((bound.foreignGradient !== undefined && access.loadsGradient) ||
        (bound.foreignParameter !== undefined && (access.loadsParameter || access.storesParameter)))
    );
  }

  run(index: number, bound: BoundTensor): void {
    const access = this.#access[index]!;
    const { unit, tensor, foreignParameter, foreignGradient } = bound;
    const type = this.#type;
    const { parameter, gradient } = this.#staging();
    const bytes = elementBytes[type];
    const length = stagedLength(type);
    for (let start = 0, block = 0; start < tensor.length; start += length, block++) {
      const count = Math.min(length, tensor.length - start);
      unit.moveTo(start * bytes, this.#partials + partialBytes * (start / blockLength));
      if (foreignGradient !== undefined && access.loadsGradient) {
        gradient.fill(type, foreignGradient.blocks[block]!);
        unit.redirect(gradientSlot, gradient.address);
      }
      if (foreignParameter !== undefined) {
        if (access.loadsParameter) {
          parameter.fill(type, foreignParameter.blocks[block]!);
        }
        unit.redirect(parameterSlot, parameter.address);
      }
      this.#kernel.run(index, unit.record, 0, count);
      if (foreignParameter !== undefined && access.storesParameter) {
        parameter.copyTo(type, foreignParameter.blocks[block]!);
      }
    }
    unit.moveBack(this.#partials);
  }
}
