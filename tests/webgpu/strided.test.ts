/** Rows of parameters and gradients that lie interleaved in one buffer, beside the same numbers side by side. */
import { describe, expect, it } from "vitest";
import {
  adafactor,
  adam,
  adamw,
  chain,
  clipByGlobalNorm,
  ema,
  lamb,
  muon,
  type Rule,
  sgd,
} from "../../src/index.ts";
import { optimize, parameters, remap } from "../../src/webgpu/index.ts";
import { testDevice } from "./adapter.ts";

const rows = 70;
/** Words of a splat: position, a word that nobody steps, scale, and a number. */
const stride = 4 * 9;
const attributes = { position: [4, 3], scale: [20, 2], weight: [32, 1] } as const;
const names = ["position", "scale", "weight"] as const;

/** Numbers of an attribute; the same at each run. */
const numbersOf = (name: (typeof names)[number], seed: number): Float32Array => {
  const columns = attributes[name][1];
  return Float32Array.from({ length: rows * columns }, (_, i) =>
    Math.sin(i * 1.7 + seed + columns),
  );
};

function interleave(into: Float32Array, name: (typeof names)[number], numbers: Float32Array): void {
  const [offset, columns] = attributes[name];
  for (const [i, number] of numbers.entries()) {
    into[(offset + Math.floor(i / columns) * stride) / 4 + (i % columns)] = number;
  }
}

function picked(from: Float32Array, name: (typeof names)[number]): Float32Array {
  const [offset, columns] = attributes[name];
  return Float32Array.from(
    { length: rows * columns },
    (_, i) => from[(offset + Math.floor(i / columns) * stride) / 4 + (i % columns)]!,
  );
}

const placesIn = (buffer: GPUBuffer) => {
  const of = (name: (typeof names)[number]) => {
    const [offset, columns] = attributes[name];
    return { buffer, offset, stride, rows, columns };
  };
  return { position: of("position"), scale: of("scale"), weight: of("weight") };
};

const words = (rows * stride) / 4;

const side = (device: GPUDevice, columns: number) => ({
  buffer: device.createBuffer({ size: 4 + 4 * rows * columns, usage: 0x80 | 0x4 | 0x8 }),
  offset: 4,
  shape: [rows, columns],
});

function setUp(device: GPUDevice) {
  const buffer = device.createBuffer({ size: 4 * words, usage: 0x80 | 0x4 | 0x8 });
  const all = new Float32Array(words).fill(99);
  // Where shaders take one element at a time, as of strided rows: so all is rounded alike.
  const packed = { position: side(device, 3), scale: side(device, 2), weight: side(device, 1) };
  for (const name of names) {
    interleave(all, name, numbersOf(name, 0));
    const { buffer, offset } = packed[name];
    device.queue.writeBuffer(buffer, offset, numbersOf(name, 0) as Float32Array<ArrayBuffer>);
  }
  device.queue.writeBuffer(buffer, 0, all);
  return { buffer, net: placesIn(buffer), packed };
}

async function wordsOf(device: GPUDevice, buffer: GPUBuffer): Promise<Float32Array> {
  const staging = device.createBuffer({ size: buffer.size, usage: 0x1 | 0x8 });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(1);
  return new Float32Array(staging.getMappedRange().slice(0));
}

const rules: Readonly<Record<string, () => Rule>> = {
  "adamw, clipped and averaged": () => chain(clipByGlobalNorm(1), adamw({ lr: 0.1 }), ema(0.5)),
  adafactor: () => adafactor({ lr: 0.1 }),
  lamb: () => lamb({ lr: 0.1 }),
};

describe("interleaved attributes step as if they lay side by side, bit for bit", () => {
  it.each(Object.keys(rules))("%s", async (name) => {
    const device = await testDevice();
    const { buffer, net, packed } = setUp(device);
    using one = await optimize(device, net, rules[name]!(), { zeroGradients: true });
    using other = await optimize(device, packed, rules[name]!(), { zeroGradients: true });
    expect(one.gradients.position).toMatchObject({ offset: 0, stride, rows, columns: 3 });
    expect(one.gradients.scale).toMatchObject({ offset: 16, shape: [rows, 2] });
    for (let step = 1; step <= 3; step++) {
      const mirrored = new Float32Array(one.gradients.position.buffer.size / 4).fill(5);
      const shifted = new Float32Array(words);
      for (const each of names) {
        const numbers = numbersOf(each, step) as Float32Array<ArrayBuffer>;
        interleave(shifted, each, numbers);
        const { buffer, offset } = other.gradients[each];
        device.queue.writeBuffer(buffer, offset, numbers);
      }
      mirrored.set(shifted.subarray(1, 1 + mirrored.length));
      device.queue.writeBuffer(one.gradients.position.buffer, 0, mirrored);
      one.step();
      other.step();
    }
    const [read, expected] = [await one.read(), await other.read()];
    for (const each of names) {
      expect(read.parameters[each].data, each).toEqual(expected.parameters[each].data);
    }
    expect(read.state()).toEqual(expected.state());
    expect(await one.readEvaluationWeights()).toEqual(await other.readEvaluationWeights());
    // What lies between is nobody's.
    const now = await wordsOf(device, buffer);
    expect(picked(now, "scale")).toEqual(expected.parameters.scale.data);
    const between = now.filter((_, i) => i % 9 === 0 || i % 9 === 4 || i % 9 === 7);
    expect(between.every((each) => each === 99)).toBe(true);
    const zeroed = await wordsOf(device, one.gradients.position.buffer);
    expect(zeroed.filter((_, i) => i % 9 < 3).every((each) => each === 0)).toBe(true);
    // And back.
    read.parameters.scale.data.fill(3);
    one.write(read);
    expect(picked(await wordsOf(device, buffer), "scale").every((each) => each === 3)).toBe(true);
  });
});

