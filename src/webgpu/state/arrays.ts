/** The places of each parameter's arrays on the device, as spans to read and write. */

import { bytesTo, type Storage, type StoredElements } from "../../compilers/storages/storage.ts";
import { placesIn } from "../../compilers/wgsl/values.ts";
import { countOf, type Kind } from "../../rule/graph/kinds.ts";
import { ownSlots } from "../../rule/planning/program.ts";
import { own } from "../../runtime/binding/lists.ts";
import { storageOf } from "../../runtime/binding/plans.ts";
import { RestoreError } from "../../runtime/errors.ts";
import type { AnyParameter } from "../../runtime/parameters.ts";
import { keptAs, type OptimizerState, type Stored } from "../../runtime/state/state.ts";
import type { StateArrays } from "../../runtime/state/stateStore.ts";
import { bytesOf, type Span, type Words, write } from "../device/transfer.ts";
import type { GpuPlan } from "../dispatches/programs.ts";
import type { Segment } from "../dispatches/segments.ts";
import type { GpuTensor } from "../tensor.ts";
import type { WrittenSnapshot } from "./snapshot.ts";

/** A state of one number per tensor: one word of `values`. */
export interface ScalarPlace {
  readonly at: number;
  readonly array: Float64Array;
}

export interface DeviceArrays {
  readonly arrays: StateArrays;
  readonly spans: readonly Span[];
  readonly scalars: readonly ScalarPlace[];
}

/** A state of a tensor: its elements, and their storage. */
interface Kept {
  readonly name: string;
  readonly kind: Kind;
  readonly storage: Storage;
}

/** The length of a state's array, and how it is stored, for messages. */
const describe = (array: Stored, kept?: string): string =>
  `${array.length} of ${keptAs(array, kept)}`;

/** The length of an array for so many numbers: its bytes, if it is stored in blocks. */
const countIn = ({ storage }: Kept, numbers: number): number =>
  storage.blocks ? bytesTo(storage, numbers) : numbers;

function arrayOf(kept: Kept, { rows, cols }: GpuTensor): StoredElements {
  const { Elements, bytes } = kept.storage;
  const count = countIn(kept, countOf(kept.kind, rows, cols));
  return new Elements(new ArrayBuffer(count * bytes), 0, count);
}

/** The parts of a tensor's array in its plan's segments. */
function spansIn(
  segments: readonly Segment[],
  tensor: GpuTensor,
  kept: Kept,
  array: StoredElements,
): Span[] {
  return segments.flatMap(({ pieces, positions, state }) =>
    pieces.flatMap((piece, index) => {
      if (piece.tensor !== tensor) {
        return [];
      }
      const offset = 4 * positions.get(kept.name)![index]!;
      const [from, to] = [piece.from, piece.from + piece.length];
      const whole = kept.kind !== "element" || piece.length === tensor.length;
      const part = whole ? array : array.subarray(countIn(kept, from), countIn(kept, to));
      return [{ buffer: state, offset, array: part, storage: "bits" as const }];
    }),
  );
}

/** New arrays for all state of plans, and its places on the device. */
export function arraysOf(names: readonly string[], plans: readonly GpuPlan[]): DeviceArrays {
  const arrays: Record<string, Record<string, StoredElements>> = Object.create(null);
  for (const name of names) {
    arrays[name] = Object.create(null);
  }
  const spans: Span[] = [];
  const scalars: ScalarPlace[] = [];
  for (const { plan, segments, step } of plans) {
    const { program, compiled } = step.execution;
    const places = placesIn(program, compiled.layout);
    for (const tensor of plan.tensors) {
      for (const { name, kind, temporary } of ownSlots(program)) {
        if (!temporary) {
          const kept = { name, kind, storage: storageOf(plan, name) };
          const array = arrayOf(kept, tensor);
          arrays[tensor.name]![name] = array;
          spans.push(...spansIn(segments, tensor, kept, array));
        }
      }
      for (const { slot } of program.scalars) {
        const array = new Float64Array(1);
        arrays[tensor.name]![slot] = array;
        scalars.push({ at: step.execution.valuesOf(tensor) + places.scalar(slot), array });
      }
    }
  }
  return { arrays, spans, scalars };
}

