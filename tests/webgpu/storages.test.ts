/** States in 8 and 16 bits on a GPU: the CPU's bits of the same numbers, on from the CPU and back, and what they take. */
import { describe, expect, it } from "vitest";
import {
  adam,
  bfloat16,
  block8,
  chain,
  ema,
  float16,
  momentum,
  optimize as optimizeOnCpu,
  type Rule,
  rprop,
  type Storage,
  type StoredElements,
} from "../../src/index.ts";
import { optimize, parameters } from "../../src/webgpu/index.ts";
import { sample } from "../support/properties.ts";
import { decoded, encoded, isNarrow, ownStorage, storages } from "../support/storages.ts";
import { limited, testDevice } from "./adapter.ts";
import { both, cpuNet, difference, gpuNet, gradientAt, names } from "./both.ts";
import { bufferOf } from "./buffers.ts";
import { mistakesOfStorage, places } from "./storages.ts";
import { accepted, limitOf, makeRule } from "./trajectories.ts";

const device = await testDevice();
const all = storages.map((storage) => [storage.name, storage] as const);
const blocks = { ...block8, least: 0 };

/** Numbers side by side in each storage are apart by so much of what they are. */
const resolutions: Readonly<Record<string, number>> = {
  ...{ bfloat16: 2 ** -7, float16: 2 ** -9, cutOff16: 2 ** -9, block8: 2 ** -3 },
};

describe.each(all)("%s", (_, storage) => {
  it.each(Object.entries(places))("has the CPU's bits, and its numbers, %s", async (_, place) => {
    expect(await mistakesOfStorage(device, storage, place)).toEqual([]);
  });

  it.each(sample(accepted, 12))("%s makes the CPU's steps", async (name) => {
    await compareSteps(makeRule(name), storage, limitOf(name));
  });
});

/**
 * Each step from the same state, here and there: parameters are as near as without a storage, and states are the same
 * bits, or neighbours where float32 rounds otherwise.
 */
async function compareSteps(make: () => Rule, storage: Storage, limit: number): Promise<void> {
  const { net, cpu, gpu, step } = await both(device, make, { storage: { state: storage } });
  for (let t = 1; t <= 3; t++) {
    step(t);
    const there = await gpu.read();
    const [now, expected] = [there.stateViews(), cpu.state()];
    expect(now.groups).toEqual(expected.groups);
    expect(difference(net, there.parameters)).toBeLessThan(limit);
    for (const name of names) {
      for (const [slot, array] of Object.entries(expected.parameters[name]!)) {
        expectNear(storage, now.parameters[name]![slot]!, array, limit);
      }
    }
    cpu.restore(now);
    for (const name of names) net[name].data.set(there.parameters[name]!.data);
  }
  gpu.dispose();
  cpu.dispose();
}

function expectNear(
  storage: Storage,
  found: StoredElements,
  expected: StoredElements,
  limit: number,
): void {
  expect(found.constructor).toBe(expected.constructor);
  const narrow = isNarrow(expected);
  const [a, b] = [found, expected].map((array) => (narrow ? decoded(storage, array) : array));
  const largest = Array.from(b!, Math.abs).reduce((most, each) => Math.max(most, each), 0);
  const step = narrow ? resolutions[storage.name]! : 0;
  const apart = Float64Array.from(b!, (each, i) =>
    Object.is(a![i], each) ? 0 : Math.abs(a![i]! - each),
  );
  const isFar = (each: number, i: number) => !(each <= step * Math.abs(b![i]!) + limit * largest);
  expect(apart.findIndex(isFar)).toBe(-1);
  const others = apart.filter((each) => each > limit * largest).length;
  if (narrow) expect(others).toBeLessThanOrEqual(2 + b!.length / 20);
}

