/** Rows that move on a GPU: state follows them, beside a plain reference that keeps rows in objects. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  adagrad,
  adam,
  bfloat16,
  block8,
  chain,
  compensated,
  defineOptimizer,
  ema,
  optimizers,
  type Rule,
  setHyper,
} from "../../src/index.ts";
import { DeviceError, optimize, parameters, remap } from "../../src/webgpu/index.ts";
import { runs } from "../support/properties.ts";
import {
  actions,
  columns,
  freshRow,
  gradientOf,
  listOf,
  movedRows,
  ruleOfRows,
  stepRows,
} from "../support/rowObjects.ts";
import { testDevice } from "./adapter.ts";

const usage = 0x80 | 0x4 | 0x8;

function words(device: GPUDevice, list: readonly number[], offset = 0): GPUBuffer {
  const buffer = device.createBuffer({ size: offset + 4 * list.length + 4, usage });
  device.queue.writeBuffer(buffer, offset, Uint32Array.from(list));
  return buffer;
}

const fill = (
  device: GPUDevice,
  { buffer, offset }: { buffer: GPUBuffer; offset: number },
  list: readonly number[],
) => device.queue.writeBuffer(buffer, offset, Float32Array.from(list));

it("random sequences of clones, prunings and steps agree with rows kept in objects", async () => {
  const device = await testDevice();
  const near = (actual: ArrayLike<number>, expected: readonly number[]): void => {
    expect(actual.length).toBe(expected.length);
    for (const [index, value] of expected.entries()) {
      // float32, in which up to twelve steps are rounded, beside float64.
      expect(Math.abs(actual[index]! - value)).toBeLessThanOrEqual(2e-5 * (1 + Math.abs(value)));
    }
  };
  await fc.assert(
    fc.asyncProperty(actions, async (given) => {
      let rows = Array.from({ length: 4 }, (_, row) => freshRow([row, -row, 0.5]));
      let net = parameters(device, { w: [4, columns] });
      const load = () =>
        fill(
          device,
          net.w,
          rows.flatMap(({ p }) => p),
        );
      load();
      const optimizer = await optimize(device, net, ruleOfRows());
      let steps = 0;
      for (const each of given) {
        const list = listOf(each, rows.length);
        if (list === undefined) {
          steps += 1;
          const count = rows.length * columns;
          fill(
            device,
            optimizer.gradients.w,
            Array.from({ length: count }, (_, i) => gradientOf(steps, i)),
          );
          optimizer.step();
          stepRows(rows, steps);
          continue;
        }
        // They are changed in place, behind what was submitted.
        rows = movedRows(rows, list);
        const stays = each.kind === "order";
        net = stays ? net : parameters(device, { w: [rows.length, columns] });
        load();
        const buffer = words(device, list, 256);
        const index = { buffer, offset: 256, count: list.length };
        await remap(optimizer, index, stays ? {} : { parameters: net });
      }
      const read = await optimizer.read();
      expect(read.steps).toBe(steps);
      near(
        read.parameters.w.data,
        rows.flatMap(({ p }) => p),
      );
      if (steps > 0) {
        const { w } = read.state().parameters;
        near(
          w!["adam.m"]!,
          rows.flatMap(({ m }) => m),
        );
        near(
          w!["adam.v"]!,
          rows.flatMap(({ v }) => v),
        );
        near(
          w!["ema.average"]!,
          rows.flatMap(({ average }) => average),
        );
      }
      optimizer.dispose();
    }),
    runs(12),
  );
});

const rows = [4, 0, -1, 2, 2, 0xffffffff, 1] as const;
const shapes = { w: [5, 4], b: [6] } as const;
/** Those that are the CPU's alone: they need what a GPU has not. */
const onCpu = ["shampoo", "soap"];

describe("the states of every optimizer follow, and are those of the CPU's kinds", () => {
  it.each(Object.keys(optimizers).filter((name) => !onCpu.includes(name)))("%s", async (name) => {
    const device = await testDevice();
    const rule = (optimizers as unknown as Record<string, () => Rule>)[name]!();
    const net = parameters(device, shapes);
    const optimizer = await optimize(device, net, rule);
    fill(
      device,
      optimizer.gradients.w,
      Array.from({ length: 20 }, (_, i) => Math.sin(i * i + 1)),
    );
    fill(device, optimizer.gradients.b, [1, 2, 3, -1, -2, -3]);
    optimizer.step(undefined, { loss: 1 });
    const { parameters: before } = await optimizer.readState();
    const more = parameters(device, { w: [rows.length, 4] });
    fill(
      device,
      more.w,
      Array.from({ length: 28 }, (_, i) => i + 1),
    );
    const moving = remap(optimizer, rows, { parameters: more });
    expect(await moving).toBe(optimizer);
    const { parameters: after, step } = await optimizer.readState();
    expect(step).toBe(1);
    expect(after["b"]).toEqual(before["b"]);
    const start = await optimize(device, more, rule);
    const { parameters: fresh } = await start.readState();
    start.dispose();
    for (const [slot, now] of Object.entries(after["w"]!)) {
      const [was, begin] = [before["w"]![slot]!, fresh["w"]![slot]!];
      // Of 5 rows there are 5 or 20 numbers; what has others is no row's.
      const width = was.length % 5 === 0 ? was.length / 5 : 0;
      const expected =
        width === 0
          ? was
          : rows.flatMap((row, to) =>
              row < 0 || row > 5
                ? Array.from(begin.subarray(to * width, (to + 1) * width))
                : Array.from(was.subarray(row * width, (row + 1) * width)),
            );
      expect(Array.from(now), slot).toEqual(Array.from(expected));
    }
    optimizer.step(undefined, { loss: 1 });
    expect((await optimizer.report()).step).toBe(2);
    optimizer.dispose();
  });
});

