/** What belongs to a step, and what to an update, where steps on a GPU are left out. */
import { describe, expect, it } from "vitest";
import {
  adam,
  addNoise,
  chain,
  clipByGlobalNorm,
  clipByNorm,
  cosine,
  ema,
  frozen,
  parameters as onCpu,
  optimize as optimizeOnCpu,
  partition,
  polyakSgd,
  projectSimplex,
  type Rule,
  reduceOnPlateau,
  scaled,
  sgd,
} from "../../src/index.ts";
import { read } from "../../src/webgpu/device/transfer.ts";
import { type GpuOptimizeOptions, optimize, parameters } from "../../src/webgpu/index.ts";
import { testDevice } from "./adapter.ts";
import { bound, difference } from "./both.ts";

const shapes = { a: [3, 5], b: [7] } as const;
type Name = keyof typeof shapes;
const names: readonly Name[] = ["a", "b"];

/** One step of a run: its gradient is a number for all elements, with a wave on it. */
interface Step {
  readonly gradient: number;
  readonly loss?: number;
  readonly before?: () => void;
}

const wave = (length: number, gradient: number) =>
  Float32Array.from({ length }, (_, i) => gradient * (1 + 0.1 * Math.sin(i)));

/** Makes the same steps here and there. @param hears whether the host asks the device behind each step */
async function run(
  make: () => Rule,
  steps: () => readonly Step[],
  hears: boolean,
  options: Pick<GpuOptimizeOptions, "zeroGradients" | "seed"> = {},
) {
  const device = await testDevice();
  const net = onCpu(shapes);
  const cpu = optimizeOnCpu(net, make(), { nonFinite: "skip", threads: 1, ...options });
  for (const { gradient, loss, before } of steps()) {
    before?.();
    for (const name of names) {
      cpu.gradients[name].set(wave(net[name].data.length, gradient));
    }
    cpu.step(undefined, loss === undefined ? {} : { loss });
  }
  const gpu = await optimize(device, parameters(device, shapes), make(), {
    ...{ nonFinite: "skip", ...options },
  });
  for (const { gradient, loss, before } of steps()) {
    before?.();
    for (const name of names) {
      const { buffer, offset } = gpu.gradients[name];
      device.queue.writeBuffer(buffer, offset, wave(net[name].data.length, gradient));
    }
    gpu.step(undefined, loss === undefined ? {} : { loss });
    if (hears) {
      await gpu.report();
    }
  }
  return { device, net, cpu, gpu };
}

const wrong = Number.NaN;

describe.each([
  ["hears of it", true],
  ["does not hear of it", false],
])("behind a step that is left out, where the host %s", (_, hears) => {
  it("a rule reads the loss of its own step", async () => {
    const steps = () => [
      { gradient: wrong, loss: 1000 },
      { gradient: 1, loss: 2 },
      { gradient: 1, loss: Number.POSITIVE_INFINITY },
      { gradient: wrong, loss: 7 },
      { gradient: 2, loss: 4 },
    ];
    const { net, cpu, gpu } = await run(() => polyakSgd({ maxLr: 1e9 }) as Rule, steps, hears);
    const found = await gpu.read();
    expect(difference(net, found.parameters)).toBeLessThan(bound);
    expect([found.steps, found.skippedSteps]).toEqual([cpu.steps, cpu.skippedSteps]);
    gpu.dispose();
  });

  it("a schedule that has changed meanwhile gives what it gives now, and others go by updates", async () => {
    let schedule = reduceOnPlateau({ initial: 0.5, factor: 0.1, patience: 0 });
    let beta = 0.9;
    const make = () => {
      schedule = reduceOnPlateau({ initial: 0.5, factor: 0.1, patience: 0 });
      schedule.observe(1);
      beta = 0.9;
      const lr = scaled(cosine({ initial: 1, steps: 5 }), schedule);
      return adam({ lr, beta1: () => beta }) as Rule;
    };
    const steps = () => [
      { gradient: 1 },
      { gradient: wrong },
      { gradient: wrong, before: () => void (beta = 0.5) },
      { gradient: 3, before: () => void schedule.observe(2) },
      { gradient: wrong, before: () => void schedule.observe(3) },
      { gradient: -2 },
    ];
    const { net, gpu } = await run(make, steps, hears);
    expect(difference(net, (await gpu.read()).parameters)).toBeLessThan(bound);
    gpu.dispose();
  });

  it("draws are those of the update", async () => {
    const make = () => chain(addNoise({ eta: 1 }), sgd({ lr: 1 })) as Rule;
    const steps = () => [
      { gradient: wrong },
      { gradient: 1 },
      { gradient: wrong },
      { gradient: 1 },
    ];
    const { net, gpu } = await run(make, steps, hears, { seed: 3 });
    expect(difference(net, (await gpu.read()).parameters)).toBeLessThan(bound);
    gpu.dispose();
  });
});

