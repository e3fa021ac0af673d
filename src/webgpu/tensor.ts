/** One parameter as shaders see it. */
import type { ElementStorage } from "../compilers/wgsl/layout.ts";
import type { PlannedTensor } from "../runtime/binding/plans.ts";
import { BindingError } from "../runtime/errors.ts";
import { checkShape, elements } from "../runtime/parameters.ts";
import { requireUsage, type Usage } from "./device/usage.ts";
import {
  checkStorage,
  elementBytes,
  encodedAs,
  type GpuParameter,
  type GpuParameterSource,
  nameOf,
  wordBytes,
} from "./parameters.ts";

/** An array in a buffer. */
export interface Place {
  readonly buffer: GPUBuffer;
  /** Bytes. */
  readonly offset: number;
  readonly storage: ElementStorage;
}

export interface GpuTensor extends PlannedTensor {
  readonly length: number;
  readonly rows: number;
  readonly cols: number;
  readonly parameter: Place;
}

/** @throws {BindingError} where it is no part of a buffer */
export function placeOf(
  what: string,
  { buffer, offset = 0, type = "float32" }: Omit<GpuParameter, "shape">,
  length: number,
  device: GPUDevice,
  usage: Usage = "STORAGE",
): Place {
  if (typeof buffer !== "object" || buffer === null || typeof buffer.size !== "number") {
    throw new BindingError(`${what} is no { buffer, shape } with a GPUBuffer`);
  }
  checkStorage(what, type, device);
  const bytes = wordBytes(length, type);
  if (!Number.isSafeInteger(offset) || offset < 0 || offset % 4 !== 0) {
    throw new BindingError(`${what}: its offset is a multiple of 4 bytes, not ${offset}`);
  }
  if (offset + bytes > buffer.size) {
    throw new BindingError(
      `${what}: ${length} elements of ${nameOf(type)}, ${bytes} bytes from byte ${offset} on, do not fit its buffer of ${buffer.size} bytes`,
    );
  }
  requireUsage(what, buffer, usage);
  return { buffer, offset, storage: type };
}

/** The parameters, sorted by name, so that no result depends on the order given. */
export function tensorsOf(source: GpuParameterSource, device: GPUDevice): GpuTensor[] {
  if (typeof source !== "object" || source === null || Object.keys(source).length === 0) {
    throw new BindingError("optimize: the second argument is an object of parameters by name");
  }
  const tensors = Object.keys(source)
    .sort()
    .map((name): GpuTensor => {
      const given = source[name]!;
      checkShape(name, given?.shape);
      const shape = [...given.shape];
      const length = elements(shape);
      const rows = shape.length < 2 ? 1 : shape[0]!;
      const parameter = placeOf(`parameter \`${name}\``, given, length, device);
      return {
        ...{ name, shape, length, rows, parameter, storage: encodedAs(parameter.storage) },
        ...{ type: "float32", memory: undefined, address: undefined },
        cols: rows > 0 ? length / rows : elements(shape.slice(1)),
      };
    });
  refuseShared(
    tensors.map(({ name, parameter, length }) => ({
      ...{ what: `parameter \`${name}\``, place: parameter, length },
    })),
  );
  return tensors;
}

interface Named {
  readonly what: string;
  readonly place: Place;
  readonly length: number;
}

/**
 * An element of two parameters would be updated twice, and not as either's; one of a gradient and anything else would be
 * read when it is written.
 * @throws {BindingError} which names both
 */
export function refuseShared(all: readonly Named[]): void {
  const end = ({ place: { offset, storage }, length }: Named) =>
    offset + length * elementBytes(storage);
  const buffers = new Map<GPUBuffer, Named[]>();
  for (const each of all.filter(({ length }) => length > 0)) {
    const { buffer } = each.place;
    buffers.set(buffer, [...(buffers.get(buffer) ?? []), each]);
  }
  for (const list of buffers.values()) {
    list.sort((a, b) => a.place.offset - b.place.offset);
    for (const [index, each] of list.slice(1).entries()) {
      if (end(list[index]!) > each.place.offset) {
        throw new BindingError(`${list[index]!.what} and ${each.what} share elements`);
      }
    }
  }
}
