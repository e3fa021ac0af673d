/** Parameters in 16 bits on a GPU: the CPU's bits, or neighbours where float32 rounds otherwise, with each rounding. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadCheckpoint, saveCheckpoint } from "../../src/checkpoint/index.ts";
import {
  adafactor,
  adamw,
  bfloat16,
  block8,
  chain,
  clipByGlobalNorm,
  compensated,
  defineOptimizer,
  ema,
  float16,
  fromFloat32,
  master,
  momentum,
  muon,
  parameters as onCpu,
  optimize as optimizeOnCpu,
  type Rule,
  type Storage,
  setHyper,
  sgd,
  stochastic,
  toFloat32,
} from "../../src/index.ts";
import {
  type GpuOptimizeOptions,
  type GpuOptimizer,
  type GpuParameterSource,
  optimize,
  parameters,
} from "../../src/webgpu/index.ts";
import { in16Bits, neighbourhoods, ownStorage } from "../support/storages.ts";
import { number } from "../support/stored.ts";
import { limited, testDevice } from "./adapter.ts";
import { bufferOf } from "./buffers.ts";

const device = await testDevice();

const shapes = { w: [17, 9], b: [7], square: [40, 36], one: [] } as const;
type Name = keyof typeof shapes;
const all = Object.keys(shapes) as Name[];

/** Close together: no four of them begin where vectors of four do. */
function packed(type: Storage): GpuParameterSource {
  const buffer = device.createBuffer({ size: 8192, usage: 0x80 | 0x4 | 0x8 });
  const of = (offset: number, shape: readonly number[]) => ({ buffer, offset, shape, type });
  return {
    ...{ w: of(4, shapes.w), b: of(312, shapes.b) },
    ...{ square: of(332, shapes.square), one: of(4000, shapes.one) },
  };
}

const places: Readonly<Record<string, (type: Storage) => GpuParameterSource>> = {
  "in buffers of our own": (type) => parameters(device, shapes, { type }),
  "in a buffer of the caller's": packed,
};

const bitsIn = (words: Uint16Array): Uint16Array<ArrayBuffer> => {
  const padded = new Uint16Array(2 * Math.ceil(words.length / 2));
  padded.set(words);
  return padded;
};

function write({ buffer, offset = 0 }: { buffer: GPUBuffer; offset?: number }, bits: Uint16Array) {
  device.queue.writeBuffer(buffer, offset, bitsIn(bits));
}

function cpuNet(type: Storage) {
  const net = onCpu(shapes, { type });
  for (const name of all) {
    const { data } = net[name];
    fromFloat32(
      Array.from(data, (_, i) => Math.sin(1 + 1.3 * i + name.length)),
      type,
      data,
    );
  }
  return net;
}

/** The same net here and there, and a step of both with the same bits as gradients. */
async function both(
  make: () => Rule,
  type: Storage,
  place: (type: Storage) => GpuParameterSource,
  options: GpuOptimizeOptions = {},
  names: readonly Name[] = all,
) {
  const [net, there] = [cpuNet(type), place(type)].map((each) =>
    Object.fromEntries(names.map((name) => [name, each[name]!])),
  ) as [ReturnType<typeof cpuNet>, GpuParameterSource];
  for (const name of names) write(there[name]!, net[name].data);
  const { rows: _, gradients: __, ...shared } = options;
  const cpu = optimizeOnCpu(net, make(), { ...shared, threads: 1 } as never);
  const gpu: GpuOptimizer = await optimize(device, there, make(), options as never);
  const step = (t: number) => {
    for (const name of names) {
      const numbers = Array.from(net[name].data, (_, i) => number(i, 100 + t));
      const bits = fromFloat32(numbers, type, cpu.gradients[name]);
      write(gpu.gradients[name]!, bits);
    }
    cpu.step();
    gpu.step();
  };
  return { net, cpu, gpu, step };
}

const bitsOf = (data: ArrayLike<number>): number[] => [...(data as Uint16Array)];

