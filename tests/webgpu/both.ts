/** One network on the CPU and on a GPU, with the same parameters and gradients. */
import { adamw, chain, clipByGlobalNorm, cosine, optimize, parameters } from "../../src/index.ts";
import type { Rule } from "../../src/rule/definition.ts";
import * as webgpu from "../../src/webgpu/index.ts";

export const shapes = { w: [17, 9], b: [10], long: [3, 2000], scale: [] } as const;
export type Name = keyof typeof shapes;
export const names = Object.keys(shapes) as Name[];

/** Parameters without structure, as float32. */
export function start(name: Name, length: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, (_, i) => Math.sin(1 + 1.3 * i + name.length));
}

/** The gradient of a noisy bowl at some parameters, at step `t`. */
export function gradientAt(t: number, data: Float32Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(data, (value, i) => value + 0.3 * Math.cos(1.7 * t + i));
}

export function cpuNet() {
  const net = parameters(shapes);
  for (const name of names) {
    net[name].data.set(start(name, net[name].data.length));
  }
  return net;
}

export function gpuNet(device: GPUDevice, type: "float32" | "float16" = "float32") {
  const net = webgpu.parameters(device, shapes, { type });
  for (const [name, { data }] of Object.entries(cpuNet())) {
    const { buffer, offset } = net[name as Name];
    device.queue.writeBuffer(buffer, offset, data.slice());
  }
  return net;
}

/** A rule with a reduction over all parameters and a learning rate that changes with each step. */
export const clipped = () =>
  chain(clipByGlobalNorm(1), adamw({ lr: cosine({ initial: 0.1, steps: 30 }) })) as Rule;

/** The optimizers of one rule on both, and a step of both with the gradients at the CPU's parameters. */
export async function both(
  device: GPUDevice,
  make: () => Rule,
  options: webgpu.GpuOptimizeOptions = {},
) {
  const net = cpuNet();
  const { rows: _, gradients: __, ...shared } = options;
  const cpu = optimize(net, make(), { ...shared, threads: 1 } as never);
  const gpu = await webgpu.optimize(device, gpuNet(device), make(), options as never);
  const step = (t: number) => {
    let loss = 0;
    for (const name of names) {
      const gradient = gradientAt(t, net[name].data);
      loss += gradient.reduce((sum, value) => sum + value * value, 0);
      cpu.gradients[name].set(gradient);
      const { buffer, offset } = gpu.gradients[name];
      device.queue.writeBuffer(buffer, offset, gradient);
    }
    cpu.step(undefined, { loss });
    gpu.step(undefined, { loss });
  };
  return { net, cpu, gpu, step };
}

/**
 * The largest difference of trajectories after 25 steps. Float32 rounds at 6e-8. A device may divide and take roots within 2.5
 * units in
 * the last place, where the CPU is exact. A step has up to three of these, one after the other.
 */
export const bound = 25 * 3 * 6e-8;

/** The largest difference of any element, relative to the largest element. */
export function difference(
  a: Readonly<Record<string, { data: ArrayLike<number> }>>,
  b: Readonly<Record<string, { data: ArrayLike<number> }>>,
): number {
  let [most, largest] = [0, 0];
  for (const [name, { data }] of Object.entries(a)) {
    for (let i = 0; i < data.length; i++) {
      const apart = Math.abs(data[i]! - b[name]!.data[i]!);
      // NaN counts as an infinite difference.
      most = apart <= most ? most : Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart;
      largest = Math.max(largest, Math.abs(data[i]!));
    }
  }
  return most / largest;
}

/** Arrays in the form of parameters. */
export const asParameters = (arrays: Readonly<Record<string, ArrayLike<number>>>) =>
  Object.fromEntries(Object.entries(arrays).map(([name, data]) => [name, { data }]));
