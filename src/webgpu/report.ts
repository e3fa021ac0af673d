/** What the device is asked about the steps so far. */
import { status } from "../compilers/wgsl/layout.ts";
import { placesIn } from "../compilers/wgsl/values.ts";
import type { GpuPlan } from "./dispatches/programs.ts";
import { bytesOf, type Words } from "./transfer.ts";

/** Numbers that are there once their words are read. */
export interface Inquiry {
  readonly words: readonly Words[];
  /** Words of the status. */
  readonly counts: Uint32Array;
  /** The norm of all gradients, if the rule takes it. */
  readonly gradientNorm: Float32Array | undefined;
}

/** Where the norm of all gradients is, in words of `values`. */
function normAt([first]: readonly GpuPlan[]): number | undefined {
  const { program, compiled, valuesAt } = first!.step.execution;
  const { gradientNorm } = program;
  return gradientNorm && valuesAt + placesIn(program, compiled.layout).device(gradientNorm);
}

export function inquire(source: {
  readonly plans: readonly GpuPlan[];
  readonly status: GPUBuffer;
  readonly values: GPUBuffer;
}): Inquiry {
  const counts = new Uint32Array(status.length);
  const at = normAt(source.plans);
  const gradientNorm = at === undefined ? undefined : new Float32Array(1);
  const words: Words[] = [{ buffer: source.status, offset: 0, into: bytesOf(counts) }];
  if (at !== undefined) {
    words.push({ buffer: source.values, offset: 4 * at, into: bytesOf(gradientNorm!) });
  }
  return { words, counts, gradientNorm };
}
