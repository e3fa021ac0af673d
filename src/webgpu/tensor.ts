/** A parameter, as shaders see it. */
import type { ElementStorage, Strided } from "../compilers/wgsl/layout.ts";
import type { PlannedTensor } from "../runtime/binding/plans.ts";
import { BindingError } from "../runtime/errors.ts";
import { checkShape, elements } from "../runtime/parameters.ts";
import { requireUsage, type Usage } from "./device/usage.ts";
import {
  checkStorage,
  elementBytes,
  encodedAs,
  type GpuGradient,
  type GpuParameter,
  type GpuParameterSource,
  nameOf,
  type StridedRows,
  wordBytes,
} from "./parameters.ts";

/** An array in a buffer. */
export interface Place {
  readonly buffer: GPUBuffer;
  /** In bytes. */
  readonly offset: number;
  readonly storage: ElementStorage;
  /** In elements, if rows are not contiguous. */
  readonly strided?: Strided | undefined;
}

export interface GpuTensor extends PlannedTensor {
  readonly length: number;
  readonly rows: number;
  readonly cols: number;
  readonly parameter: Place;
}

/** Bytes from the first byte of a place to after its last one. */
export function extentOf({ storage, strided }: Omit<Place, "buffer">, length: number): number {
  if (strided === undefined) {
    return length * elementBytes(storage);
  }
  const { columns, stride } = strided;
  return length === 0 ? 0 : 4 * ((length / columns - 1) * stride + columns);
}

/** The byte at which an element is; it must begin a row. */
export const byteOf = ({ offset, storage, strided }: Place, element: number): number =>
  offset +
  (strided ? 4 * (element / strided.columns) * strided.stride : element * elementBytes(storage));

/** @throws {BindingError} where rows are not as described */
function stridedBy(
  what: string,
  stride: number | undefined,
  columns: number,
  type: ElementStorage,
): Strided | undefined {
  if (stride === undefined) {
    return undefined;
  }
  if (!Number.isSafeInteger(stride) || stride % 4 !== 0 || stride < 4 * columns || stride < 4) {
    throw new BindingError(
      `${what}: its stride must be a multiple of 4 bytes, at least the ${4 * columns} of its ${columns} columns, not ${stride}`,
    );
  }
  if (type !== "float32") {
    throw new BindingError(
      `${what}: strided rows are of float32, not ${nameOf(type)}: keep it in rows side by side, { buffer, shape, type }`,
    );
  }
  return stride === 4 * columns ? undefined : { columns, stride: stride / 4 };
}

/**
 * @param columns the elements of a row
 * @throws {BindingError} where it is not a valid part of a buffer
 */
export function placeOf(
  what: string,
  { buffer, offset = 0, type = "float32", stride }: GpuGradient,
  { length, columns }: { readonly length: number; readonly columns: number },
  device: GPUDevice,
  usage: Usage = "STORAGE",
): Place {
  if (typeof buffer !== "object" || buffer === null || typeof buffer.size !== "number") {
    throw new BindingError(`${what} is not { buffer, shape } with a GPUBuffer`);
  }
  checkStorage(what, type, device);
  const strided = stridedBy(what, stride, columns, type);
  const bytes = strided
    ? extentOf({ offset, storage: type, strided }, length)
    : wordBytes(length, type);
  if (!Number.isSafeInteger(offset) || offset < 0 || offset % 4 !== 0) {
    throw new BindingError(`${what}: its offset must be a multiple of 4 bytes, not ${offset}`);
  }
  if (offset + bytes > buffer.size) {
    throw new BindingError(
      `${what}: ${length} elements of ${nameOf(type)}, ${bytes} bytes from byte ${offset} on, do not fit its buffer of ${buffer.size} bytes`,
    );
  }
  requireUsage(what, buffer, usage);
  return { buffer, offset, storage: type, ...(strided && { strided }) };
}

/** The elements of a row, which is an index of the first dimension; 1 for a vector. */
export const columnsOf = (shape: readonly number[]): number => elements(shape.slice(1));

export const sizesOf = ({ length, shape }: Pick<GpuTensor, "length" | "shape">) => ({
  ...{ length, columns: columnsOf(shape) },
});

/** Describes strided rows as a parameter with a shape. */
function described(given: GpuParameter | StridedRows): GpuParameter & { readonly stride?: number } {
  return typeof given === "object" && given !== null && "rows" in given && !("shape" in given)
    ? { ...given, shape: [given.rows, given.columns] }
    : (given as GpuParameter);
}

/** The parameters sorted by name, so that results do not depend on the given order. */
export function tensorsOf(source: GpuParameterSource, device: GPUDevice): GpuTensor[] {
  if (typeof source !== "object" || source === null || Object.keys(source).length === 0) {
    throw new BindingError("optimize: the second argument must be an object of parameters by name");
  }
  const tensors = Object.keys(source)
    .sort()
    .map((name): GpuTensor => {
      const given = described(source[name]!);
      checkShape(name, given?.shape);
      const shape = [...given.shape];
      const length = elements(shape);
      const rows = shape.length < 2 ? 1 : shape[0]!;
      const sizes = sizesOf({ length, shape });
      const parameter = placeOf(`parameter \`${name}\``, given, sizes, device);
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

/** A place as rows, in bytes. */
function linesOf({ place, length }: Named) {
  const { offset, strided } = place;
  const extent = extentOf(place, length);
  const width = strided ? 4 * strided.columns : extent;
  const step = strided ? 4 * strided.stride : extent;
  return { offset, width, step, count: strided ? length / strided.columns : 1 };
}

/** Whether any row of one shares bytes with a row of the other, which begins no earlier and within the first one's extent. */
function shareElements(one: Named, other: Named): boolean {
  const [a, b] = [linesOf(one), linesOf(other)];
  if (a.step === b.step) {
    // Interleaved rows of the same distance: it is enough to look at the first row of the second.
    const within = (b.offset - a.offset) % a.step;
    const next = Math.floor((b.offset - a.offset) / a.step) + 1;
    return within < a.width || (within + b.width > a.step && next < a.count);
  }
  const [few, many] = a.count < b.count ? [a, b] : [b, a];
  for (let row = 0; row < few.count; row++) {
    const from = few.offset + row * few.step;
    const first = Math.max(0, Math.floor((from - many.offset - many.width) / many.step) + 1);
    if (first < many.count && many.offset + first * many.step < from + few.width) {
      return true;
    }
  }
  return false;
}

interface Named {
  readonly what: string;
  readonly place: Place;
  readonly length: number;
}

/**
 * An element of two parameters would be updated twice, and wrongly. An element of a gradient and of anything else would be
 * written while it is read.
 * @throws {BindingError} which names both
 */
export function refuseShared(all: readonly Named[]): void {
  const buffers = new Map<GPUBuffer, Named[]>();
  for (const each of all.filter(({ length }) => length > 0)) {
    const { buffer } = each.place;
    buffers.set(buffer, [...(buffers.get(buffer) ?? []), each]);
  }
  for (const list of buffers.values()) {
    list.sort((a, b) => a.place.offset - b.place.offset);
    let open: Named[] = [];
    for (const each of list) {
      open = open.filter(
        ({ place, length }) => place.offset + extentOf(place, length) > each.place.offset,
      );
      const other = open.find((before) => shareElements(before, each));
      if (other !== undefined) {
        throw new BindingError(`${other.what} and ${each.what} share elements`);
      }
      open.push(each);
    }
  }
}
