/** Tensors of a contestant on WebGPU: parts of buffers, which can be filled from tiles and compared with tiles. */
import { timedUntil } from "../harness/interleave.ts";
import { comparingRead, emptyArray, fillFrom } from "../peers/arrays.ts";
import type { FloatArray, UpdateContestant } from "../peers/peer.ts";

/** A part of a buffer. */
export interface Part {
  readonly buffer: GPUBuffer;
  /** In bytes. */
  readonly offset: number;
  /** In elements. */
  readonly length: number;
}

/** Constants of WebGPU that are not globals everywhere. */
export const usage = {
  mapRead: 0x1,
  copySource: 0x4,
  copyTarget: 0x8,
  uniform: 0x40,
  storage: 0x80,
};

export function makeBuffer(device: GPUDevice, elements: number): GPUBuffer {
  const { storage, copySource, copyTarget } = usage;
  const size = 4 * elements;
  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
  if (size > Math.min(maxBufferSize, maxStorageBufferBindingSize)) {
    throw new Error(`a tensor of ${size} bytes is larger than a buffer of this device`);
  }
  return device.createBuffer({ size, usage: storage | copySource | copyTarget });
}

/** Repeats the tile over all parts, as if they were one array. */
export function writeTiles(device: GPUDevice, parts: readonly Part[], tile: FloatArray): void {
  const arrays = parts.map(({ length }) => emptyArray("float32", length));
  fillFrom(arrays, tile);
  for (const [index, { buffer, offset }] of parts.entries()) {
    device.queue.writeBuffer(buffer, offset, arrays[index] as Float32Array<ArrayBuffer>);
  }
}

const chunk = 1 << 28;

async function readPart(device: GPUDevice, part: Part): Promise<Float32Array> {
  const result = new Float32Array(part.length);
  for (let at = 0; at < 4 * part.length; at += chunk) {
    const size = Math.min(chunk, 4 * part.length - at);
    const staging = device.createBuffer({ size, usage: usage.mapRead | usage.copyTarget });
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(part.buffer, part.offset + at, staging, 0, size);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(usage.mapRead);
    result.set(new Float32Array(staging.getMappedRange()), at / 4);
    staging.destroy();
  }
  return result;
}

/** The comparing methods of a contestant whose parameters are in buffers. */
export function comparingParts(
  device: GPUDevice,
  parts: readonly Part[],
): Pick<UpdateContestant, "distance" | "sample"> {
  const read = async () => {
    const arrays: Float32Array[] = [];
    for (const part of parts) {
      arrays.push(await readPart(device, part));
    }
    return arrays;
  };
  return comparingRead(read);
}

/** Times steps that are submitted one after the other; the clock stops when the device has finished all of them. */
export const timedOn = (device: GPUDevice, step: () => void): UpdateContestant["run"] =>
  timedUntil(step, () => device.queue.onSubmittedWorkDone());