it("gradients may be strided or side by side, the caller's or copied", async () => {
  const device = await testDevice();
  const { net, packed } = setUp(device);
  const at = device.createBuffer({ size: 4 * words, usage: 0x80 | 0x4 | 0x8 });
  const gradients = { ...placesIn(at), weight: parameters(device, { weight: [rows, 1] }).weight };
  using one = await optimize(device, net, sgd({ lr: 1 }), { gradients });
  using other = await optimize(device, packed, sgd({ lr: 1 }));
  const all = new Float32Array(words).fill(7);
  for (const each of names) {
    const numbers = numbersOf(each, 1) as Float32Array<ArrayBuffer>;
    interleave(all, each, numbers);
    const { buffer, offset } = other.gradients[each];
    device.queue.writeBuffer(buffer, offset, numbers);
  }
  device.queue.writeBuffer(at, 0, all);
  device.queue.writeBuffer(
    gradients.weight.buffer,
    gradients.weight.offset,
    numbersOf("weight", 1) as Float32Array<ArrayBuffer>,
  );
  one.step();
  other.step();
  expect((await one.read()).parameters).toEqual((await other.read()).parameters);
  // Copied from elsewhere, where they lie side by side.
  one.step(other.gradients);
  other.step();
  expect((await one.read()).parameters).toEqual((await other.read()).parameters);
  one.zeroGradients();
  const cleared = await wordsOf(device, at);
  expect(picked(cleared, "position").every((each) => each === 0)).toBe(true);
  expect(
    cleared.every((each, i) => each === (i % 9 === 0 || i % 9 === 4 || i % 9 >= 7 ? all[i] : 0)),
  ).toBe(true);
});

it("refuses what does not fit, by the parameter's name", async () => {
  const device = await testDevice();
  const { buffer, net } = setUp(device);
  const bind = (over: object) =>
    optimize(device, { ...net, ...over } as typeof net, adam()).then((each) => each.dispose());
  const position = (over: object) => bind({ position: { ...net.position, ...over } });
  await expect(position({ stride: 14 })).rejects.toThrow(
    /`position`: its stride must be a multiple of 4 bytes/,
  );
  await expect(position({ stride: 8 })).rejects.toThrow(/at least the 12 of its 3 columns, not 8/);
  await expect(position({ offset: 2 })).rejects.toThrow(
    /`position`: its offset must be a multiple of 4/,
  );
  await expect(position({ rows: rows + 1 })).rejects.toThrow(/`position`.* do not fit its buffer/);
  await expect(position({ rows: 1.5 })).rejects.toThrow(/`position`/);
  await expect(position({ columns: undefined })).rejects.toThrow(/`position`/);
  await expect(position({ columns: 5 })).rejects.toThrow(/`position` and parameter `scale` share/);
  await expect(position({ offset: 28, rows: rows - 1 })).rejects.toThrow(/share elements/);
  await expect(position({ type: "float16" })).rejects.toThrow(/`position`/);
  await expect(bind({ other: { buffer, shape: [10] } })).rejects.toThrow(/`other` and .* share/);
  await expect(optimize(device, net, adam(), { gradients: net })).rejects.toThrow(/share elements/);
  const apart = { position: net.position };
  const free = { position: { buffer, offset: 16, stride } };
  await expect(optimize(device, apart, adam(), { gradients: free })).rejects.toThrow(
    /`position` and its gradient lie in one buffer.* another/,
  );
  await expect(optimize(device, apart, muon())).rejects.toThrow(/`position`.*muon works on whole/);
});

it("rows that are interleaved move, too, to where there is more room", async () => {
  const device = await testDevice();
  const { net } = setUp(device);
  using optimizer = await optimize(device, net, chain(adam(), ema(0.9)));
  device.queue.writeBuffer(
    optimizer.gradients.position.buffer,
    0,
    new Float32Array(100).map((_, i) => i),
  );
  optimizer.step();
  const { parameters: before } = await optimizer.readState();
  const buffer = device.createBuffer({ size: 2 * 4 * words, usage: 0x80 | 0x4 | 0x8 });
  const places = placesIn(buffer);
  const more = {
    position: { ...places.position, rows: 2 * rows },
    scale: { ...places.scale, rows: 2 * rows },
    weight: { ...places.weight, rows: 2 * rows },
  };
  const old = Array.from({ length: 2 * rows }, (_, row) => (row < rows ? row : row - rows));
  await remap(optimizer, old, { parameters: more });
  const { parameters: after } = await optimizer.readState();
  for (const each of names) {
    for (const slot of ["adam.m", "adam.v", "ema.average"]) {
      const once = Array.from(before[each]![slot]!);
      expect(Array.from(after[each]![slot]!), slot).toEqual([...once, ...once]);
    }
  }
  expect(optimizer.gradients.position).toMatchObject({ stride, rows: 2 * rows, columns: 3 });
  optimizer.step();
  expect((await optimizer.report()).step).toBe(2);
});
