/** What an optimizer on a GPU promises besides the maths. */
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  adam,
  BindingError,
  cosine,
  DisposedError,
  GradientError,
  type Rule,
  sgd,
} from "../../src/index.ts";
import { DeviceError, optimize, parameters, requestDevice } from "../../src/webgpu/index.ts";
import { openGpu, testDevice } from "./adapter.ts";
import { both, bound, clipped, difference } from "./both.ts";
import { bufferOf, onesFor } from "./buffers.ts";

const poison = Float32Array.of(Number.NaN);

afterEach(() => {
  vi.restoreAllMocks();
});

describe("gradients that are not finite", () => {
  it("change nothing from then on, until report() has thrown", async () => {
    const device = await testDevice();
    const { net, gpu, step } = await both(device, clipped);
    for (let t = 1; t <= 3; t++) step(t);
    const before = structuredClone(net);
    device.queue.writeBuffer(gpu.gradients.b.buffer, gpu.gradients.b.offset + 8, poison);
    for (let i = 0; i < 3; i++) gpu.step();
    await expect(gpu.report()).rejects.toThrow(
      /^step 4: a gradient is not finite.*the 2 steps after/,
    );
    expect(difference(before, (await gpu.read()).parameters)).toBeLessThan(bound);
    for (let t = 4; t <= 6; t++) step(t);
    expect((await gpu.report()).step).toBe(6);
    expect(difference(net, (await gpu.read()).parameters)).toBeLessThan(bound);
    gpu.dispose();
  });

  it('are left out and counted with "skip", and the steps after them are as if they had not been', async () => {
    const device = await testDevice();
    const { net, gpu, step } = await both(device, clipped, { nonFinite: "skip" });
    for (let t = 1; t <= 10; t++) {
      step(t);
      if (t % 3 === 0) {
        device.queue.writeBuffer(gpu.gradients.w.buffer, gpu.gradients.w.offset, poison);
        gpu.step();
      }
      // The host hears of it late, or not at all: the schedule goes by updates all the same.
      if (t === 7) expect(await gpu.report()).toMatchObject({ step: 7, skippedSteps: 2 });
    }
    const { parameters, steps, skippedSteps } = await gpu.read();
    expect([steps, skippedSteps]).toEqual([10, 3]);
    expect(difference(net, parameters)).toBeLessThan(bound);
    gpu.dispose();
  });

  it('are let through with "allow"', async () => {
    const device = await testDevice();
    const { gpu } = await both(device, () => sgd() as Rule, { nonFinite: "allow" });
    device.queue.writeBuffer(gpu.gradients.w.buffer, gpu.gradients.w.offset, poison);
    gpu.step();
    const { parameters } = await gpu.read();
    expect([...parameters["w"]!.data].filter(Number.isNaN)).toHaveLength(1);
    gpu.dispose();
  });
});

describe("a step", () => {
  it("of 200 tensors is one dispatch, and one that counts it", async () => {
    const device = await testDevice();
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`p${i}`, [64]]));
    const gpu = await optimize(device, parameters(device, many), adam(), { nonFinite: "allow" });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    const dispatch = vi.spyOn(Object.getPrototypeOf(pass), "dispatchWorkgroups");
    pass.end();
    gpu.step();
    expect(dispatch.mock.calls).toEqual([
      [200, 1],
      [1, 1],
    ]);
    gpu.dispose();
  });

  it("makes no buffer, bind group or pipeline, and reads nothing back", async () => {
    const device = await testDevice();
    const { gpu, step } = await both(device, clipped);
    step(1);
    const makers = [
      "createBuffer",
      "createBindGroup",
      "createComputePipeline",
      "createComputePipelineAsync",
    ] as const;
    const made = makers.map((name) => vi.spyOn(Object.getPrototypeOf(device), name));
    for (let t = 2; t <= 100; t++) gpu.step();
    expect(made.flatMap(({ mock }) => mock.calls)).toEqual([]);
    made.forEach((spy) => void spy.mockRestore());
    expect((await gpu.report()).step).toBe(100);
    gpu.dispose();
  });

  it("is recorded among the caller's own commands", async () => {
    const device = await testDevice();
    const net = parameters(device, { w: [4] });
    const gpu = await optimize(device, net, sgd({ lr: 1 }));
    const encoder = device.createCommandEncoder();
    const ones = bufferOf([1, 2, 3, 4]);
    const { buffer, offset } = gpu.gradients.w;
    encoder.copyBufferToBuffer(ones, 0, buffer, offset, 16);
    gpu.step(undefined, { encoder });
    encoder.copyBufferToBuffer(net.w.buffer, net.w.offset, buffer, offset, 16);
    gpu.step(undefined, { encoder });
    expect((await gpu.report()).step).toBe(0);
    device.queue.submit([encoder.finish()]);
    const { parameters: found, steps } = await gpu.read();
    // The second step had the parameters themselves for gradients.
    expect([steps, ...found["w"]!.data]).toEqual([2, 0, 0, 0, 0]);
    gpu.dispose();
  });

  it("records as many as there are rows of host values, each with its own", async () => {
    const device = await testDevice();
    const lr = cosine({ initial: 0.1, steps: 400 });
    const [recorded, submitted] = await Promise.all(
      [0, 1].map(() => optimize(device, parameters(device, { w: [8] }), adam({ lr }))),
    );
    const encoder = device.createCommandEncoder();
    for (const { gradients } of [recorded!, submitted!]) {
      device.queue.writeBuffer(gradients.w.buffer, gradients.w.offset, new Float32Array(8).fill(1));
    }
    for (let step = 0; step < 256; step++) {
      recorded!.step(undefined, { encoder });
      submitted!.step();
    }
    expect(() => recorded!.step(undefined, { encoder })).toThrow(DeviceError);
    device.queue.submit([encoder.finish()]);
    recorded!.step();
    submitted!.step();
    const values = async (of: NonNullable<typeof recorded>) => (await of.read()).parameters["w"];
    expect(await values(recorded!)).toEqual(await values(submitted!));
    expect((await recorded!.report()).step).toBe(257);
  });

  it("takes gradients that lie elsewhere", async () => {
    const device = await testDevice();
    const gpu = await optimize(device, parameters(device, { w: [3], b: [] }), sgd({ lr: 1 }));
    const w = { buffer: bufferOf([1, 2, 3], { offset: 12 }), offset: 12 };
    const b = { buffer: bufferOf([7]) };
    gpu.step({ w, b });
    const { parameters: found } = await gpu.read();
    expect([...found["w"]!.data, ...found["b"]!.data]).toEqual([-1, -2, -3, -7]);
    const wrong = (gradients: object) => () => gpu.step(gradients as never);
    expect(wrong({ w })).toThrow(new GradientError("the gradient of `b` is missing"));
    expect(wrong({ w, b, x: b })).toThrow("there is no parameter `x`");
    expect(wrong({ w: b, b })).toThrow(
      "3 elements of float32, 12 bytes from byte 0 on, do not fit its buffer of 4 bytes",
    );
    gpu.dispose();
  });

  it("sets gradients to zero where that is asked for", async () => {
    const device = await testDevice();
    const { gpu, step, net } = await both(device, clipped, { zeroGradients: true });
    step(1);
    const after = await gpu.read();
    gpu.step();
    expect(difference(net, after.parameters)).toBeLessThan(bound);
    const { gradientNorm } = await gpu.report();
    expect(gradientNorm).toBe(0);
    gpu.dispose();
  });
});

