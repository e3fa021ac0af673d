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

/** Reads bytes from any place of a buffer: copies begin and end at multiples of four. */
export async function readBytes(
  device: GPUDevice,
  buffer: GPUBuffer,
  offset: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const result = new Uint8Array(length);
  for (let at = 0; at < length; at += chunk) {
    const end = offset + Math.min(at + chunk, length);
    const first = offset + at - ((offset + at) % 4);
    const last = Math.min(Math.ceil(end / 4) * 4, buffer.size);
    const bytes = await readChunk(device, buffer, first, last);
    result.set(new Uint8Array(bytes, offset + at - first, end - offset - at), at);
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
  // Writes are of whole words: the neighbour of an odd last element keeps its bits only in buffers of our own.
  const halves = new Uint16Array(Math.ceil(array.length / 2) * 2);
  halves.set(Uint16Array.from(array, toHalf));
  device.queue.writeBuffer(buffer, offset, halves);
}
