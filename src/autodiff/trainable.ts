/** What a tape needs of an optimizer. */
import { type Memory, memoryOf, typeOf } from "../runtime/memory/memory.ts";
import { check } from "./errors.ts";
import { printValue } from "./options.ts";

/**
 * Named parameters and their gradients, all of them float32 and in one memory: what `optimize`,
 * `accumulate`, `privatize` and `galore` return for parameters from `parameters(...)`.
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
  check(typeOf(array) === "float32", () => {
    const found = typeOf(array) === "float64" ? "float64" : printValue(array);
    return `createTape: expected ${what} in float32, found ${found}`;
  });
  const home = memoryOf(array as Float32Array);
  check(home !== undefined, () => {
    return `createTape: ${what} lies outside the optimizer's memory; make it with parameters(...)`;
  });
  check(home === memory, () => {
    return (
      `createTape: ${what} lies in another memory than others, and a tape works in one; make all of ` +
      "them in one call of parameters(...), with up to 1 GiB"
    );
  });
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/**
 * Throws an error that names the first parameter that a tape cannot work on, or says what it works on at
 * all.
 */
export function checkTrainable<P>(trainable: Trainable<P>): void {
  const { parameters, gradients, memory } = (trainable ?? {}) as Partial<Trainable<P>>;
  check(isObject(parameters) && isObject(gradients), () => {
    return (
      `createTape: expected an optimizer with parameters and gradients, found ${printValue(trainable)}; ` +
      "give it what optimize(), accumulate(), privatize() or galore() returned: what stands around " +
      "such an optimizer, as sam() and curvature() do, takes the gradients that the tape writes there"
    );
  });
  for (const name of Object.keys(parameters) as (keyof P & string)[]) {
    const { data } = parameters[name];
    check(data !== undefined, () => {
      return `createTape: parameter \`${name}\` has no array in \`data\`; of parameters on a GPU, gradients are for shaders to compute`;
    });
    check(memory !== undefined, () => {
      return "createTape: expected the optimizer's `memory`, in which its gradients and the tape's arrays are, found none";
    });
    checkArray(`parameter \`${name}\``, data, memory);
    checkArray(`the gradient of parameter \`${name}\``, gradients[name], memory);
  }
}
