/** Parameters on a GPU: named parts of buffers, with shapes. */
import type { Storage } from "../compilers/storages/storage.ts";
import type { ElementStorage } from "../compilers/wgsl/layout.ts";
import { codeOf } from "../compilers/wgsl/storages/codes.ts";
import { BindingError, checkOptions } from "../runtime/errors.ts";
import {
  checkShape,
  elements,
  type NarrowParameter,
  narrowParameters,
  type Parameter,
} from "../runtime/parameters.ts";
import { didYouMean } from "../suggest.ts";
import { checkDevice } from "./device/device.ts";

/** A part of a buffer, row-major. */
export interface GpuParameter {
  /** With usage `STORAGE`, and `COPY_SRC | COPY_DST` where it is to be saved, restored or copied. */
  readonly buffer: GPUBuffer;
  /** Bytes before its first element: a multiple of 4. Default 0. */
  readonly offset?: number;
  /** The length of each dimension; empty for a single number. */
  readonly shape: readonly number[];
  /**
   * How its elements are kept; arithmetic is in float32. A storage of 16 bits such as `bfloat16`, with any rounding, has the bits
   * of the CPU; `"float16"` is the device's own, which rounds as it likes. The two bytes behind an odd last element of 16 bits are
   * padding: they may be written where it is. Default `"float32"`.
   */
  readonly type?: ElementStorage;
}

/**
 * Rows of float32 that lie apart in a buffer, such as one attribute of splats whose attributes are interleaved: a matrix of
 * `rows` × `columns`. As in the layout of vertices all distances are in bytes.
 */
export interface StridedRows {
  /** As of {@link GpuParameter}. Other attributes may be between the rows; the gradients are in another buffer. */
  readonly buffer: GPUBuffer;
  /** Bytes before the first row: a multiple of 4. Default 0. */
  readonly offset?: number;
  /** Bytes from one row to the next, `arrayStride` of a vertex buffer: a multiple of 4. */
  readonly stride: number;
  /** The number of rows. */
  readonly rows: number;
  /** Numbers of a row. */
  readonly columns: number;
}

/** Where a gradient is, in as many elements as its parameter has. */
export interface GpuGradient extends Omit<GpuParameter, "shape"> {
  /** Bytes from one row (the first dimension) to the next, where rows do not lie side by side: of float32, a multiple of 4. */
  readonly stride?: number;
}

/** Such a parameter on the CPU: of a storage of 16 bits, its bits. */
export type ReadParameter<P> = P extends { readonly type: Storage }
  ? NarrowParameter
  : Parameter<Float32Array>;

/** What `optimize` takes, by name. */
export type GpuParameterSource = Readonly<Record<string, GpuParameter | StridedRows>>;

/** Where the gradients are of a parameter: those of strided rows in strided rows, too. */
export type GradientOf<P> = P extends StridedRows
  ? Required<GpuParameter & StridedRows>
  : Required<GpuParameter>;

const plainBytes = { float32: 4, float16: 2 } as const;

/** Bytes of an element. */
export const elementBytes = (storage: ElementStorage): number =>
  typeof storage === "string" ? plainBytes[storage] : storage.bytes;

export const nameOf = (storage: ElementStorage): string =>
  typeof storage === "string" ? storage : storage.name;

/** How elements are encoded, if shaders encode them. */
export const encodedAs = (storage: ElementStorage): Storage | undefined =>
  typeof storage === "string" ? undefined : storage;

/** Elements to whose multiples arrays in buffers of our own are padded. */
export const padding = 4;

/** Bytes of an array in whole words: what copies are of. */
export const wordBytes = (length: number, storage: ElementStorage): number =>
  Math.ceil((length * elementBytes(storage)) / 4) * 4;

export const padded = (length: number): number => Math.ceil(length / padding) * padding;

/** Buffers of our own: what lies between two arrays in them is padding. */
const own = new WeakSet<GPUBuffer>();

export const isOwn = (buffer: GPUBuffer): boolean => own.has(buffer);

/** A buffer that shaders and copies may use. @param size in bytes */
export function allocate(device: GPUDevice, size: number, label: string): GPUBuffer {
  const buffer = allocateInterleaved(device, size, label);
  own.add(buffer);
  return buffer;
}

/** The same for arrays between whose elements others are. */
export function allocateInterleaved(device: GPUDevice, size: number, label: string): GPUBuffer {
  // STORAGE | COPY_SRC | COPY_DST: the names are not global everywhere.
  return device.createBuffer({ label, size: Math.max(16, size), usage: 0x80 | 0x4 | 0x8 });
}

