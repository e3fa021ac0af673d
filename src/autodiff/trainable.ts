/** What a tape needs of an optimizer. */
import type { ElementType, Storage } from "../compilers/backend.ts";
import { type Memory, memoryOf, typeOf } from "../runtime/memory/memory.ts";
import { tagOf } from "../tag.ts";
import { check } from "./errors.ts";
import { printValue } from "./options.ts";
import type { FloatArray } from "./tensor.ts";

/** The array of a parameter, and of its gradient: numbers, or 16 bits for each, which `storage` says how to read. */
export type TrainableArray<A extends FloatArray = FloatArray> = A extends Float32Array
  ? Float32Array | Uint16Array
  : A;

/**
 * Named parameters and their gradients, all of them float32 or in 16 bits, or all of them float64, and in one memory:
 * what `optimize`, `accumulate`, `privatize` and `galore` return for parameters from `parameters(...)`.
 */
export interface Trainable<P, A extends FloatArray = Float32Array> {
  /** By name: values, row-major, and shape. */
  readonly parameters: {
    readonly [K in keyof P]: {
      readonly data: TrainableArray<A>;
      readonly shape: readonly number[];
      readonly storage?: Storage;
    };
  };
  /** Gradients by the same names, each as long as its parameter. */
  readonly gradients: { readonly [K in keyof P]: TrainableArray<A> };
  /** What parameters and gradients live in. */
  readonly memory: Memory;
  /** The threads that may share its loops; `"auto"` where it does not say. */
  readonly maxThreads?: number;
}

/** Throws unless kernels for a type on `memory` reach the array. @param storage how its elements are kept, if not as numbers */
function checkArray(
  what: string,
  array: unknown,
  storage: Storage | undefined,
  { memory, type }: { readonly memory: Memory; readonly type: ElementType },
): void {
  const isKnown = storage
    ? type === "float32" && tagOf(array) === "Uint16Array"
    : typeOf(array) === type;
  check(isKnown, () => {
    const found = typeOf(array) ?? storage?.name ?? printValue(array);
    const advice = found === "float64" ? "; give it { numbers: float64 }" : "";
    return `createTape: expected ${what} in ${type}, found ${found}${advice}`;
  });
  const home = memoryOf(array as TrainableArray);
  check(home !== undefined, () => {
    return `createTape: ${what} lies outside the optimizer's memory; make it with parameters(...)`;
  });
  check(home === memory, () => {
    return (
      `createTape: ${what} is in another memory than the others, and a tape needs one memory; make all of ` +
      "them in one call of parameters(...), with up to 1 GiB"
    );
  });
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/**
 * Throws an error that names the first parameter that a tape cannot work on, or says what it works on at
 * all.
 */
export function checkTrainable<P>(trainable: Trainable<P, FloatArray>, type: ElementType): void {
  const { parameters, gradients, memory } = (trainable ?? {}) as Partial<typeof trainable>;
  check(isObject(parameters) && isObject(gradients), () => {
    return (
      `createTape: expected an optimizer with parameters and gradients, found ${printValue(trainable)}; ` +
      "pass the result of optimize(), accumulate(), privatize() or galore(). Wrappers around " +
      "such an optimizer, such as sam() and curvature(), use the gradients that the tape writes there"
    );
  });
  for (const name of Object.keys(parameters) as (keyof P & string)[]) {
    const { data, storage } = parameters[name];
    check(data !== undefined, () => {
      return `createTape: parameter \`${name}\` has no array in \`data\`; for parameters on a GPU, compute gradients with shaders`;
    });
    check(memory !== undefined, () => {
      return "createTape: expected the optimizer's `memory`, in which its gradients and the tape's arrays are, found none";
    });
    const place = { memory, type };
    checkArray(`parameter \`${name}\``, data, storage, place);
    checkArray(`the gradient of parameter \`${name}\``, gradients[name], storage, place);
  }
}
