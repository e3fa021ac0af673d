/** An optimizer's state as named tensors, which TensorFlow.js saves with a model's weights. */
import { keep, type ShapeMap, scalar, type Tensor, tensor } from "@tensorflow/tfjs-core";
import { fromText, toText } from "../checkpoint/plainData.ts";
import { RestoreError } from "../runtime/errors.ts";
import type { StoredElements } from "../runtime/memory/memory.ts";
import { elements } from "../runtime/parameters.ts";
import type { SavedState } from "../runtime/state/restore.ts";
import { mapped, type OptimizerState, withArrays } from "../runtime/state/state.ts";
import type { NamedTensor } from "./givenGradients.ts";

/** The first tensor holds the number of updates, as in TensorFlow.js' own optimizers. */
export const countName = "iter";

/** The last tensor holds everything that is not an array, as text. */
const textName = "gradus";

/** Where an array is: in which tensor. */
interface Place {
  readonly tensor: string;
  readonly type: string;
  readonly length: number;
}

const arrays = { Float32Array, Float64Array, Uint8Array, Uint16Array, Int32Array, Uint32Array };

const shaped = (shape: readonly number[]) => shape as ShapeMap[keyof ShapeMap];

/** The bytes of an array that is not float32, as 32-bit words. */
function wordsOf({ buffer, byteOffset, byteLength }: StoredElements): Int32Array {
  const bytes = new Uint8Array(Math.ceil(byteLength / 4) * 4);
  bytes.set(new Uint8Array(buffer, byteOffset, byteLength));
  return new Int32Array(bytes.buffer);
}

const stateTensor = (array: StoredElements, shape: readonly number[] | undefined): Tensor =>
  array instanceof Float32Array
    ? tensor(
        array.slice(),
        shaped(shape && elements(shape) === array.length ? shape : [array.length]),
        "float32",
      )
    : tensor(wordsOf(array), undefined, "int32");

/** The state with places instead of arrays. The arrays are appended to the list as tensors. */
function placed(state: OptimizerState, prefix: string, list: NamedTensor[]): OptimizerState<Place> {
  const { nested, ...rest } = state;
  const own = withArrays({ ...rest, nested: {} }, (array, slot, parameter): Place => {
    const name = `${parameter}/${prefix}${slot}`;
    list.push({ name, tensor: keep(stateTensor(array, state.shapes[parameter])) });
    return { tensor: name, type: array.constructor.name, length: array.length };
  });
  return {
    ...own,
    nested: mapped(nested, (each, name) => placed(each, `${prefix}${name}/`, list)),
  };
}

/** The state as named tensors, which belong to the caller. */
export function weightsOf(state: OptimizerState): NamedTensor[] {
  const list: NamedTensor[] = [{ name: countName, tensor: keep(countOf(state.step)) }];
  const text = toText(placed(state, "", list), textName);
  return [...list, { name: textName, tensor: keep(scalar(text, "string")) }];
}

/** The number of updates, which is the whole state before the first step. */
export const countOf = (steps: number): Tensor => scalar(steps, "int32");

/**
 * The inverse of `weightsOf`; undefined if the tensors do not come from Gradus. They may be disposed afterwards.
 * @throws {RestoreError} if a tensor is missing
 */
export async function stateFrom(weights: readonly NamedTensor[]): Promise<SavedState | undefined> {
  const byName = new Map(weights.map(({ name, tensor }) => [name, tensor]));
  const text = byName.get(textName);
  if (text === undefined) {
    return undefined;
  }
  const [written] = (await text.data()) as unknown as readonly string[];
  const numbers = new Map<string, StoredElements>();
  for (const [name, from] of byName) {
    if (from.dtype === "float32" || from.dtype === "int32") {
      numbers.set(name, (await from.data()).slice() as unknown as StoredElements);
    }
  }
  const state = fromText(written!, textName) as OptimizerState<Place>;
  return withArrays(state, ({ tensor, type, length }) => {
    const found = numbers.get(tensor);
    const Elements = Object.hasOwn(arrays, type) ? arrays[type as keyof typeof arrays] : undefined;
    if (found === undefined || Elements === undefined) {
      throw new RestoreError([`there is no tensor \`${tensor}\` among the weights`]);
    }
    if (!(length * Elements.BYTES_PER_ELEMENT <= found.byteLength)) {
      throw new RestoreError([`the tensor \`${tensor}\` has fewer numbers than were saved`]);
    }
    return new Elements(found.buffer as ArrayBuffer, 0, length) as StoredElements;
  });
}