describe("a run goes on", () => {
  const make = () => chain(adam({ lr: 0.1 }), ema(0.9)) as Rule;

  it.each(all)("from the CPU to the GPU and back, bit for bit: %s", async (_, storage) => {
    const options = { storage: { state: storage } };
    const net = cpuNet();
    const cpu = optimizeOnCpu(net, make(), { ...options, threads: 1 });
    for (let t = 1; t <= 3; t++) {
      cpu.step(
        Object.fromEntries(names.map((name) => [name, gradientAt(t, net[name].data)])) as never,
      );
    }
    const gpu = await optimize(device, gpuNet(device), make(), options);
    await gpu.writeState(cpu.state());
    expect(await gpu.readState()).toEqual(cpu.state());
    const snapshot = await gpu.read();
    gpu.write(snapshot);
    const back = optimizeOnCpu(cpuNet(), make(), { ...options, threads: 1 });
    back.restore((await gpu.read()).state());
    expect(back.state()).toEqual(cpu.state());
    gpu.dispose();
  });

  it("from nothing that is kept otherwise", async () => {
    const bind = (storage?: Storage) =>
      optimize(device, gpuNet(device), adam(), storage && { storage: { state: storage } });
    const [half, brain, plain] = [await bind(float16), await bind(bfloat16), await bind()];
    const halfRead = await half.read();
    expect(() => brain.write(halfRead)).toThrow(
      "state `adam.m` of `b`: it has 10 of bfloat16, the snapshot 10 of float16",
    );
    expect(() => plain.write(halfRead)).toThrow("it has 10 of float32, the snapshot 10 of float16");
    await expect(brain.writeState(await plain.readState())).rejects.toThrow(
      "its state `adam.m` has 10 of bfloat16, but it was saved with 10 of float32",
    );
    for (const each of [half, brain, plain]) each.dispose();
  });
});

