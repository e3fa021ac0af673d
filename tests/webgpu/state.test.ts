/** An optimizer's state on a GPU: it goes there from the CPU and back, and counts steps without an end. */
import { describe, expect, it } from "vitest";
import { adam, optimize as optimizeOnCpu } from "../../src/index.ts";
import { optimize, parameters } from "../../src/webgpu/index.ts";
import { testDevice } from "./adapter.ts";
import { bound, clipped, cpuNet, difference, gpuNet, gradientAt, names } from "./both.ts";

describe("state", () => {
  it("goes from the CPU to the GPU and back, and the trajectory with it", async () => {
    const device = await testDevice();
    const whole = cpuNet();
    const reference = optimizeOnCpu(whole, clipped(), { threads: 1 });
    const here = cpuNet();
    const first = optimizeOnCpu(here, clipped(), { threads: 1 });
    const stepOnCpu = (net: typeof whole, optimizer: typeof reference, t: number) => {
      for (const name of names) optimizer.gradients[name].set(gradientAt(t, net[name].data));
      optimizer.step();
    };
    for (let t = 1; t <= 30; t++) stepOnCpu(whole, reference, t);
    for (let t = 1; t <= 10; t++) stepOnCpu(here, first, t);

    const gpu = await optimize(device, gpuNet(device), clipped());
    const snapshot = await gpu.read();
    snapshot.restore(first.state());
    for (const name of names) snapshot.parameters[name]!.data.set(here[name].data);
    gpu.write(snapshot);
    for (let t = 11; t <= 20; t++) {
      const { parameters: now } = await gpu.read();
      for (const name of names) {
        const { buffer, offset } = gpu.gradients[name];
        device.queue.writeBuffer(buffer, offset, gradientAt(t, now[name]!.data));
      }
      gpu.step();
    }

    const back = cpuNet();
    const last = optimizeOnCpu(back, clipped(), { threads: 1 });
    const there = await gpu.read();
    expect(last.restore(there.state())).toMatchObject({ step: 20, differences: [], hyper: [] });
    for (const name of names) back[name].data.set(there.parameters[name]!.data);
    for (let t = 21; t <= 30; t++) stepOnCpu(back, last, t);
    expect(difference(whole, back)).toBeLessThan(bound);
    gpu.dispose();
  });

  it("counts beyond 2^32", async () => {
    const device = await testDevice();
    const gpu = await optimize(device, parameters(device, { w: [2] }), adam());
    const state = { ...(await gpu.readState()), step: 2 ** 33 };
    await gpu.writeState(state);
    gpu.step();
    expect((await gpu.report()).step).toBe(2 ** 33 + 1);
    gpu.dispose();
  });
});
