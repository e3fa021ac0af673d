/** Parts and parameters that begin later than the run, on a GPU as on the CPU. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { loadCheckpoint, saveCheckpoint } from "../../src/checkpoint/index.ts";
import {
  adam,
  chain,
  clipByGlobalNorm,
  defineTransform,
  dog,
  ema,
  lookahead,
  muon,
  nadam,
  parameters as onCpu,
  optimize as optimizeOnCpu,
  prodigy,
  type Rule,
  sgd,
  sparse,
  swa,
} from "../../src/index.ts";
import { type GpuOptimizeOptions, optimize, parameters } from "../../src/webgpu/index.ts";
import { testDevice } from "./adapter.ts";
import { asParameters, bound, difference, gradientAt, start } from "./both.ts";

const device = await testDevice();

const old = { b: [10], w: [17, 9] } as const;
const added = { ...old, added: [5, 3] } as const;
const late = { ...added, late: [4] } as const;

type Shapes = Readonly<Record<string, readonly number[]>>;

function cpuOf(shapes: Shapes, rule: Rule) {
  const net = onCpu(shapes);
  for (const [name, { data }] of Object.entries(net)) {
    data.set(start(name as never, data.length));
  }
  const cpu = optimizeOnCpu(net, rule, { threads: 1 } as never);
  const step = (t: number) => {
    const gradients = Object.entries(net).map(([name, { data }]) => [name, gradientAt(t, data)]);
    cpu.step(Object.fromEntries(gradients));
  };
  return { net, cpu, step };
}

/** The same on both, restored in part from a state of fewer parameters. */
async function restored(
  shapes: Shapes,
  make: () => Rule,
  state: ReturnType<ReturnType<typeof cpuOf>["cpu"]["state"]>,
  options: GpuOptimizeOptions = {},
) {
  const { net, cpu } = cpuOf(shapes, make());
  const there = parameters(device, shapes);
  const gpu = await optimize(device, there, make(), options as never);
  const write = (to: { buffer: GPUBuffer; offset: number }, data: ArrayLike<number>) =>
    device.queue.writeBuffer(to.buffer, to.offset, Float32Array.from(data));
  for (const [name, { data }] of Object.entries(net)) {
    write(there[name]!, data);
  }
  const restore = { partial: true };
  cpu.restore(state, restore);
  await gpu.writeState(state, restore);
  const step = (t: number) => {
    const gradients = Object.fromEntries(
      Object.entries(net).map(([name, { data }]) => [name, gradientAt(t, data)]),
    );
    for (const [name, gradient] of Object.entries(gradients)) {
      write(gpu.gradients[name]!, gradient);
    }
    cpu.step(gradients);
    gpu.step();
  };
  const apart = async () => difference(net, (await gpu.read()).parameters);
  const averages = async () =>
    difference(
      asParameters(cpu.evaluationWeights() as never),
      asParameters(await gpu.readEvaluationWeights()),
    );
  return { net, cpu, gpu, there, write, step, apart, averages };
}

/** The weights to evaluate are of length 1 together. */
const normalized = defineTransform({
  name: "normalized",
  hyper: {},
  state: { last: "p" },
  rule: "last = p",
  evaluation: "last / globalNorm(last)",
});

const rules: Readonly<Record<string, () => Rule>> = {
  adam: () => adam({ lr: 0.01 }) as Rule,
  "nadam behind a clip by the norm of all": () =>
    chain(clipByGlobalNorm(1), nadam({ lr: 0.01 })) as Rule,
  // Their step size and its sums are one for all parameters, whatever the age of these.
  prodigy: () => prodigy() as Rule,
  dog: () => dog() as Rule,
  "norms of what is evaluated": () => chain(sgd({ lr: 0.1 }), normalized()) as Rule,
  "muon with an average": () =>
    chain(muon({ lr: 0.01 }), ema({ decay: 0.5, debias: true })) as Rule,
};

describe("a parameter that is added", () => {
  it.each(Object.keys(rules))("begins at its own first step: %s", async (name) => {
    const make = rules[name]!;
    const first = cpuOf(old, make());
    for (let t = 1; t <= 40; t++) first.step(t);
    const two = await restored(added, make, first.cpu.state());
    expect(await two.averages()).toBeLessThan(bound);
    for (let t = 41; t <= 44; t++) two.step(t);
    expect(await two.apart()).toBeLessThan(bound);
    expect(await two.averages()).toBeLessThan(bound);
    // From the GPU to both, where another one is added: it is the third age.
    const state = await two.gpu.readState();
    expect(state.begun).toEqual(two.cpu.state().begun);
    const three = await restored(late, make, state);
    for (let t = 45; t <= 48; t++) three.step(t);
    expect(await three.apart()).toBeLessThan(bound);
    expect((await three.gpu.readState()).begun).toEqual(three.cpu.state().begun);
    for (const { gpu } of [two, three]) gpu.dispose();
  });
});