/** New arrays for the parameters, and their places on the device. */
export function parametersOf(tensors: readonly GpuTensor[]) {
  const parameters: Record<string, AnyParameter> = Object.create(null);
  const spans = tensors.map(({ name, shape, length, storage, parameter }): Span => {
    const data = storage ? new Uint16Array(length) : new Float32Array(length);
    parameters[name] = storage ? { data, shape, storage } : { data, shape };
    return { ...parameter, array: data };
  });
  return { parameters, spans };
}

/** Writes parameters to the device. */
export function writeParameters(
  device: GPUDevice,
  tensors: readonly GpuTensor[],
  parameters: Readonly<Record<string, AnyParameter>>,
): void {
  for (const { name, parameter } of tensors) {
    write(device, { ...parameter, array: parameters[name]!.data });
  }
}

/** An optimizer's state on a device. */
interface DeviceState {
  readonly device: GPUDevice;
  readonly tensors: readonly GpuTensor[];
  readonly plans: readonly GpuPlan[];
  readonly values: GPUBuffer;
}

/** The source of an optimizer's state, to read and to write. */
export const heldBy = (
  { device, tensors }: Omit<DeviceState, "plans" | "values">,
  { plans, values }: Omit<DeviceState, "device" | "tensors">,
): DeviceState => ({ device, tensors, plans, values });

const namesOf = (tensors: readonly GpuTensor[]): string[] => tensors.map(({ name }) => name);

/** The spans to read, and a function that gives the state's arrays after they were read. */
export function stateOf({ tensors, plans, values }: DeviceState) {
  const { arrays, spans, scalars } = arraysOf(namesOf(tensors), plans);
  const numbers = scalars.map(() => new Float32Array(1));
  const words = scalars.map(
    ({ at }, index): Words => ({
      ...{ buffer: values, offset: 4 * at },
      into: bytesOf(numbers[index]!),
    }),
  );
  const finish = () => {
    for (const [index, { array }] of scalars.entries()) {
      array.set(numbers[index]!);
    }
  };
  return { arrays, spans, words, finish };
}

/** How a snapshot differs from the parameters and the state here: a sentence for each difference. */
function missingIn(
  { tensors, plans }: DeviceState,
  parameters: Readonly<Record<string, AnyParameter>>,
  { parameters: state, groups }: OptimizerState,
): string[] {
  const { arrays } = arraysOf(namesOf(tensors), plans);
  const wrong = (what: string, has: string, found: string | undefined): string[] =>
    found === has ? [] : [`${what}: it has ${has}, the snapshot ${found ?? "none of it"}`];
  const now = new Map(
    plans.flatMap(({ plan }) => plan.tensors.map((each) => [each, plan.storages])),
  );
  const saved = new Map(
    groups.flatMap((each) => each.parameters.map((name) => [name, each.storages])),
  );
  return tensors.flatMap((tensor) => {
    const { name, length, storage } = tensor;
    const read = own(parameters, name);
    const kept = `${length} of ${storage?.name ?? "float32"}`;
    return [
      ...wrong(`parameter \`${name}\``, kept, read && describe(read.data, read.storage?.name)),
      ...Object.entries(arrays[name]!).flatMap(([slot, array]) => {
        const found = own(own(state, name), slot);
        const has = describe(array, now.get(tensor)?.get(slot)?.name);
        const was = found && describe(found, own(saved.get(name), slot));
        return wrong(`state \`${slot}\` of \`${name}\``, has, was);
      }),
    ];
  });
}

/** @throws {RestoreError} where a snapshot has other parameters, or is of another rule */
export function assertFits(held: DeviceState, snapshot: WrittenSnapshot): void {
  const missing = missingIn(held, snapshot.parameters, snapshot.stateViews());
  if (missing.length > 0) {
    throw new RestoreError(missing);
  }
}

/** Writes a state to the device. */
export function writeState(source: DeviceState, state: StateArrays): void {
  const { device, tensors, plans, values } = source;
  const { arrays, spans, scalars } = arraysOf(namesOf(tensors), plans);
  for (const [name, slots] of Object.entries(arrays)) {
    for (const [slot, array] of Object.entries(slots)) {
      array.set(state[name]![slot]!);
    }
  }
  for (const span of spans) {
    write(device, span);
  }
  for (const { at, array } of scalars) {
    device.queue.writeBuffer(values, 4 * at, Float32Array.from(array));
  }
}