it("a step that is recorded has its own loss, whenever it is submitted", async () => {
  const device = await testDevice();
  const rule = polyakSgd({ maxLr: 1e9 });
  const gpu = await optimize(device, parameters(device, { w: [2] }), rule, { nonFinite: "skip" });
  const { buffer, offset } = gpu.gradients.w;
  device.queue.writeBuffer(buffer, offset, Float32Array.of(1, 1));
  const [first, second] = [device.createCommandEncoder(), device.createCommandEncoder()];
  gpu.step(undefined, { encoder: first, loss: 2 });
  gpu.step(undefined, { encoder: first, loss: Number.NaN });
  gpu.step(undefined, { encoder: second, loss: 100 });
  gpu.step(undefined, { loss: 8 });
  // The second is never submitted.
  device.queue.submit([first.finish()]);
  gpu.step(undefined, { loss: 16 });
  const { parameters: found, steps, skippedSteps } = await gpu.read();
  expect([...found["w"]!.data]).toEqual([-13, -13]);
  expect([steps, skippedSteps]).toEqual([3, 1]);
  gpu.dispose();
});

describe("gradients that are set to zero", () => {
  const rules: Readonly<Record<string, () => Rule>> = {
    sgd: () => sgd({ lr: 0.1 }) as Rule,
    "a clipped Adam with an average": () =>
      chain(clipByGlobalNorm(1), adam({ lr: 0.1 }), ema(0.9)) as Rule,
    "a rule whose last pass reads none": () => chain(sgd(), projectSimplex()) as Rule,
    "where some are frozen": () =>
      partition([{ match: "a", rule: frozen }], clipByNormed()) as Rule,
  };
  const clipByNormed = () => chain(clipByNorm(1), sgd({ lr: 0.1 }));

  it.each(Object.entries(rules))(
    "are so behind a step that is left out, too: %s",
    async (_, make) => {
      const device = await testDevice();
      const options = { nonFinite: "skip", zeroGradients: true } as const;
      const gpu = await optimize(device, parameters(device, shapes), make(), options);
      for (const name of names) {
        const { buffer, offset } = gpu.gradients[name];
        const length = name === "a" ? 15 : 7;
        device.queue.writeBuffer(buffer, offset, new Float32Array(length).fill(wrong));
      }
      // Nothing is added: the second and third are by zero.
      for (let i = 0; i < 3; i++) gpu.step();
      expect(await gpu.report()).toMatchObject({ step: 2, skippedSteps: 1 });
      for (const name of names) {
        expect((await gradientOf(device, gpu, name)).every((value) => value === 0)).toBe(true);
      }
      gpu.dispose();
    },
  );

  it("stay as they are where a step is an error", async () => {
    const device = await testDevice();
    for (const make of Object.values(rules)) {
      const gpu = await optimize(device, parameters(device, shapes), make(), {
        zeroGradients: true,
      });
      for (const name of names) {
        const { buffer, offset } = gpu.gradients[name];
        device.queue.writeBuffer(buffer, offset, Float32Array.of(1, wrong, 3));
      }
      gpu.step();
      gpu.step();
      await expect(gpu.report()).rejects.toThrow("step 1: a gradient is not finite");
      for (const name of names) {
        const found = await gradientOf(device, gpu, name);
        expect([...found.subarray(0, 4)]).toEqual([1, wrong, 3, 0]);
      }
      gpu.dispose();
    }
  });

  it("are so at once with zeroGradients(), or among the caller's commands", async () => {
    const device = await testDevice();
    const gpu = await optimize(device, parameters(device, shapes), sgd());
    const { buffer, offset } = gpu.gradients.b;
    const ones = new Float32Array(7).fill(1);
    device.queue.writeBuffer(buffer, offset, ones);
    const encoder = device.createCommandEncoder();
    gpu.zeroGradients(encoder);
    expect(await gradientOf(device, gpu, "b")).toEqual(ones);
    device.queue.submit([encoder.finish()]);
    expect(await gradientOf(device, gpu, "b")).toEqual(new Float32Array(7));
    device.queue.writeBuffer(buffer, offset, ones);
    gpu.zeroGradients();
    expect(await gradientOf(device, gpu, "b")).toEqual(new Float32Array(7));
    gpu.dispose();
    const bare = device.createBuffer({ size: 64, usage: 0x80 });
    const other = await optimize(device, parameters(device, { w: [4] }), sgd(), {
      gradients: { w: { buffer: bare } },
    });
    expect(() => other.zeroGradients()).toThrow("zeroGradients: the gradient of `w`: its buffer");
    other.dispose();
  });
});

type Gradients = Awaited<ReturnType<typeof optimize>>["gradients"];

async function gradientOf(device: GPUDevice, { gradients }: { gradients: Gradients }, name: Name) {
  const { buffer, offset } = gradients[name]!;
  const array = new Float32Array(name === "a" ? 15 : 7);
  await read(device, [{ buffer, offset, array, storage: "float32" }]);
  return array;
}
