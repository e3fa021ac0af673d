/** Parameters in 16 bits: converts between bits and numbers, and runs plans on gradients in either form. */
import { type Encoding, plainStorages, type Storage } from "../compilers/storages/storage.ts";
import { decodeAll, encodeAll } from "../numbers/encoded.ts";
import { gradientSlot } from "../rule/planning/program.ts";
import type { BoundTensor } from "./binding/callRecord.ts";
import type { ExecutionSource } from "./binding/plans.ts";
import { checkNarrow, isBits } from "./binding/storing.ts";
import { type KernelWithScratch, withScratch } from "./memory/scratch.ts";
import type { RoutineSource } from "./step/routines.ts";

function encodingOf(where: string, storage: Storage): Encoding {
  checkNarrow(where, storage);
  return storage.encoding!;
}

/** @param into the array for the numbers, if bits are given */
export const numbersOf = (
  storage: Storage,
  given: ArrayLike<number>,
  into?: Float32Array,
): ArrayLike<number> => (isBits(given) ? toFloat32(given, storage, into) : given);

const wide = new WeakMap<ExecutionSource, KernelWithScratch>();

/** The kernel that runs a plan's loops with gradients in float32. It is compiled on the first call. @param storages of the slots */
export function takingNumbers(
  source: ExecutionSource,
  storages: readonly Storage[],
): KernelWithScratch {
  const { scope, compiler, plan, threadPool } = source;
  const known = wide.get(source);
  if (known !== undefined) {
    return known;
  }
  const inNumbers = storages.map((each, slot) =>
    slot === gradientSlot ? plainStorages.float32 : each,
  );
  const kernel = compiler.compile(plan.program, plan.type, scope.memory.wasm, inNumbers);
  const compiled = withScratch(kernel, scope, threadPool?.most);
  wide.set(source, compiled);
  return compiled;
}

const scratches = new WeakMap<RoutineSource, Float32Array[]>();

/** Decodes a parameter or a gradient into scratch memory. The tensors of a plan use it in turn, so it has the size of the largest. */
export function decodeSlot(
  source: RoutineSource,
  { tensor: { storage, length }, call }: BoundTensor,
  slot: number,
): Float32Array {
  const { scope, plan } = source;
  const known = scratches.get(source) ?? [];
  scratches.set(source, known);
  const most = Math.max(...plan.tensors.map((each) => each.length));
  known[slot] ??= scope.memory.view("float32", scope.allocate(4 * most), most);
  const bits = scope.memory.stored(storage!, call.addressOf(slot), length);
  return toFloat32(bits, storage!, known[slot].subarray(0, length));
}

/**
 * Converts bits, such as those of a parameter, a gradient or a state in 16 bits, to numbers.
 * @param bits one element for each number
 * @param storage how the numbers are kept, such as `bfloat16`
 * @param into the array to write the numbers to. Default: a new array
 * @returns `into`
 * @throws {BindingError} if the storage keeps no single elements
 * @example
 * const net = parameters({ w: [2, 3] }, { type: bfloat16 });
 * toFloat32(net.w.data, bfloat16); // 6 numbers
 */
export function toFloat32(
  bits: ArrayLike<number>,
  storage: Storage,
  into: Float32Array = new Float32Array(bits.length),
): Float32Array {
  return decodeAll(encodingOf("toFloat32", storage), bits, into);
}

/**
 * Converts numbers to bits, rounding to the nearest. Numbers in float64 are rounded only once.
 * @param numbers any numbers; one outside of the storage's range becomes what the storage has for it, such as Infinity
 * @param storage how to keep the numbers, such as `bfloat16`
 * @param into the array to write the bits to, such as `optimizer.gradients.w`. Default: a new array
 * @returns `into`
 * @throws {BindingError} if the storage keeps no single elements
 * @example
 * const net = parameters({ b: [2] }, { type: bfloat16 });
 * net.b.data.set(fromFloat32([0.5, -1.25], bfloat16));
 */
export function fromFloat32(
  numbers: ArrayLike<number>,
  storage: Storage,
  into: Uint16Array = new Uint16Array(numbers.length),
): Uint16Array {
  return encodeAll(encodingOf("fromFloat32", storage), numbers, into);
}