/** The same device, which counts the bytes of buffers for state. */
function counting() {
  let bytes = 0;
  const counted = new Proxy(device, {
    get(target, name) {
      const value: unknown = target[name as keyof GPUDevice];
      if (name === "createBuffer") {
        return (descriptor: GPUBufferDescriptor) => {
          bytes += descriptor.label === "gradus state" ? descriptor.size : 0;
          return target.createBuffer(descriptor);
        };
      }
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { counted, bytes: () => bytes };
}

it.each([
  ["float32", undefined, 8],
  ["m in bfloat16", { m: bfloat16 }, 6],
  ["bfloat16", bfloat16, 4],
  ["m in blocks", { m: block8 }, 5 + 1 / 64],
  ["block8", block8, 2 + 1 / 32],
] as const)("Adam's state in %s takes its bytes", async (_, state, each) => {
  const { counted, bytes } = counting();
  const net = parameters(device, { w: [784, 256] });
  const storage = state && { storage: { state } };
  const optimizer = await optimize(counted, net, adam(), storage);
  expect(bytes()).toBe(each * 784 * 256);
  optimizer.dispose();
});

it.each(all)("what is cut into pieces has the same bits: %s", async (_, storage) => {
  const run = async (on: GPUDevice) => {
    const net = parameters(device, { long: [30_001], w: [10, 10] });
    const options = { storage: { state: storage } };
    const optimizer = await optimize(on, net, adam({ lr: 0.1 }), options);
    for (let t = 1; t <= 2; t++) {
      for (const name of ["long", "w"] as const) {
        const gradient = Float32Array.from({ length: name === "long" ? 30_001 : 100 }, (_, i) =>
          Math.sin(i * t),
        );
        device.queue.writeBuffer(
          optimizer.gradients[name].buffer,
          optimizer.gradients[name].offset,
          gradient,
        );
      }
      optimizer.step();
    }
    const snapshot = await optimizer.read();
    optimizer.write(snapshot);
    const again = await optimizer.readState();
    expect(again).toEqual(snapshot.state());
    optimizer.dispose();
    return { again, values: snapshot.parameters };
  };
  expect(await run(limited(device, 40_000))).toEqual(await run(device));
});

it.each(Object.entries(places))("each state is kept in its own way, %s", async (_, place) => {
  const run = async (state?: Storage | Record<string, Storage>) => {
    const optimizer = await optimize(
      device,
      place(device, 1301),
      adam(),
      state && { storage: { state } },
    );
    const { buffer, offset } = optimizer.gradients["w"]!;
    for (let t = 1; t <= 3; t++) {
      const gradient = Float32Array.from({ length: 1301 }, (_, i) => Math.sin(i * t));
      device.queue.writeBuffer(buffer, offset, gradient);
      optimizer.step();
    }
    const found = (await optimizer.readState()).parameters["w"]!;
    optimizer.dispose();
    return { m: found["adam.m"], v: found["adam.v"] };
  };
  const alone = { bytes: await run(blocks), brain: await run(bfloat16), plain: await run() };
  expect(await run({ m: blocks, v: bfloat16 })).toEqual({ m: alone.bytes.m, v: alone.brain.v });
  expect(await run({ m: blocks })).toEqual({ m: alone.bytes.m, v: alone.plain.v });
  expect(await run({ v: bfloat16 })).toEqual({ m: alone.plain.m, v: alone.brain.v });
});

it("a state starts from its number", async () => {
  for (const storage of [bfloat16, blocks]) {
    const net = parameters(device, { w: [300] });
    const rule = rprop({ lr: 0.3 }) as Rule;
    const optimizer = await optimize(device, net, rule, { storage: { state: storage } });
    const { parameters: state } = await optimizer.readState();
    expect(state["w"]!["rprop.step"]).toEqual(encoded(storage, new Float32Array(300).fill(0.3)));
    optimizer.dispose();
  }
});

it.each(all)("a step that is left out changes no bit: %s", async (_, storage) => {
  const { gpu, step } = await both(device, () => adam() as Rule, {
    ...{ nonFinite: "skip", storage: { state: storage } },
  });
  step(1);
  const before = await gpu.readState();
  const { buffer, offset } = gpu.gradients["b"]!;
  device.queue.writeBuffer(buffer, offset, Float32Array.of(NaN));
  gpu.step();
  const after = await gpu.readState();
  expect(after.skippedSteps).toBe(1);
  expect(after.parameters).toEqual(before.parameters);
  gpu.dispose();
});

describe("steps for some rows", () => {
  const words = (list: readonly number[]) =>
    bufferOf(new Float32Array(Uint32Array.from(list).buffer));

  it.each([
    ["listed", { buffer: words([4, 1]), count: 2 }],
    ["marked", { mask: words([0, 1, 0, 0, 1, 0]) }],
  ])("leave the others, whose words they share: %s", async (_, w) => {
    const width = 7;
    const storage = { state: bfloat16 };
    const net = parameters(device, { w: [6, width] });
    const few = parameters(device, { w: [2, width] });
    const some = await optimize(device, net, momentum(), { storage, rows: true });
    const whole = await optimize(device, few, momentum(), { storage });
    const start = await some.read();
    const three = bfloat16.encoding!.encode(3);
    const gradient = Float32Array.from({ length: 6 * width }, (_, i) => Math.sin(i));
    const pick = (array: ArrayLike<number>) =>
      [1, 4].flatMap((row) => Array.from({ length: width }, (_, i) => array[row * width + i]!));
    start.stateViews().parameters["w"]!["momentum.v"]!.fill(three);
    some.write(start);
    const other = await whole.read();
    other.stateViews().parameters["w"]!["momentum.v"]!.fill(three);
    whole.write(other);
    device.queue.writeBuffer(some.gradients.w.buffer, 0, gradient);
    device.queue.writeBuffer(whole.gradients.w.buffer, 0, Float32Array.from(pick(gradient)));
    for (let t = 1; t <= 3; t++) {
      some.step(undefined, { rows: { w } as never });
      whole.step();
    }
    const [found, expected] = [await some.read(), await whole.read()];
    const kept = found.stateViews().parameters["w"]!["momentum.v"]!;
    expect(pick(kept)).toEqual([...expected.stateViews().parameters["w"]!["momentum.v"]!]);
    expect(pick(found.parameters["w"]!.data)).toEqual([...expected.parameters["w"]!.data]);
    expect(new Set([...kept.slice(0, 7), ...kept.slice(35)])).toEqual(new Set([three]));
    some.dispose();
    whole.dispose();
  });

  it("are refused where a state is kept in blocks", async () => {
    const net = parameters(device, { w: [6, 7] });
    const options = { storage: { state: blocks }, rows: true };
    await expect(optimize(device, net, adam(), options)).rejects.toThrow(
      "rows of a parameter cannot be chosen where its state is kept in blocks, such as `adam.m` of `w`",
    );
  });
});

it("what shaders cannot say is refused by name, and what the CPU refuses", async () => {
  const { wgsl: _, ...encoding } = ownStorage.encoding!;
  const bind = (state: unknown) =>
    optimize(device, parameters(device, { w: [8] }), adam(), { storage: { state } as never });
  await expect(bind({ ...ownStorage, encoding })).rejects.toThrow(
    'a GPU cannot keep `adam.m` as "cutOff16": its encoding has no `wgsl`',
  );
  await expect(bind("bfloat16")).rejects.toThrow('"bfloat16" is a string');
  await expect(bind({ n: bfloat16 })).rejects.toThrow("no part of the rule has the state `n`");
});
