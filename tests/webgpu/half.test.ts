/** Parameters and gradients kept as float16: read as they are, computed with in float32, rounded once a step. */
import { describe, expect, it } from "vitest";
import {
  adafactor,
  adam,
  chain,
  clipByGlobalNorm,
  ema,
  muon,
  parameters as onCpu,
  optimize as optimizeOnCpu,
  type Rule,
} from "../../src/index.ts";
import { fromHalf, toHalf } from "../../src/numbers/float16.ts";
import { type GpuParameterSource, optimize, parameters } from "../../src/webgpu/index.ts";
import { halfDevice } from "./adapter.ts";
import { asParameters, difference } from "./both.ts";

const half = (value: number): number => fromHalf(toHalf(value));

const shapes = { w: [7, 3], b: [5], square: [40, 36] } as const;
const names = ["w", "b", "square"] as const;

/** Close together: no four of them begin where vectors of four do. */
function packed(device: GPUDevice): GpuParameterSource {
  const buffer = device.createBuffer({ size: 4096, usage: 0x80 | 0x4 | 0x8 });
  const of = (offset: number, shape: readonly number[]) =>
    ({ buffer, offset, shape, type: "float16" }) as const;
  return { w: of(4, shapes.w), b: of(48, shapes.b), square: of(60, shapes.square) };
}

const places: Readonly<Record<string, (device: GPUDevice) => GpuParameterSource>> = {
  "in buffers of our own": (device) => parameters(device, shapes, { type: "float16" }),
  "in a buffer of the caller's": packed,
};

/** Steps of a rule on the CPU, whose parameters are rounded to halves behind each, and on the GPU. */
async function trained(make: () => Rule, place: (device: GPUDevice) => GpuParameterSource) {
  const device = await halfDevice();
  const cpu = onCpu(shapes);
  const reference = optimizeOnCpu(cpu, make(), { threads: 1 });
  const gpu = await optimize(device, place(device), make());
  const snapshot = await gpu.read();
  for (const name of names) {
    cpu[name].data.forEach((_, i, data) => void (data[i] = half(Math.sin(i))));
    snapshot.parameters[name]!.data.set(cpu[name].data);
  }
  gpu.write(snapshot);
  const gradients = parameters(device, shapes, { type: "float16" });
  for (let t = 1; t <= 10; t++) {
    for (const name of names) {
      const gradient = Float32Array.from(cpu[name].data, (_, i) => half(Math.cos(i * t)));
      reference.gradients[name].set(gradient);
      const halves = new Uint16Array(2 * Math.ceil(gradient.length / 2));
      halves.set(Uint16Array.from(gradient, toHalf));
      device.queue.writeBuffer(gradients[name].buffer, gradients[name].offset, halves);
    }
    reference.step();
    gpu.step(gradients);
    for (const name of names) cpu[name].data.forEach((x, i, data) => void (data[i] = half(x)));
  }
  return { cpu, reference, gpu };
}

/** A last bit of float32 may decide a rounding to half: one in a thousand at most. */
const bound = 2 ** -10;

const rules: Readonly<Record<string, () => Rule>> = {
  adam: () => adam({ lr: 0.1 }) as Rule,
  "adafactor, by rows": () => adafactor() as Rule,
  "muon, by whole matrices": () => muon() as Rule,
  "a norm of all gradients": () => chain(clipByGlobalNorm(1), adam({ lr: 0.1 })) as Rule,
};

describe.each(Object.entries(places))("halves %s", (_, place) => {
  it.each(Object.entries(rules))("are rounded once a step: %s", async (__, make) => {
    const { cpu, gpu } = await trained(make, place);
    expect(difference(cpu, (await gpu.read()).parameters)).toBeLessThan(bound);
    gpu.dispose();
  });

  it("are back, bit for bit, once an average was evaluated in their place", async () => {
    const { reference, gpu } = await trained(
      () => chain(adam({ lr: 0.1 }), ema(0.9)) as Rule,
      place,
    );
    const before = await gpu.read();
    const found = asParameters(await gpu.readEvaluationWeights());
    expect(difference(asParameters(reference.evaluationWeights()), found)).toBeLessThan(bound);
    expect((await gpu.read()).parameters).toEqual(before.parameters);
    gpu.dispose();
  });
});

it("halves are refused by a device that has not asked for them", async () => {
  const device = await halfDevice();
  const features = new Set([...device.features].filter((name) => name !== "shader-f16"));
  const without = new Proxy(device, {
    get: (target, name) => (name === "features" ? features : Reflect.get(target, name, target)),
  });
  expect(() => parameters(without, shapes, { type: "float16" })).toThrow('feature "shader-f16"');
});