describe("states that are kept otherwise", () => {
  it.each([
    [3, bfloat16, 3],
    [4, bfloat16, 4],
    [1, bfloat16, 1],
    [1024, block8, 1024 + 4 * 4],
  ] as const)("rows of %i: their bits", async (width, storage, size) => {
    const device = await testDevice();
    const net = parameters(device, { w: [5, width] });
    const optimizer = await optimize(device, net, adam(), { storage: { state: storage } });
    fill(
      device,
      optimizer.gradients.w,
      Array.from({ length: 5 * width }, (_, i) => Math.sin(i + 1)),
    );
    optimizer.step();
    const before = (await optimizer.readState()).parameters["w"]!;
    const list = [4, -1, 0, 2, 2, 1, -1];
    await remap(optimizer, list, { parameters: parameters(device, { w: [7, width] }) });
    const after = (await optimizer.readState()).parameters["w"]!;
    for (const slot of ["adam.m", "adam.v"]) {
      const expected = list.flatMap((row) =>
        row < 0
          ? Array(size).fill(0)
          : Array.from(before[slot]!.subarray(row * size, (row + 1) * size)),
      );
      expect(Array.from(after[slot]!)).toEqual(expected);
    }
    optimizer.dispose();
  });

  it("blocks of several rows are refused, with what to use", async () => {
    const device = await testDevice();
    const net = parameters(device, { w: [50, 100] });
    const optimizer = await optimize(device, net, adam(), { storage: { state: block8 } });
    const list = Array.from({ length: 50 }, (_, row) => row);
    await expect(remap(optimizer, list)).rejects.toThrow(
      /`w`: its state `adam.m` is kept in blocks of 256 numbers .* hold several rows of 100: keep it in bfloat16/,
    );
    optimizer.dispose();
  });

  it("what is kept beside parameters in 16 bits, and a state that begins with a number", async () => {
    const device = await testDevice();
    const net = parameters(device, { w: [3, 2] }, { type: compensated(bfloat16) });
    const optimizer = await optimize(device, net, adagrad({ lr: 0.01, initialAccumulator: 0.25 }));
    device.queue.writeBuffer(
      optimizer.gradients.w.buffer,
      0,
      Uint16Array.of(0x3f80, 0x4000, 0x3f80, 0x4080, 0x3f90, 0x3fa0),
    );
    for (let step = 0; step < 5; step++) optimizer.step();
    const before = (await optimizer.readState()).parameters["w"]!;
    await remap(optimizer, [2, -1, 0]);
    const after = (await optimizer.readState()).parameters["w"]!;
    for (const [slot, was] of Object.entries(before)) {
      const begin = slot.startsWith("adagrad") ? 0.25 : 0;
      const expected = [2, -1, 0].flatMap((row) =>
        row < 0 ? [begin, begin] : Array.from(was.subarray(2 * row, 2 * row + 2)),
      );
      expect(Array.from(after[slot]!), slot).toEqual(expected);
    }
    optimizer.dispose();
  });
});

it("is in the order of what is submitted: steps before and behind it need not wait", async () => {
  const device = await testDevice();
  const run = async (waits: boolean) => {
    const net = parameters(device, { w: [300, 2], b: [3] });
    const optimizer = await optimize(device, net, chain(adam({ lr: 0.1 }), ema(0.5)));
    setHyper(optimizer, { lr: 0.3 });
    fill(
      device,
      optimizer.gradients.w,
      Array.from({ length: 600 }, (_, i) => Math.sin(i)),
    );
    const list = Array.from({ length: 300 }, (_, row) => (row * 7) % 301);
    for (let round = 0; round < 3; round++) {
      optimizer.step();
      const moving = remap(optimizer, list, { parameters: ["w"] });
      if (waits) await moving;
      optimizer.step();
      await moving;
    }
    const read = await optimizer.read();
    const lrs = (await optimizer.report()).lrs;
    optimizer.dispose();
    return { read: read.parameters, state: read.state(), lrs };
  };
  const [one, other] = [await run(true), await run(false)];
  expect(other).toEqual(one);
  expect(one.state.step).toBe(6);
  expect(one.lrs).toEqual({
    w: Math.fround(0.3) === one.lrs["w"] ? one.lrs["w"] : 0.3,
    b: one.lrs["b"],
  });
});

