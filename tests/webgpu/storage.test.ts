/** How parameters are kept on a GPU: as halves, and in more buffers than one binding may hold. */
import { expect, it } from "vitest";
import {
  adam,
  chain,
  clipByGlobalNorm,
  parameters as onCpu,
  optimize as optimizeOnCpu,
  type Rule,
} from "../../src/index.ts";
import { fromHalf, toHalf } from "../../src/webgpu/half.ts";
import { optimize, parameters } from "../../src/webgpu/index.ts";
import { testDevice } from "./adapter.ts";
import { bound, difference } from "./both.ts";

const half = (value: number): number => fromHalf(toHalf(value));

it("as float16 are rounded once a step, where the adapter has it, and else refused", async () => {
  const device = await testDevice();
  const shapes = { w: [7, 3], b: [5] } as const;
  if (!device.features.has("shader-f16")) {
    // Adapters in software have none but Mesa's: VK_DRIVER_FILES names another driver.
    expect(() => parameters(device, shapes, { type: "float16" })).toThrow('feature "shader-f16"');
    return;
  }
  const cpu = onCpu(shapes);
  const reference = optimizeOnCpu(cpu, adam({ lr: 0.1 }), { threads: 1 });
  const gpu = await optimize(
    device,
    parameters(device, shapes, { type: "float16" }),
    adam({ lr: 0.1 }),
  );
  const snapshot = await gpu.read();
  const names = ["w", "b"] as const;
  for (const name of names) {
    cpu[name].data.forEach((_, i, data) => void (data[i] = half(Math.sin(i))));
    snapshot.parameters[name]!.data.set(cpu[name].data);
  }
  gpu.write(snapshot);
  for (let t = 1; t <= 10; t++) {
    for (const name of names) {
      const gradient = Float32Array.from(cpu[name].data, (_, i) => half(Math.cos(i * t)));
      reference.gradients[name].set(gradient);
      const halves = new Uint16Array(2 * Math.ceil(gradient.length / 2));
      halves.set(Uint16Array.from(gradient, toHalf));
      device.queue.writeBuffer(gpu.gradients[name].buffer, gpu.gradients[name].offset, halves);
    }
    reference.step();
    gpu.step();
    for (const name of names) cpu[name].data.forEach((x, i, data) => void (data[i] = half(x)));
  }
  // A last bit of float32 may decide a rounding to half: one in a thousand at most.
  expect(difference(cpu, (await gpu.read()).parameters)).toBeLessThan(2 ** -10);
  gpu.dispose();
});

/** The same device, held to smaller bindings. */
function limited(device: GPUDevice, bytes: number): GPUDevice {
  const limits = new Proxy(device.limits, {
    get: (target, name) =>
      name === "maxStorageBufferBindingSize" ? bytes : target[name as keyof GPUSupportedLimits],
  });
  return new Proxy(device, {
    get(target, name) {
      const value: unknown = name === "limits" ? limits : target[name as keyof GPUDevice];
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

it("are split where state is larger than a binding, and reductions go over all parts", async () => {
  const whole = await testDevice();
  // Adam's m and v of 100,000 elements take 800 kB.
  const device = limited(whole, 300_000);
  const shapes = { long: [100_000], w: [10, 10], other: [30_000] } as const;
  const make = () => chain(clipByGlobalNorm(1), adam({ lr: 0.1 })) as Rule;
  const cpu = onCpu(shapes);
  const reference = optimizeOnCpu(cpu, make(), { threads: 1 });
  const net = parameters(whole, shapes);
  const gpu = await optimize(device, net, make());
  for (let t = 1; t <= 5; t++) {
    for (const [name, { data }] of Object.entries(cpu)) {
      const gradient = Float32Array.from(data, (x, i) => x + Math.sin(i * t));
      reference.gradients[name as keyof typeof shapes].set(gradient);
      const { buffer, offset } = gpu.gradients[name as keyof typeof shapes];
      device.queue.writeBuffer(buffer, offset, gradient);
    }
    reference.step();
    gpu.step();
  }
  const snapshot = await gpu.read();
  expect(difference(cpu, snapshot.parameters)).toBeLessThan(bound);
  const there = snapshot.stateViews().parameters["long"]!["adam.m"]!;
  const here = reference.stateViews().parameters["long"]!["adam.m"]!;
  expect(there.length).toBe(100_000);
  expect(difference({ m: { data: here } }, { m: { data: there } })).toBeLessThan(bound);
  gpu.write(snapshot);
  expect(difference(cpu, (await gpu.read()).parameters)).toBeLessThan(bound);
  gpu.dispose();
});
