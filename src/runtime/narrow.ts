/** Parameters whose elements are kept in 16 bits: how numbers become bits and bits numbers, and what takes gradients of either. */
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

/** @param into where the numbers of bits are written */
export const numbersOf = (
  storage: Storage,
  given: ArrayLike<number>,
  into?: Float32Array,
): ArrayLike<number> => (isBits(given) ? toFloat32(given, storage, into) : given);

const wide = new WeakMap<ExecutionSource, KernelWithScratch>();

/** What runs a plan's loops over gradients in float32, made when first asked for. @param storages of the slots */
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

/** The numbers of a parameter or a gradient, in scratch memory for the largest one, which its plan's tensors use in turn. */
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
 * The numbers that bits stand for, such as those of a parameter, a gradient or a state in 16 bits.
 * @param bits one for each number
 * @param storage how they are kept, such as `bfloat16`
 * @param into where the numbers are written. Default: a new array
 * @returns `into`
 * @throws {BindingError} where the storage keeps no single elements
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
 * The bits of the numbers that are nearest to these, which may be of float64: they are rounded once.
 * @param numbers any; one that is out of the storage's range becomes what that has for it, such as Infinity
 * @param storage how they are to be kept, such as `bfloat16`
 * @param into where the bits are written, such as `optimizer.gradients.w`. Default: a new array
 * @returns `into`
 * @throws {BindingError} where the storage keeps no single elements
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