/** How many differ, which are neighbours; what is drawn may be on the other side. */
function expectNear(found: ArrayLike<number>, expected: ArrayLike<number>, share: number): void {
  const off = bitsOf(expected).map((bits, i) => Math.abs(bits - found[i]!));
  expect(found.length).toBe(expected.length);
  expect(Math.max(0, ...off)).toBeLessThanOrEqual(2);
  expect(off.filter((by) => by > 0).length).toBeLessThanOrEqual(1 + expected.length * share);
}

const roundings = {
  nearest: <S extends Storage>(storage: S) => storage,
  ...{ stochastic, compensated, master },
} as const;
const types = Object.entries(roundings).flatMap(([name, rounding]) =>
  in16Bits.map((storage) => [name, storage.name, rounding(storage)] as const),
);

/** Each step from the same state, here and there. */
async function compareSteps(
  make: () => Rule,
  type: Storage,
  place: (type: Storage) => GpuParameterSource,
  names = all,
): Promise<void> {
  const { net, cpu, gpu, step } = await both(make, type, place, {}, names);
  for (let t = 1; t <= 3; t++) {
    step(t);
    const read = await gpu.read();
    expect(read.state().groups).toEqual(cpu.state().groups);
    const [found, expected] = [read.state().parameters, cpu.state().parameters];
    for (const name of names) {
      expect((read.parameters[name] as { storage?: Storage }).storage).toBe(type);
      expectNear(read.parameters[name]!.data, net[name].data, 0.02);
      expect(Object.keys(found[name]!).sort()).toEqual(Object.keys(expected[name]!).sort());
      const beside = expected[name]!["parameter.remainder"];
      // Of what differs in float32 itself it is a few steps off, of 2^-23 each.
      if (beside) expectBeside(found[name]!["parameter.remainder"]!, beside);
      net[name].data.set(read.parameters[name]!.data as never);
    }
    cpu.restore(read.state());
  }
  gpu.dispose();
  cpu.dispose();
}

describe.each(types)("%s %s", (rounding, name, type) => {
  it.each(Object.entries(places))("%s makes the CPU's steps", async (_, place) => {
    await compareSteps(() => adamw({ lr: 0.01 }) as Rule, type, place);
  });

  if (name === "bfloat16") {
    it("goes on from the CPU to the GPU and back, bit for bit, and through a file", async () => {
      const make = () => chain(adamw({ lr: 0.01 }), ema(0.9)) as Rule;
      const { net, cpu, gpu, step } = await both(make, type, places["in buffers of our own"]!);
      for (let t = 1; t <= 2; t++) step(t);
      const snapshot = await gpu.read();
      snapshot.restore(cpu.state());
      for (const name of all) snapshot.parameters[name]!.data.set(net[name].data as never);
      gpu.write(snapshot);
      const again = await gpu.read();
      expect(again.state()).toEqual(cpu.state());
      for (const name of all) expect(again.parameters[name]!.data).toEqual(net[name].data);
      const folder = mkdtempSync(join(tmpdir(), "gradus-narrow-"));
      const path = join(folder, "run.safetensors");
      saveCheckpoint(path, again);
      const here = onCpu(shapes, { type });
      using back = optimizeOnCpu(here, make(), { threads: 1 });
      loadCheckpoint(path, back);
      rmSync(folder, { recursive: true });
      expect(back.state()).toEqual(cpu.state());
      for (const name of all) expect(here[name].data).toEqual(net[name].data);
      gpu.dispose();
    });
  }

  if (rounding !== "nearest") {
    it("does not stand still", async () => {
      const { encode, decode } = type.encoding!;
      const unit = decode(encode(1.5) + 1) - 1.5;
      const net = parameters(device, { w: [1000] }, { type });
      write(net.w, new Uint16Array(1000).fill(encode(1.5)));
      const gradients = { w: { buffer: bufferOf(new Float32Array(1000).fill(unit / 5)) } };
      const gpu = await optimize(device, net, sgd({ lr: 1 }), { gradients });
      for (let t = 0; t < 50; t++) gpu.step();
      const all = toFloat32((await gpu.read()).parameters.w.data, type);
      const mean = all.reduce((sum, each) => sum + each, 0) / all.length;
      expect(Math.abs(mean - (1.5 - 10 * unit))).toBeLessThanOrEqual(unit);
      gpu.dispose();
    });
  }
});