it("parameters that are cut in pieces move, too", async () => {
  const first = await testDevice();
  const gpu = first;
  const adapterDevice = gpu;
  const small = new Proxy(adapterDevice, {
    get: (target, key) => {
      if (key === "limits") {
        return new Proxy(target.limits, {
          get: (limits, name) =>
            name === "maxStorageBufferBindingSize" ? 65_536 : Reflect.get(limits, name, limits),
        });
      }
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  });
  const height = 5000;
  const net = parameters(small, { w: [height, 3] });
  const optimizer = await optimize(small, net, adam());
  fill(
    first,
    optimizer.gradients.w,
    Array.from({ length: 3 * height }, (_, i) => Math.sin(i) + 2),
  );
  optimizer.step();
  const before = (await optimizer.readState()).parameters["w"]!["adam.m"]!;
  const list = Array.from({ length: height + 900 }, (_, row) => (row * 37) % (height + 31));
  await remap(optimizer, words2(list), {
    parameters: parameters(small, { w: [list.length, 3] }),
  });
  const after = (await optimizer.readState()).parameters["w"]!["adam.m"]!;
  expect(Array.from(after)).toEqual(
    list.flatMap((row) =>
      row < height ? Array.from(before.subarray(3 * row, 3 * row + 3)) : [0, 0, 0],
    ),
  );
  optimizer.dispose();

  function words2(rows: readonly number[]) {
    return { buffer: words(first, rows), count: rows.length };
  }
});

it("gradients of the caller's, and what joins later", async () => {
  const device = await testDevice();
  const net = parameters(device, { w: [2, 2], b: [3] });
  const own = parameters(device, { w: [2, 2], b: [3] });
  const optimizer = await optimize(device, net, adam(), { gradients: own });
  const more = parameters(device, { w: [3, 2] });
  await expect(remap(optimizer, [0, 1, -1], { parameters: more })).rejects.toThrow(
    /gradient of `w` is missing/,
  );
  const gradients = parameters(device, { w: [3, 2] });
  await remap(optimizer, [0, 1, -1], { parameters: more, gradients });
  expect(optimizer.gradients.w.buffer).toBe(gradients.w.buffer);
  expect(optimizer.gradients.b.buffer).toBe(own.b.buffer);
  expect(optimizer.parameters.w).toBe(more.w);
  fill(device, gradients.w, [1, 1, 1, 1, 1, 1]);
  optimizer.step();
  expect((await optimizer.read()).parameters.w.data.every((each) => each < 0)).toBe(true);
  optimizer.dispose();
});

it("refuses what is over all rows, which cannot follow them", async () => {
  const device = await testDevice();
  const correlated = defineOptimizer({
    name: "correlated",
    hyper: { lr: 0.1 },
    state: { c: { kind: "left", initial: 0 } },
    rule: `
      c = c + matmul(g, transpose(g))
      u = matmul(c, g)
    `,
  });
  const net = parameters(device, { w: [4, 2] });
  const optimizer = await optimize(device, net, correlated());
  await expect(remap(optimizer, [3, 2, 1, 0])).rejects.toThrow(
    /`w`: `correlated.c` of correlated is a matrix over all of its rows/,
  );
  optimizer.dispose();
});

it("refuses what does not fit, and goes on as before", async () => {
  const device = await testDevice();
  const net = parameters(device, { w: [4, 2], n: [] });
  const optimizer = await optimize(device, net, adam());
  const list = (count: number, over: object = {}) => ({
    buffer: words(device, [0, 1, 2, 3]),
    count,
    ...over,
  });
  const w = { parameters: ["w"] } as const;
  const refusals: [unknown, object, RegExp][] = [
    [list(4), {}, /`n` is a single number/],
    [list(3), w, /`w` has 4 rows, but the list has 3: pass parameters/],
    [list(-1), w, /count must be a whole number/],
    [list(4, { offset: 4 }), w, /the offset must be a multiple of/],
    [list(4, { offset: 256 }), w, /do not fit into the buffer/],
    [{ buffer: {}, count: 4 }, w, /do not fit into the buffer/],
    [{ buffer: device.createBuffer({ size: 16, usage: 0x8 }), count: 4 }, w, /needs the usage/],
    [[0, 1, 2, 9], w, /rows has 9 at position 3/],
    [null, w, /rows/],
    [[0, 1, 2, 3], { parameters: ["v"] }, /no parameter `v`/],
    [[0], { parameters: parameters(device, { w: [1, 3] }) }, /had the shape/],
    [
      [0],
      { parameters: parameters(device, { w: [1, 2] }, { type: bfloat16 }) },
      /was kept as float32/,
    ],
    [[0, 1, 2, 3], { ...w, gradients: {} }, /gradients are in the optimizer's own buffers/],
    [[0, 1, 2, 3], { unknown: 1 }, /unknown option/],
  ];
  for (const [rows, options, expected] of refusals) {
    await expect(
      remap(optimizer, rows as never, options as never),
      String(expected),
    ).rejects.toThrow(expected);
  }
  const gone = words(device, [0, 1, 2, 3]);
  gone.destroy();
  await expect(remap(optimizer, { buffer: gone, count: 4 }, w)).rejects.toThrow(DeviceError);
  optimizer.step();
  expect((await optimizer.report()).step).toBe(1);
  optimizer.dispose();
});
