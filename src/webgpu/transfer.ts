/** Copies between a GPU's buffers and arrays. */
import type { ElementStorage } from "../compilers/wgsl/layout.ts";
import { fromHalf, toHalf } from "./half.ts";
import { storageBytes } from "./parameters.ts";

/** Bytes that are read at once: what waits to be mapped is memory twice. */
const chunk = 16 << 20;

// MAP_READ | COPY_DST: the names are not global everywhere.
const readUsage = 0x1 | 0x8;
const mapRead = 0x1;

/** A part of a buffer and the array that it is for. */
export interface Span {
  readonly buffer: GPUBuffer;
  /** Bytes. */
  readonly offset: number;
  readonly array: Float32Array;
  readonly storage: ElementStorage;
}

async function readChunk(
  device: GPUDevice,
  buffer: GPUBuffer,
  from: number,
  to: number,
): Promise<ArrayBuffer> {
  const staging = device.createBuffer({ size: to - from, usage: readUsage });
  try {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, from, staging, 0, to - from);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(mapRead);
    return staging.getMappedRange().slice(0);
  } finally {
    staging.destroy();
  }
}

/** @param offset at the beginning of a word: copies are of whole ones */
export async function readBytes(
  device: GPUDevice,
  buffer: GPUBuffer,
  offset: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const result = new Uint8Array(length);
  for (let at = 0; at < length; at += chunk) {
    const count = Math.min(chunk, length - at);
    const end = offset + at + Math.ceil(count / 4) * 4;
    const bytes = await readChunk(device, buffer, offset + at, end);
    result.set(new Uint8Array(bytes, 0, count), at);
  }
  return result;
}

/** Fills an array from the device. */
export async function read(device: GPUDevice, span: Span): Promise<void> {
  const { buffer, offset, array, storage } = span;
  if (array.length === 0) {
    return;
  }
  const bytes = await readBytes(device, buffer, offset, array.length * storageBytes[storage]);
  if (storage === "float32") {
    array.set(new Float32Array(bytes.buffer));
  } else {
    array.set(Float32Array.from(new Uint16Array(bytes.buffer), fromHalf));
  }
}

/** Writes an array to the device. */
export function write(device: GPUDevice, { buffer, offset, array, storage }: Span): void {
  if (array.length === 0) {
    return;
  }
  if (storage === "float32") {
    device.queue.writeBuffer(buffer, offset, array as Float32Array<ArrayBuffer>);
    return;
  }
  // Writes are of whole words.
  const halves = new Uint16Array(Math.ceil(array.length / 2) * 2);
  halves.set(Uint16Array.from(array, toHalf));
  device.queue.writeBuffer(buffer, offset, halves);
}