/** Its loops load a parameter where the graph has it, in two arrays. */
const lines = defineOptimizer({
  ...{ name: "lines", hyper: {}, state: { m: 0 } },
  rule: "m = g\np = p - 0.01 * colMean(abs(p)) - 0.01 * rowMean(p * p) - 0.01 * m",
});

const [ours, callers] = Object.keys(places) as [string, string];

it.each<[string, string, Storage, () => Rule]>([
  ["adafactor, by rows", ours, stochastic(bfloat16), () => adafactor() as Rule],
  ["muon, by whole matrices", callers, compensated(float16), () => muon({ lr: 0.01 }) as Rule],
  ["means of rows and columns", callers, compensated(bfloat16), () => lines()],
  ["a norm of all", callers, master(ownStorage), () => chain(clipByGlobalNorm(1), sgd()) as Rule],
])("%s makes the CPU's steps %s", async (_, where, type, make) => {
  // Each shape has shaders of its own.
  await compareSteps(make, type, places[where]!, ["b", "w"]);
});

function expectBeside(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  const signed = (bits: number) => (bits << 16) >> 16;
  const off = bitsOf(expected).map((bits, i) => Math.abs(signed(bits) - signed(found[i]!)));
  // Where the number itself came to lie on the other side, the factor is another.
  expect(off.filter((by) => by > 64).length).toBeLessThanOrEqual(1 + expected.length / 50);
}

it.each(in16Bits)(
  "what is loaded and stored has the CPU's bits, NaN apart: $name",
  async (type) => {
    const { encode, decode } = type.encoding!;
    const numbers = neighbourhoods(type).filter(
      (each) => each === 0 || Math.abs(each) >= 2 ** -126,
    );
    const gradients = { w: { buffer: bufferOf(numbers) } };
    const net = parameters(device, { w: [numbers.length] }, { type });
    const gpu = await optimize(device, net, sgd({ lr: 1 }), { gradients, nonFinite: "allow" });
    gpu.step();
    const found = (await gpu.read()).parameters.w.data;
    const wrong = [...numbers.keys()].filter(
      (i) => !Object.is(decode(found[i]!), decode(encode(0 - numbers[i]!))),
    );
    expect(wrong.map((i) => [numbers[i], found[i], encode(0 - numbers[i]!)])).toEqual([]);
    gpu.dispose();
  },
);

