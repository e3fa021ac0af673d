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
  /** With usage `STORAGE`, and also `COPY_SRC | COPY_DST` if it is to be saved, restored or copied. */
  readonly buffer: GPUBuffer;
  /** Bytes before its first element: a multiple of 4. Default 0. */
  readonly offset?: number;
  /** The length of each dimension; empty for a single number. */
  readonly shape: readonly number[];
  /**
   * The storage of its elements; arithmetic is in float32. A storage of 16 bits such as `bfloat16`, with any rounding, has the same
   * bits as on the CPU; `"float16"` is the device's own type, whose rounding is up to the device. If the number of 16-bit elements is
   * odd, the two bytes after the last one are padding, and may be written. Default `"float32"`.
   */
  readonly type?: ElementStorage;
}

/**
 * Float32 rows that are not contiguous, such as one attribute of splats whose attributes are interleaved: a matrix of
 * `rows` × `columns`. As in vertex layouts, all distances are in bytes.
 */
export interface StridedRows {
  /** As for {@link GpuParameter}. Other attributes may be between the rows. The gradients must be in another buffer. */
  readonly buffer: GPUBuffer;
  /** Bytes before the first row: a multiple of 4. Default 0. */
  readonly offset?: number;
  /** Bytes from one row to the next, as `arrayStride` of a vertex buffer: a multiple of 4. */
  readonly stride: number;
  /** The number of rows. */
  readonly rows: number;
  /** The numbers in a row. */
  readonly columns: number;
}

/** The place of a gradient, with as many elements as its parameter. */
export interface GpuGradient extends Omit<GpuParameter, "shape"> {
  /** Bytes from one row (the first dimension) to the next, if rows are not contiguous: for float32, a multiple of 4. */
  readonly stride?: number;
}

/** The same parameter on the CPU; for a storage of 16 bits, its bits. */
export type ReadParameter<P> = P extends { readonly type: Storage }
  ? NarrowParameter
  : Parameter<Float32Array>;

/** The parameters for `optimize`, by name. */
export type GpuParameterSource = Readonly<Record<string, GpuParameter | StridedRows>>;

/** The place of a parameter's gradient: strided rows for strided rows. */
export type GradientOf<P> = P extends StridedRows
  ? Required<GpuParameter & StridedRows>
  : Required<GpuParameter>;

const plainBytes = { float32: 4, float16: 2 } as const;

/** The bytes of an element. */
export const elementBytes = (storage: ElementStorage): number =>
  typeof storage === "string" ? plainBytes[storage] : storage.bytes;

export const nameOf = (storage: ElementStorage): string =>
  typeof storage === "string" ? storage : storage.name;

/** The storage, if shaders must encode its elements. */
export const encodedAs = (storage: ElementStorage): Storage | undefined =>
  typeof storage === "string" ? undefined : storage;

/** In Gradus' own buffers, arrays are padded to multiples of so many elements. */
export const padding = 4;

/** The bytes of an array in whole words, which copies need. */
export const wordBytes = (length: number, storage: ElementStorage): number =>
  Math.ceil((length * elementBytes(storage)) / 4) * 4;

export const padded = (length: number): number => Math.ceil(length / padding) * padding;

/** Gradus' own buffers, in which there is only padding between arrays. */
const own = new WeakSet<GPUBuffer>();

export const isOwn = (buffer: GPUBuffer): boolean => own.has(buffer);

/** A buffer for shaders and copies. @param size in bytes */
export function allocate(device: GPUDevice, size: number, label: string): GPUBuffer {
  const buffer = allocateInterleaved(device, size, label);
  own.add(buffer);
  return buffer;
}

/** The same for interleaved arrays. */
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

/** Distributes arrays over buffers: as few as the device's bindings allow. */
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
 * Makes zeroed parameters on a device, together in as few buffers as possible, so that one dispatch updates many.
 *
 * @param device a device of `requestDevice`, or your own
 * @param shapes the shape of each parameter by its name, such as `{ w: [784, 10], b: [10] }`
 * @returns each parameter by its name: `{ buffer, offset, shape, type }`; write to them with `device.queue.writeBuffer`. The gradients
 *   that `optimize` makes for them have the same layout: if all parameters of a buffer are bound, their gradients are in one buffer,
 *   at the same offsets
 * @throws {BindingError} where a shape is not valid, the device has no float16, a storage has no WGSL, or a parameter is larger than
 *   the device's buffers
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

/** @throws {BindingError} where the storage is not element by element, or shaders do not support it */
function checkEncoding(where: string, storage: Storage): void {
  narrowParameters.value(where, storage);
  if (codeOf(storage) === undefined) {
    throw new BindingError(
      `${where}: a GPU cannot keep it as "${storage.name}": its encoding has no \`wgsl\`, which shaders need`,
    );
  }
}

/** @throws {BindingError} where the device does not support this storage */
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
