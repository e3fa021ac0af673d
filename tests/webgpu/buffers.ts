/** Numbers in buffers of the shared test device. */
import type { optimize } from "../../src/webgpu/index.ts";
import { testDevice } from "./adapter.ts";

const device = await testDevice();

/** A buffer that contains these numbers from byte `offset` on. */
export function bufferOf(
  numbers: ArrayLike<number>,
  { offset = 0, usage = 0x80 | 0x4 | 0x8 } = {},
): GPUBuffer {
  const size = offset + 4 * numbers.length;
  const buffer = device.createBuffer({ size, usage, mappedAtCreation: true });
  new Float32Array(buffer.getMappedRange()).set(numbers, offset / 4);
  buffer.unmap();
  return buffer;
}

/** Gradients of ones, each in its own buffer. */
export function onesFor(net: Readonly<Record<string, { readonly shape: readonly number[] }>>) {
  return Object.fromEntries(
    Object.entries(net).map(([name, { shape }]) => {
      const length = shape.reduce((a, b) => a * b, 1);
      return [name, { buffer: bufferOf(new Float32Array(length).fill(1)) }];
    }),
  );
}

type Optimizer = Awaited<ReturnType<typeof optimize>>;

/** Writes the first numbers of a gradient. */
export function fill({ gradients }: Optimizer, name: string, ...numbers: readonly number[]): void {
  const { buffer, offset } = gradients[name]!;
  device.queue.writeBuffer(buffer, offset, Float32Array.from(numbers));
}

/** The numbers of a parameter. */
export const valuesOf = async (optimizer: Optimizer, name: string) => [
  ...(await optimizer.read()).parameters[name]!.data,
];