describe("all that steps do otherwise", () => {
  const type = stochastic(bfloat16);
  const own = places["in buffers of our own"]!;

  it.each(Object.entries(places))("averages stand in their place and go, %s", async (_, place) => {
    const make = () => chain(adamw({ lr: 0.1 }), ema(0.9)) as Rule;
    const { net, cpu, gpu, step } = await both(make, type, place);
    for (let t = 1; t <= 3; t++) step(t);
    const before = await gpu.read();
    const snapshot = await gpu.read();
    snapshot.restore(cpu.state());
    for (const name of all) snapshot.parameters[name]!.data.set(net[name].data as never);
    gpu.write(snapshot);
    const found = await gpu.readEvaluationWeights();
    const expected = cpu.evaluationWeights();
    for (const name of all) expectNear(found[name]!, expected[name], 0.02);
    gpu.write(before);
    expect((await gpu.read()).parameters).toEqual(before.parameters);
    gpu.dispose();
  });

  it("gradients are zero behind a step, and one that is left out changes no bit", async () => {
    const options = { nonFinite: "skip", zeroGradients: true } as const;
    const { gpu, step } = await both(() => adamw() as Rule, compensated(bfloat16), own, options);
    step(1);
    const before = await gpu.read();
    write(gpu.gradients["b"]!, new Uint16Array(7).fill(0x7f80));
    gpu.step();
    const after = await gpu.read();
    expect(after.skippedSteps).toBe(1);
    expect(after.parameters).toEqual(before.parameters);
    expect(after.state().parameters).toEqual(before.state().parameters);
    gpu.step();
    const last = await gpu.read();
    // A gradient of 0 leaves `m` smaller, and in its sign.
    const [m, now] = [before, last].map((each) => each.state().parameters["w"]!["adamw.m"]!);
    expect(now!.every((each, i) => Math.abs(each) <= Math.abs(m![i]!))).toBe(true);
    gpu.dispose();
  });

  it("in pieces, and with a rate that is set, bits are the same", async () => {
    const run = async (on: GPUDevice, set: boolean) => {
      const net = parameters(device, { long: [30_001] }, { type: compensated(bfloat16) });
      const rule = adamw({ lr: set ? 0.1 : (t: number) => (t === 1 ? 0.1 : 0.01) });
      const gpu = await optimize(on, net, rule, { storage: { state: type } });
      for (let t = 1; t <= 2; t++) {
        if (set && t === 2) setHyper(gpu, { lr: 0.01 });
        const bits = fromFloat32(
          Array.from({ length: 30_001 }, (_, i) => Math.sin(i * t)),
          bfloat16,
        );
        write(gpu.gradients.long, bits);
        gpu.step();
      }
      const read = await gpu.read();
      gpu.dispose();
      return [read.parameters.long.data, read.state().parameters];
    };
    const whole = await run(device, false);
    expect(await run(limited(device, 40_000), false)).toEqual(whole);
    expect(await run(device, true)).toEqual(whole);
  });

  it.each(["listed", "marked"])(
    "rows that are %s leave the others, whose words they share",
    async (by) => {
      const net = parameters(device, { w: [6, 7] }, { type: master(bfloat16) });
      const gpu = await optimize(device, net, momentum({ lr: 1 }), { rows: true });
      const words = (list: readonly number[]) =>
        bufferOf(new Float32Array(Uint32Array.from(list).buffer));
      write(gpu.gradients.w, new Uint16Array(42).fill(0x3f80));
      const marked = { mask: words([0, 1, 0, 0, 1, 0]) };
      const w = by === "marked" ? marked : { buffer: words([4, 1]), count: 2 };
      for (let t = 1; t <= 2; t++) gpu.step(undefined, { rows: { w } });
      const all = toFloat32((await gpu.read()).parameters.w.data, bfloat16);
      const rows = Array.from({ length: 6 }, (_, row) => new Set(all.slice(7 * row, 7 * row + 7)));
      expect(rows.map((row) => [...row])).toEqual([[0], [all[7]], [0], [0], [all[7]], [0]]);
      expect(all[7]).toBeLessThan(-2);
      gpu.dispose();
    },
  );

  it("gradients that a step is given are of the same bits, whatever the rounding", async () => {
    const net = parameters(device, { w: [4] }, { type });
    const gpu = await optimize(device, net, sgd({ lr: 1 }));
    const given = parameters(device, { w: [4] }, { type: bfloat16 });
    write(given.w, new Uint16Array(4).fill(0x3f80));
    gpu.step(given);
    expect([...toFloat32((await gpu.read()).parameters.w.data, type)]).toEqual([-1, -1, -1, -1]);
    expect(() => gpu.step({ w: { buffer: bufferOf([1, 1, 1, 1]), type: "float32" } })).toThrow(
      "the gradient of `w` is kept as bfloat16, not float32",
    );
    gpu.dispose();
  });
});

it("what shaders cannot say is refused by name, and what is no storage of 16 bits", async () => {
  const { wgsl: _, ...encoding } = ownStorage.encoding!;
  const make = (type: unknown) => () => parameters(device, { w: [8] }, { type: type as Storage });
  expect(make({ ...ownStorage, encoding })).toThrow(
    'parameters: a GPU cannot keep it as "cutOff16": its encoding has no `wgsl`',
  );
  expect(make(block8)).toThrow("such as bfloat16, is wanted, not block8");
  expect(make("bfloat16")).toThrow("no type `bfloat16` on a GPU");
  const net = { w: { ...parameters(device, { w: [8] }).w, type: block8 as Storage } };
  await expect(optimize(device, net, sgd())).rejects.toThrow("parameter `w`: a storage of 16 bits");
  const [half, brain] = await Promise.all(
    [float16, bfloat16].map((type) =>
      optimize(device, parameters(device, { w: [8] }, { type }), sgd()),
    ),
  );
  const read = await half!.read();
  expect(() => brain!.write(read)).toThrow(
    "parameter `w`: it has 8 of bfloat16, the snapshot 8 of float16",
  );
  for (const each of [half!, brain!]) each.dispose();
});
