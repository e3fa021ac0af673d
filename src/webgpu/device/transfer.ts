/** Copies between a GPU's buffers and arrays. */
import type { StoredElements } from "../../compilers/storages/storage.ts";
import type { ElementStorage, Strided } from "../../compilers/wgsl/layout.ts";
import { fromHalf, toHalf } from "../../numbers/float16.ts";
import { DeviceError } from "../errors.ts";
import { copyPlace, packedPlace } from "./copying.ts";
import { assertPresent, scoped } from "./scopes.ts";

/** The largest size of a buffer for mapping, in bytes. */
const maxStaged = 1 << 26;

// MAP_READ | COPY_DST: the names are not global everywhere.
const readUsage = 0x1 | 0x8;
const mapRead = 0x1;

/** A part of a buffer, and the array for it. */
export interface Span {
  readonly buffer: GPUBuffer;
  /** In bytes. */
  readonly offset: number;
  readonly array: StoredElements;
  /** The storage in the buffer of the array's float32 numbers; `"bits"` if the array has the same bits as the buffer. */
  readonly storage: ElementStorage | "bits";
  readonly strided?: Strided | undefined;
}

/** Whole words of a buffer, and the bytes for them. */
export interface Words {
  readonly buffer: GPUBuffer;
  /** In bytes. */
  readonly offset: number;
  readonly into: Uint8Array;
}

/** The bytes of an array of words. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Words that are copied into a buffer for mapping, from byte `at` on. */
interface Piece extends Words {
  readonly at: number;
}

/** Divides words into lists that each fit a buffer for mapping. */
function pack(all: readonly Words[]): Piece[][] {
  const packs: Piece[][] = [];
  let used = maxStaged;
  for (const { buffer, offset, into } of all) {
    for (let done = 0; done < into.length; ) {
      if (used === maxStaged) {
        packs.push([]);
        used = 0;
      }
      const part = into.subarray(done, done + maxStaged - used);
      packs.at(-1)!.push({ buffer, offset: offset + done, into: part, at: used });
      done += part.length;
      used += part.length;
    }
  }
  return packs;
}

/** Copies words into buffers, in one submission, and maps these. */
function stage(device: GPUDevice, all: readonly Words[]) {
  const encoder = device.createCommandEncoder();
  const staged = pack(all).map((pieces) => {
    const size = pieces.reduce((sum, { into }) => sum + into.length, 0);
    const staging = device.createBuffer({ size, usage: readUsage });
    for (const { buffer, offset, into, at } of pieces) {
      encoder.copyBufferToBuffer(buffer, offset, staging, at, into.length);
    }
    return { staging, pieces };
  });
  device.queue.submit([encoder.finish()]);
  return staged.map((each) => ({ ...each, mapping: each.staging.mapAsync(mapRead) }));
}

/** Milliseconds within which a device that returns nothing should have reported that it is lost. */
const patience = 10_000;

/** Waits for the loss of a device, which may be reported after the error that it caused. */
async function untilLost(device: GPUDevice): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tired = new Promise((resolve) => {
    timer = setTimeout(resolve, patience);
  });
  await Promise.race([device.lost, tired]);
  clearTimeout(timer);
}

/**
 * Reads words after all that is submitted before the call. What is submitted later does not change the result, even while
 * it waits. In the meantime it takes the same amount of memory again.
 * @throws {DeviceError} where the device is lost, or refuses it
 */
export async function readWords(device: GPUDevice, all: readonly Words[]): Promise<void> {
  const { result: staged, refusal } = scoped(device, () => stage(device, all));
  const mapping = Promise.allSettled(staged.map((each) => each.mapping));
  try {
    const [why, mapped] = await Promise.all([refusal, mapping]);
    const failed = mapped.find((each) => each.status === "rejected");
    if (why === undefined && failed !== undefined) {
      await untilLost(device);
    }
    assertPresent(device);
    if (why !== undefined || failed !== undefined) {
      throw new DeviceError(why ?? `the device returned nothing: ${failed!.reason}`);
    }
    for (const { staging, pieces } of staged) {
      const mapped = new Uint8Array(staging.getMappedRange());
      for (const { into, at } of pieces) {
        into.set(mapped.subarray(at, at + into.length));
      }
    }
  } finally {
    for (const { staging } of staged) {
      staging.destroy();
    }
  }
}

/** The bytes of an array, or of a copy with whole words, because copies need whole words. */
function inWords(array: StoredElements): Uint8Array {
  const bytes = bytesOf(array);
  return bytes.length % 4 === 0 ? bytes : new Uint8Array(Math.ceil(bytes.length / 4) * 4);
}

/** Copies strided rows to contiguous places. */
function packed(device: GPUDevice, spans: readonly Span[]) {
  const encoder = device.createCommandEncoder();
  const made: GPUBuffer[] = [];
  const all = spans.map((span) => {
    if (span.strided === undefined) {
      return span;
    }
    const place = packedPlace(device, span.array.length, "float32");
    copyPlace(device, encoder, { ...span, storage: "float32" }, place, span.array.length);
    made.push(place.buffer);
    return { array: span.array, ...place };
  });
  if (made.length > 0) {
    device.queue.submit([encoder.finish()]);
  }
  return { all, made };
}

/** Fills arrays from the device, and reads other words of the same moment, as `readWords` does. */
export async function read(
  device: GPUDevice,
  spans: readonly Span[],
  more: readonly Words[] = [],
): Promise<void> {
  const { result, refusal } = scoped(device, () => packed(device, spans));
  const parts = result.all.map(({ array, storage, ...place }) => {
    const bits = storage === "float16" ? new Uint16Array(array.length) : array;
    return { array, bits, place: { ...place, into: inWords(bits) } };
  });
  try {
    const reading = readWords(device, [...parts.map(({ place }) => place), ...more]);
    const [why] = await Promise.all([refusal, reading]);
    if (why !== undefined) {
      throw new DeviceError(why);
    }
  } finally {
    for (const buffer of result.made) {
      buffer.destroy();
    }
  }
  for (const { array, bits, place } of parts) {
    const bytes = bytesOf(bits);
    if (place.into.length > bytes.length) {
      bytes.set(place.into.subarray(0, bytes.length));
    }
    if (bits !== array) {
      array.set(Float32Array.from(bits, fromHalf));
    }
  }
}

/** Writes an array to the device. */
export function write(device: GPUDevice, span: Span): void {
  const { buffer, offset, array, storage, strided } = span;
  if (array.length === 0) {
    return;
  }
  const bits = storage === "float16" ? Uint16Array.from(array, toHalf) : array;
  const words = inWords(bits);
  if (words.length > bits.byteLength) {
    words.set(bytesOf(bits));
  }
  if (strided === undefined) {
    device.queue.writeBuffer(buffer, offset, words as Uint8Array<ArrayBuffer>);
    return;
  }
  const place = packedPlace(device, array.length, "float32");
  device.queue.writeBuffer(place.buffer, 0, words as Uint8Array<ArrayBuffer>);
  const encoder = device.createCommandEncoder();
  const to = { buffer, offset, storage: "float32" as const, strided };
  copyPlace(device, encoder, place, to, array.length);
  device.queue.submit([encoder.finish()]);
  place.buffer.destroy();
}
