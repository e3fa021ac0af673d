/** One file for both: a run that begins on a GPU is saved there, and goes on on the CPU, or the other way round. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadCheckpoint, saveCheckpoint } from "../../src/checkpoint/index.ts";
import {
  adam,
  chain,
  clipByGlobalNorm,
  ema,
  optimize as optimizeOnCpu,
  type Rule,
  sgd,
} from "../../src/index.ts";
import { optimize, parameters } from "../../src/webgpu/index.ts";
import { testDevice } from "./adapter.ts";
import { both, bound, cpuNet, difference, gpuNet } from "./both.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gradus-gpu-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const make = () => adam({ lr: 0.05 }) as Rule;

const asBuffer = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  Buffer.from(buffer, byteOffset, byteLength);

it("goes from a GPU by a file to the CPU, bit for bit", async () => {
  const device = await testDevice();
  const { gpu, step } = await both(device, make);
  for (let t = 1; t <= 5; t++) step(t);
  const snapshot = await gpu.read();
  const path = join(folder, "gpu.safetensors");
  saveCheckpoint(path, snapshot);
  const net = cpuNet();
  const cpu = optimizeOnCpu(net, make());
  expect(loadCheckpoint(path, cpu)).toMatchObject({ step: 5 });
  expect(difference(net, snapshot.parameters)).toBe(0);
  expect(cpu.state()).toEqual(snapshot.state());
  gpu.dispose();
});

it("goes from the CPU by a file to a GPU, and on there", async () => {
  const device = await testDevice();
  const { cpu, net, gpu, step } = await both(device, make);
  for (let t = 1; t <= 5; t++) step(t);
  const path = join(folder, "cpu.safetensors");
  saveCheckpoint(path, cpu);
  const other = await optimize(device, gpuNet(device), make());
  const snapshot = await other.read();
  loadCheckpoint(path, snapshot);
  other.write(snapshot);
  expect(difference(net, (await other.read()).parameters)).toBe(0);
  step(6);
  for (const name of ["w", "b", "long", "scale"] as const) {
    const { buffer, offset } = other.gradients[name];
    device.queue.writeBuffer(buffer, offset, cpu.gradients[name].slice());
  }
  other.step();
  expect(difference(net, (await other.read()).parameters)).toBeLessThan(bound);
  gpu.dispose();
  other.dispose();
});

it("is of one moment, whatever is submitted while it is read", async () => {
  const device = await testDevice();
  const make = () => chain(clipByGlobalNorm(1), adam({ lr: 0.1 }), ema({ decay: 0.5 })) as Rule;
  const { gpu, step } = await both(device, make);
  for (let t = 1; t <= 3; t++) step(t);
  const still = await gpu.read();
  const average = await gpu.readEvaluationWeights();
  const [reading, averaging] = [gpu.read(), gpu.readEvaluationWeights()];
  for (let t = 4; t <= 6; t++) step(t);
  const moving = await reading;
  expect(moving.steps).toBe(3);
  expect(moving.parameters).toEqual(still.parameters);
  expect(moving.state()).toEqual(still.state());
  expect(await averaging).toEqual(average);
  expect((await gpu.read()).steps).toBe(6);
  gpu.dispose();
});

it("may be larger than what is mapped at once", async () => {
  const device = await testDevice();
  const net = parameters(device, { big: [17_000_003], small: [3] });
  const gpu = await optimize(device, net, sgd());
  const written = await gpu.read();
  for (const { data } of Object.values(written.parameters)) {
    data.forEach((_, i) => void (data[i] = i));
  }
  gpu.write(written);
  const found = await gpu.read();
  for (const name of ["big", "small"] as const) {
    const [data, other] = [written, found].map((each) => each.parameters[name].data);
    expect(Buffer.compare(asBuffer(data!), asBuffer(other!)), name).toBe(0);
  }
  gpu.dispose();
});
