/** What a tape needs of an optimizer. */
import { type Memory, memoryOf } from "../runtime/memory.ts";
import { check } from "./errors.ts";

/**
 * Named parameters and their gradients, all of them float32 and in one memory: what `optimize`
 * returns for parameters from `parameters(...)`.
 */
export interface Trainable<P> {
  readonly parameters: {
    readonly [K in keyof P]: { readonly data: Float32Array; readonly shape: readonly number[] };
  };
  readonly gradients: { readonly [K in keyof P]: Float32Array };
  readonly memory: Memory;
  /** The threads that may share its loops; `"auto"` where it does not say. */
  readonly mostThreads?: number;
}

/** Throws unless kernels on `memory` reach the array. */
function checkArray(what: string, array: unknown, memory: Memory): void {
  check(array instanceof Float32Array, () => {
    const found = array instanceof Float64Array ? "float64" : typeof array;
    return `createTape: expected ${what} in float32, found ${found}`;
  });
  check(memoryOf(array) === memory, () => {
    return `createTape: ${what} lies outside the optimizer's memory; make it with parameters(...)`;
  });
}

/** Throws an error that names the first parameter that a tape cannot work on. */
export function checkTrainable<P>({ parameters, gradients, memory }: Trainable<P>): void {
  for (const name of Object.keys(parameters) as (keyof P & string)[]) {
    checkArray(`parameter \`${name}\``, parameters[name].data, memory);
    checkArray(`the gradient of parameter \`${name}\``, gradients[name], memory);
  }
}