/** One parameter at 10, whose run was 1000 steps on the CPU when this part was not there. */
describe("an average that is added", () => {
  let folder: string;
  let path: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "gradus-ages-"));
    path = join(folder, "run.safetensors");
    const net = onCpu({ w: [1] });
    const cpu = optimizeOnCpu(net, sgd({ lr: 0.1 }));
    net.w.data[0] = 10;
    for (let t = 0; t < 1000; t++) cpu.step({ w: [0] });
    saveCheckpoint(path, cpu);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function resumed(part: Rule, options: GpuOptimizeOptions = {}) {
    const net = parameters(device, { w: [1] });
    device.queue.writeBuffer(net.w.buffer, net.w.offset, Float32Array.of(-500));
    const gpu = await optimize(device, net, chain(sgd({ lr: 0.1 }), part), options as never);
    const snapshot = await gpu.read();
    loadCheckpoint(path, snapshot, { partial: true });
    gpu.write(snapshot);
    const put = (gradient: number) =>
      device.queue.writeBuffer(
        gpu.gradients.w!.buffer,
        gpu.gradients.w!.offset,
        Float32Array.of(gradient),
      );
    // What reads state fills it first, so that it comes behind.
    const now = async () => {
      const [average] = ((await gpu.readEvaluationWeights()) as Record<string, Float32Array>)["w"]!;
      return [(await gpu.read()).parameters["w"]!.data[0], average];
    };
    return { gpu, put, now };
  }

  it.each([
    ["ema", ema(0.9)],
    ["swa", swa()],
    ["lookahead", lookahead()],
  ] as const)("begins at the weights that were loaded: %s", async (_, part) => {
    const { gpu, now } = await resumed(part as Rule);
    expect(await now()).toEqual([10, 10]);
    for (let t = 0; t < 10; t++) gpu.step();
    expect(await now()).toEqual([10, 10]);
    gpu.dispose();
  });

  it("begins at the first step that is not left out", async () => {
    const { gpu, put, now } = await resumed(ema(0.5) as Rule, { nonFinite: "skip" });
    put(Number.NaN);
    gpu.step();
    const { buffer, offset } = gpu.parameters["w"]!;
    device.queue.writeBuffer(buffer, offset, Float32Array.of(20));
    put(0);
    gpu.step();
    device.queue.writeBuffer(buffer, offset, Float32Array.of(40));
    gpu.step();
    expect(await now()).toEqual([40, 30]);
    expect(await gpu.report()).toMatchObject({ step: 1002, skippedSteps: 1 });
    gpu.dispose();
  });
});

it("goes on between both with its ages, and back to a state of one age", async () => {
  const make = rules["adam"]!;
  const first = cpuOf(old, make());
  for (let t = 1; t <= 20; t++) first.step(t);
  const { cpu, gpu, net, there, write, step, apart } = await restored(
    added,
    make,
    first.cpu.state(),
  );
  const young = await gpu.readState();
  for (let t = 21; t <= 23; t++) step(t);
  cpu.restore(await gpu.readState());
  for (let t = 24; t <= 26; t++) step(t);
  await gpu.writeState(cpu.state());
  step(27);
  expect(await apart()).toBeLessThan(bound);
  // All that a whole run has is of its age again.
  const whole = cpuOf(added, make());
  for (let t = 1; t <= 20; t++) whole.step(t);
  for (const state of [whole.cpu.state(), young]) {
    cpu.restore(state);
    await gpu.writeState(state);
    for (const [name, { data }] of Object.entries(net)) write(there[name]!, data);
    for (let t = 21; t <= 23; t++) step(t);
    expect(await apart()).toBeLessThan(bound);
    expect((await gpu.readState()).begun).toEqual(state.begun);
  }
  gpu.dispose();
});

it("steps for some rows know the ages, too", async () => {
  const make = rules["adam"]!;
  const first = cpuOf(old, make());
  for (let t = 1; t <= 20; t++) first.step(t);
  const { cpu, gpu, net, write, apart } = await restored(added, make, first.cpu.state(), {
    rows: true,
  });
  const chosen = Uint32Array.of(0, 3);
  const buffer = device.createBuffer({ size: 8, usage: 0x80 | 0x8 });
  device.queue.writeBuffer(buffer, 0, chosen);
  const rows = { buffer, count: 2 };
  for (let t = 21; t <= 24; t++) {
    const gradients = Object.entries(net).map(([name, { data }]) => {
      const gradient = gradientAt(t, data);
      write(gpu.gradients[name]!, gradient);
      const width = data.length / (name === "b" ? 10 : added[name as "w"][0]);
      const values = [...chosen].flatMap((row) => [
        ...gradient.subarray(row * width, (row + 1) * width),
      ]);
      return [name, sparse([...chosen], Float32Array.from(values))];
    });
    cpu.step(Object.fromEntries(gradients));
    gpu.step(undefined, { rows: { b: rows, w: rows, added: rows } });
  }
  expect(await apart()).toBeLessThan(bound);
  gpu.dispose();
});

it("compiles nothing where ages change, and costs nothing where they are one", async () => {
  const make = () => chain(adam({ lr: 0.01 }), ema(0.5), lookahead()) as Rule;
  const gpu = await optimize(device, parameters(device, added), make());
  const deviceMethods = Object.getPrototypeOf(device);
  const passMethods = Object.getPrototypeOf(device.createCommandEncoder().beginComputePass());
  const compile = vi.spyOn(deviceMethods, "createShaderModule");
  const dispatch = vi.spyOn(passMethods, "dispatchWorkgroups");
  const dispatches = () => {
    // What begins is filled with the first.
    gpu.step();
    dispatch.mockClear();
    gpu.step();
    return dispatch.mock.calls.length;
  };
  const whole = dispatches();
  const state = await gpu.readState();
  const first = cpuOf(old, make());
  for (let t = 1; t <= 3; t++) first.step(t);
  await gpu.writeState(first.cpu.state(), { partial: true });
  expect(dispatches()).toBeGreaterThan(whole);
  await gpu.writeState(state);
  expect(dispatches()).toBe(whole);
  expect(compile).not.toHaveBeenCalled();
  for (const spy of [compile, dispatch]) spy.mockRestore();
  gpu.dispose();
});