describe("buffers of the caller's", () => {
  it("are updated at any offset, and nothing beside them is written", async () => {
    const device = await testDevice();
    const buffer = bufferOf(new Float32Array(40).fill(5));
    const net = {
      a: { buffer, offset: 4, shape: [3] },
      b: { buffer, offset: 20, shape: [7] },
      c: { buffer, offset: 64, shape: [2, 4] },
    };
    const gradients = onesFor(net);
    const gpu = await optimize(device, net, sgd({ lr: 1 }), { gradients: gradients as never });
    gpu.step();
    const whole = await optimize(device, { all: { buffer, shape: [40] } }, sgd());
    const all = [...(await whole.read()).parameters["all"]!.data];
    const touched = new Set([1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23]);
    expect(all).toEqual(all.map((_, i) => (touched.has(i) ? 4 : 5)));
    gpu.dispose();
    whole.dispose();
  });

  it("must not overlap, and must be large enough", async () => {
    const device = await testDevice();
    const buffer = bufferOf(new Float32Array(8));
    const bind = (net: object) => optimize(device, net as never, adam());
    await expect(
      bind({ a: { buffer, shape: [4] }, b: { buffer, offset: 12, shape: [2] } }),
    ).rejects.toThrow("parameter `a` and parameter `b` share elements");
    await expect(bind({ a: { buffer, shape: [9] } })).rejects.toThrow(BindingError);
    await expect(bind({ a: { buffer, offset: 2, shape: [1] } })).rejects.toThrow("a multiple of 4");
    await expect(bind({ a: { buffer, shape: [2], type: "float64" } })).rejects.toThrow(
      "a GPU has no float64",
    );
    await expect(bind({ a: { shape: [2] } })).rejects.toThrow("not { buffer, shape }");
    await expect(bind({})).rejects.toThrow("an object of parameters");
  });
});

describe("a device", () => {
  it("that is lost is named, with what to do", async () => {
    const device = await requestDevice({ gpu: await openGpu() });
    const gpu = await optimize(device, parameters(device, { w: [2] }), adam());
    device.destroy();
    await device.lost;
    expect(() => gpu.step()).toThrow(DeviceError);
    expect(() => gpu.step()).toThrow(/lost.*last checkpoint/);
    await expect(gpu.report()).rejects.toThrow(DeviceError);
  });

  it("has none of an optimizer's buffers behind dispose()", async () => {
    const device = await testDevice();
    const gpu = await optimize(device, parameters(device, { w: [2] }), adam());
    gpu.dispose();
    expect(() => gpu.step()).toThrow(DisposedError);
  });

  it("that is not there is said to be missing", async () => {
    const gpu = { requestAdapter: async () => null } as unknown as GPU;
    await expect(requestDevice({ gpu })).rejects.toThrow("no adapter");
    await expect(requestDevice()).rejects.toThrow("no WebGPU here");
  });
});
