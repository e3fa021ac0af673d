/** Parameters in more buffers than one binding may hold. */
import { expect, it } from "vitest";
import {
  adam,
  chain,
  clipByGlobalNorm,
  parameters as onCpu,
  optimize as optimizeOnCpu,
  type Rule,
} from "../../src/index.ts";
import { optimize, parameters } from "../../src/webgpu/index.ts";
import { limited, testDevice } from "./adapter.ts";
import { bound, difference } from "./both.ts";

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
