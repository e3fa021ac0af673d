/** States that are rounded by drawing on a GPU: the bits that the CPU draws of the same numbers. */
import { describe, expect, it } from "vitest";
import {
  adam,
  bfloat16,
  block8,
  defineOptimizer,
  optimize as optimizeOnCpu,
  type Rule,
  type Storage,
  stochastic,
} from "../../src/index.ts";
import { optimize, parameters } from "../../src/webgpu/index.ts";
import { drawn } from "../support/drawn.ts";
import { decoded, echo, encoded, storages } from "../support/storages.ts";
import { limited, testDevice } from "./adapter.ts";
import { cpuNet, gpuNet, gradientAt, names } from "./both.ts";
import { places } from "./storages.ts";

const device = await testDevice();
const all = storages.map((storage) => [storage.name, storage] as const);

/** What a device stores of numbers at one step. */
async function drawnThere(
  storage: Storage,
  numbers: Float32Array<ArrayBuffer>,
  place: (typeof places)[string],
  seed: number,
  on = device,
) {
  const options = { seed, nonFinite: "allow", storage: { state: stochastic(storage) } } as const;
  const optimizer = await optimize(on, place(device, numbers.length), echo(), options);
  const { buffer, offset } = optimizer.gradients["w"]!;
  device.queue.writeBuffer(buffer, offset, numbers);
  optimizer.step();
  const { parameters: state } = await optimizer.readState();
  optimizer.dispose();
  return state["w"]!["echo.m"]!;
}

/** Numbers of all magnitudes but those whose differences a device may take for 0, and some that are none. */
function numbersOf(count: number, from: number): Float32Array<ArrayBuffer> {
  let state = from;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const special = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 65519, 65521, 3.4e38];
  return Float32Array.from({ length: count }, (_, i) => {
    const sign = random() < 0.5 ? -1 : 1;
    if (i % 1024 >= 768) return i % 257 === 0 ? special[i % 7]! : sign * 10 ** (70 * random() - 34);
    return i % 512 < 256 ? sign * random() : random() ** 4;
  });
}

describe.each(all)("%s", (_, storage) => {
  it.each(Object.entries(places))("has the CPU's bits, %s", async (_, place) => {
    for (const seed of [0, 1, 2 ** 40 + 7]) {
      const numbers = numbersOf(9001, seed + 1);
      const found = await drawnThere(storage, numbers, place, seed);
      const expected = drawn(storage, numbers, undefined, seed);
      const wrong = [...expected.keys()].filter((i) => found[i] !== expected[i]);
      expect(wrong.map((i) => [i, numbers[i], found[i], expected[i]])).toEqual([]);
      expect(expected).not.toEqual(encoded(storage, numbers));
    }
  });

  it("keeps NaN, and what is kept already", async () => {
    const numbers = numbersOf(3000, 5);
    const kept = decoded(
      storage,
      encoded(
        storage,
        numbers.map((each) => (Number.isFinite(each) ? each : 1)),
      ),
    );
    const place = places["in buffers of our own"]!;
    const found = await drawnThere(storage, Float32Array.from(kept), place, 3);
    expect(decoded(storage, found)).toEqual(kept);
    const none = await drawnThere(storage, new Float32Array(300).fill(Number.NaN), place, 3);
    expect([...decoded(storage, none)].every(Number.isNaN)).toBe(true);
  });

  it("makes the CPU's steps: the same bits, or neighbours where float32 rounds otherwise", async () => {
    const options = { seed: 4, storage: { state: stochastic(storage) } };
    const make = () => adam({ lr: 0.1 }) as Rule;
    const [net, there] = [cpuNet(), gpuNet(device)];
    using cpu = optimizeOnCpu(net, make(), { ...options, threads: 1 });
    const gpu = await optimize(device, there, make(), options);
    for (let t = 1; t <= 3; t++) {
      for (const name of names) {
        const gradient = gradientAt(t, net[name].data);
        cpu.gradients[name].set(gradient);
        device.queue.writeBuffer(gpu.gradients[name].buffer, gpu.gradients[name].offset, gradient);
      }
      cpu.step();
      gpu.step();
      const read = await gpu.read();
      const [found, expected] = [read.state().parameters, cpu.state().parameters];
      for (const name of names) {
        for (const [slot, array] of Object.entries(expected[name]!)) {
          const others = array.filter((each, i) => found[name]![slot]![i] !== each).length;
          expect(others).toBeLessThanOrEqual(1 + array.length / 500);
        }
        net[name].data.set(read.parameters[name]!.data);
      }
      cpu.restore(read.state());
    }
    gpu.dispose();
  });
});

it.each([bfloat16, { ...block8, least: 0 }])(
  "is the number in the mean: $name",
  async (storage) => {
    const isLargest = (i: number) => storage.blocks !== undefined && i % 256 === 0;
    const numbers = Float32Array.from({ length: 100_000 }, (_, i) => (isLargest(i) ? 1.01 : 0.1));
    const bits = await drawnThere(storage, numbers, places["in buffers of our own"]!, 0);
    const found = decoded(storage, bits).filter((_, i) => !isLargest(i));
    const mean = found.reduce((sum, each) => sum + each, 0) / found.length;
    expect(Math.abs(mean - Math.fround(0.1))).toBeLessThan(3e-5);
    expect(new Set(found).size).toBe(2);
  },
);

it("what is cut into pieces, or reduced by rows, draws the same", async () => {
  const numbers = numbersOf(30_001, 9);
  const place = places["in buffers of our own"]!;
  expect(await drawnThere(bfloat16, numbers, place, 1, limited(device, 40_000))).toEqual(
    await drawnThere(bfloat16, numbers, place, 1),
  );
  const byRows = defineOptimizer({
    ...{ name: "byRows", hyper: {}, state: { m: 0 } },
    rule: "m = g + 0 * rowMean(g)\np = p - 0 * g",
  });
  const options = { storage: { state: stochastic(bfloat16) } };
  const net = parameters(device, { w: [70, 300] });
  const gpu = await optimize(device, net, byRows(), options);
  const w = Float32Array.from({ length: 21_000 }, (_, i) => Math.sin(i));
  device.queue.writeBuffer(gpu.gradients.w.buffer, gpu.gradients.w.offset, w);
  gpu.step();
  const there = (await gpu.readState()).parameters["w"]!["byRows.m"];
  using cpu = optimizeOnCpu(
    { w: { data: new Float32Array(21_000), shape: [70, 300] } },
    byRows(),
    options,
  );
  cpu.step({ w });
  expect(there).toEqual(cpu.state().parameters["w"]!["byRows.m"]);
  gpu.dispose();
});
