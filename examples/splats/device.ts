// What the page needs from a GPU: a device, buffers, shaders and reading back. Each failure has a message for the user.
import { requestDevice } from "gradus/webgpu";

/** An error whose message is shown on the page. */
export class Failure extends Error {
  override readonly name = "Failure";
}

/** @throws Failure if there is no WebGPU */
export async function openDevice(): Promise<GPUDevice> {
  if (!isSecureContext) {
    throw new Failure("WebGPU only works on pages from https or from localhost.");
  }
  if (navigator.gpu === undefined) {
    throw new Failure(
      "This browser has no WebGPU. Use Chrome or Edge 113, Safari 26, Firefox 141 (on Windows), or a newer version.",
    );
  }
  try {
    return await requestDevice();
  } catch {
    throw new Failure(
      "This browser has WebGPU, but found no GPU that it can use. Check that hardware acceleration is on in its settings.",
    );
  }
}

// STORAGE | COPY_SRC | COPY_DST, and MAP_READ | COPY_DST. TypeScript's own library lacks these constants.
const onDevice = 0x80 | 0x4 | 0x8;
const readable = 0x1 | 0x8;
const mapForReading = 0x1;

export const storage = (device: GPUDevice, size: number): GPUBuffer =>
  device.createBuffer({ size, usage: onDevice });

/** A number that shaders read. */
export const uniform = (device: GPUDevice): GPUBuffer =>
  device.createBuffer({ size: 4, usage: 0x40 | 0x8 });

/**
 * Allocates memory on the device.
 * @throws Failure if the device does not have enough. What was made is then unusable
 */
export async function withinMemory<T>(device: GPUDevice, make: () => T): Promise<T> {
  device.pushErrorScope("out-of-memory");
  const made = make();
  if ((await device.popErrorScope()) !== null) {
    throw new Failure(
      "The GPU has no memory left for this. Use fewer splats, or a smaller picture.",
    );
  }
  return made;
}

/** A compute shader with its buffers, in the order of its bindings. */
export async function pass(device: GPUDevice, code: string, buffers: readonly GPUBuffer[]) {
  const compute = { module: device.createShaderModule({ code }) };
  const pipeline = await device.createComputePipelineAsync({ layout: "auto", compute });
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
  const bindGroup = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  return (encoder: GPUComputePassEncoder, x: number, y = 1) => {
    encoder.setPipeline(pipeline);
    encoder.setBindGroup(0, bindGroup);
    encoder.dispatchWorkgroups(x, y);
  };
}

/** Reads buffers, after everything that was submitted. */
export async function read(
  device: GPUDevice,
  buffers: readonly GPUBuffer[],
): Promise<ArrayBuffer[]> {
  const encoder = device.createCommandEncoder();
  const copies = buffers.map((buffer) => {
    const copy = device.createBuffer({ size: buffer.size, usage: readable });
    encoder.copyBufferToBuffer(buffer, 0, copy, 0, buffer.size);
    return copy;
  });
  device.queue.submit([encoder.finish()]);
  return Promise.all(
    copies.map(async (copy) => {
      await copy.mapAsync(mapForReading);
      const bytes = copy.getMappedRange().slice(0);
      copy.destroy();
      return bytes;
    }),
  );
}
