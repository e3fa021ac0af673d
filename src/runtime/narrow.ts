/** Parameters whose elements are kept in 16 bits: what is one, and how numbers become bits and bits numbers. */
import type { Encoding, Storage } from "../compilers/storages/storage.ts";
import { tagOf } from "../tag.ts";
import { checkStorage, isStorage } from "./binding/storing.ts";
import { BindingError } from "./errors.ts";
import type { NarrowParameters } from "./parameters.ts";

function encodingOf(where: string, storage: Storage): Encoding {
  if (!isStorage(storage) || storage.encoding === undefined) {
    const found = (storage as Partial<Storage> | null)?.name ?? String(storage);
    throw new BindingError(
      `${where}: a storage of 16 bits for each element, such as bfloat16, is wanted, not ${found}`,
    );
  }
  return storage.encoding;
}

const isBits = (value: unknown): value is Uint16Array => tagOf(value) === "Uint16Array";

export const narrow: NarrowParameters = {
  checkNarrow(where, storage, parameter) {
    encodingOf(where, storage);
    checkStorage(storage);
    if (parameter !== undefined && !isBits(parameter.data)) {
      throw new BindingError(
        `${where} is kept in ${storage.name}: its \`data\` is a Uint16Array of the bits, which fromFloat32(numbers, storage) makes`,
      );
    }
  },
  numbersOf: (storage, given, into) => (isBits(given) ? toFloat32(given, storage, into) : given),
};

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
  const { decode } = encodingOf("toFloat32", storage);
  for (let i = 0; i < bits.length; i++) {
    into[i] = decode(bits[i]!);
  }
  return into;
}

/**
 * The bits of the numbers that are nearest to these.
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
  const { encode } = encodingOf("fromFloat32", storage);
  for (let i = 0; i < numbers.length; i++) {
    into[i] = encode(numbers[i]!);
  }
  return into;
}