/** Options of {@link parameters}. */
export interface GpuParametersOptions<T extends ElementStorage = ElementStorage> {
  /**
   * `"float32"`, a storage of 16 bits such as `bfloat16`, or `"float16"`, which needs a device with the feature `shader-f16`.
   * Default `"float32"`.
   */
  readonly type?: T;
}

interface Sized {
  readonly name: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** The arrays of each buffer: as few as bindings of the device can hold. */
function shareOut(all: readonly Sized[], most: number): Sized[][] {
  const buffers: Sized[][] = [[]];
  let used = 0;
  for (const each of all) {
    if (used > 0 && used + each.bytes > most) {
      buffers.push([]);
      used = 0;
    }
    buffers.at(-1)!.push(each);
    used += each.bytes;
  }
  return buffers;
}

/**
 * Makes zeroed parameters in buffers on a device, side by side: one dispatch then updates many.
 *
 * @param device of `requestDevice`, or one of yours
 * @param shapes the shape of each parameter by its name, such as `{ w: [784, 10], b: [10] }`
 * @returns each parameter by its name: `{ buffer, offset, shape, type }`; write to them with `device.queue.writeBuffer`. The gradients that
 *   `optimize` makes for them lie in the same way: parameters of one buffer, if all are
 *   bound, have theirs in one, at the same offsets
 * @throws {BindingError} where a shape is none, the device has no float16, a storage has no WGSL, or a parameter is larger than its
 *   buffers
 * @example
 * const device = await requestDevice();
 * const { w } = parameters(device, { w: [2, 3] });
 * device.queue.writeBuffer(w.buffer, w.offset, new Float32Array(6).fill(0.5));
 */
export function parameters<
  const S extends Readonly<Record<string, readonly number[]>>,
  T extends ElementStorage = "float32",
>(
  device: GPUDevice,
  shapes: S,
  options: GpuParametersOptions<T> = {},
): { readonly [K in keyof S]: Required<GpuParameter> & { readonly type: T } } {
  checkDevice("parameters", device);
  checkOptions("parameters", options, ["type"]);
  const type: ElementStorage = options.type ?? "float32";
  checkStorage("parameters", type, device);
  const sized = Object.entries(shapes).map(([name, shape]): Sized => {
    checkShape(name, shape);
    const bytes = padded(elements(shape)) * elementBytes(type);
    if (bytes > device.limits.maxBufferSize) {
      throw new BindingError(
        `parameter \`${name}\` has ${bytes} bytes; a buffer of this device has ${device.limits.maxBufferSize} at most: requestDevice() requests the largest limits of the adapter`,
      );
    }
    return { name, shape, bytes };
  });
  const most = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
  const result: Record<string, Required<GpuParameter>> = Object.create(null);
  for (const together of shareOut(sized, most)) {
    const size = together.reduce((sum, { bytes }) => sum + bytes, 0);
    const buffer = allocate(device, size, "gradus parameters");
    let offset = 0;
    for (const { name, shape, bytes } of together) {
      result[name] = { buffer, offset, shape: [...shape], type };
      offset += bytes;
    }
  }
  return result as { readonly [K in keyof S]: never };
}

/** @throws {BindingError} where it keeps no single elements, or shaders cannot say it */
function checkEncoding(where: string, storage: Storage): void {
  narrowParameters.value(where, storage);
  if (codeOf(storage) === undefined) {
    throw new BindingError(
      `${where}: a GPU cannot keep it as "${storage.name}": its encoding has no \`wgsl\`, which shaders need`,
    );
  }
}

/** @throws {BindingError} where the device cannot keep elements so */
export function checkStorage(where: string, type: unknown, device: GPUDevice): void {
  if (typeof type === "object" && type !== null) {
    checkEncoding(where, type as Storage);
    return;
  }
  const known = Object.keys(plainBytes);
  if (!known.includes(type as string)) {
    const hint =
      type === "float64"
        ? ": a GPU has no float64; use the CPU's `optimize` for it"
        : `${didYouMean(String(type), known)} (float32, float16, or a storage such as bfloat16)`;
    throw new BindingError(`${where}: no type \`${String(type)}\` on a GPU${hint}`);
  }
  if (type === "float16" && !device.features.has("shader-f16")) {
    throw new BindingError(
      `${where}: this device has no float16: request it with the feature "shader-f16", if its adapter has it, or pass the storage float16 of gradus`,
    );
  }
}
