/** Steps for some rows on a GPU: what moves, and for which rules; and beside the CPU's sparse gradients, drawn at random. */
import { expect, it } from "vitest";
import {
  adagrad,
  adam,
  addNoise,
  chain,
  clipByValue,
  ema,
  l2,
  lion,
  lookahead,
  maximize,
  momentum,
  parameters as onCpu,
  optimize as optimizeOnCpu,
  projectBox,
  type Rule,
  rmsprop,
  sgd,
  sparse,
  swa,
  weightDecay,
  zeroNans,
} from "../../src/index.ts";
import { optimize, parameters, type RowSelections } from "../../src/webgpu/index.ts";
import { testDevice } from "./adapter.ts";
import { asParameters, bound, clipped, difference } from "./both.ts";
import { onesFor } from "./buffers.ts";

const shapes = { matrix: [7, 3], block: [4, 2, 3], vector: [9], whole: [5], number: [] } as const;
type Name = keyof typeof shapes;
const names = Object.keys(shapes) as Name[];
const chosen = ["matrix", "block", "vector"] as const;

const small = { w: [6, 3], b: [6] } as const;

const before = [() => clipByValue(0.5), () => l2(0.1), maximize, () => addNoise(), zeroNans];
const optimizers = [
  () => adam({ lr: 0.1 }),
  () => sgd({ lr: 0.1, momentum: 0.9, nesterov: true }),
  () => adagrad({ lr: 0.1 }),
  () => rmsprop({ lr: 0.1, centered: true }),
  () => lion({ lr: 0.1 }),
];
const behind = [
  () => weightDecay(0.1),
  () => ema(0.5),
  () => lookahead({ syncPeriod: 2 }),
  () => projectBox({ lower: -0.5, upper: 2 }),
  () => swa({ start: 2 }),
];

/** Numbers in [0, 1), the same at each run. */
function drawing(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return { next, of: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]! };
}

type Draw = ReturnType<typeof drawing>;

const heightOf = (name: (typeof chosen)[number]): number => shapes[name][0];

/** Some rows, or none, or all. */
const rowsOf = ({ next }: Draw, height: number): number[] => {
  const share = next() * 1.4 - 0.2;
  return Array.from({ length: height }, (_, row) => row).filter(() => next() < share);
};

function words(device: GPUDevice, list: readonly number[], size = 4 * list.length): GPUBuffer {
  const buffer = device.createBuffer({ size, usage: 0x80 | 0x8 });
  device.queue.writeBuffer(buffer, 0, Uint32Array.from(list));
  return buffer;
}

/** For each row, whether it is one of these. */
const marks = (rows: readonly number[], height: number): number[] =>
  Array.from({ length: height }, (_, row) => Number(rows.includes(row)));

function selectionOf(device: GPUDevice, draw: Draw, rows: readonly number[], height: number) {
  if (draw.next() >= 0.5) return { mask: words(device, marks(rows, height)) };
  // Of no row as well, a buffer has room for one.
  const size = Math.max(4, 4 * rows.length);
  return { buffer: words(device, [...rows].reverse(), size), count: rows.length };
}

it.each([
  ["listed", { w: [1, 4], b: [5] }],
  ["marked", { w: [1, 4], b: [5] }],
])("that are %s are stepped, and they alone", async (form, given) => {
  const device = await testDevice();
  const net = parameters(device, small);
  const gradients = onesFor(net) as never;
  const gpu = await optimize(device, net, momentum({ lr: 1 }), { gradients, rows: true });
  const select = (rows: readonly number[]) =>
    form === "listed"
      ? { buffer: words(device, rows), count: rows.length }
      : { mask: words(device, marks(rows, 6)) };
  gpu.step(undefined, { rows: { w: select(given.w), b: select(given.b) } });
  gpu.step(undefined, { rows: { b: select([]) } });
  const { parameters: found } = await gpu.read();
  const { parameters: state } = await gpu.readState();
  // Momentum 0.9: 1, and then 1.9 more for those that were there before.
  const w = Array.from({ length: 6 }, (_, row) => (given.w.includes(row) ? -2.9 : -1));
  expect([...found["w"]!.data].map((x) => Math.round(100 * x) / 100)).toEqual(
    w.flatMap((x) => [x, x, x]),
  );
  expect([...found["b"]!.data].map((x) => x + 0)).toEqual([0, 0, 0, 0, 0, -1]);
  expect([...Object.values(state["b"]!)[0]!]).toEqual([0, 0, 0, 0, 0, 1]);
  gpu.dispose();
});

it("are for rules alone whose steps depend on no other elements, and are asked for at binding", async () => {
  const device = await testDevice();
  const bind = (rule: Rule, rows: boolean) =>
    optimize(device, parameters(device, small), rule, { rows });
  await expect(bind(clipped(), true)).rejects.toThrow(
    "rows of a parameter cannot be chosen with clipByGlobalNorm",
  );
  const gpu = await bind(sgd() as Rule, false);
  expect(() => gpu.step(undefined, { rows: {} })).toThrow(
    "bind with optimize(..., { rows: true })",
  );
  gpu.dispose();
  const other = await bind(sgd() as Rule, true);
  const buffer = words(device, [1]);
  expect(() => other.step(undefined, { rows: { x: { buffer, count: 1 } } })).toThrow(
    "no such parameter",
  );
  expect(() => other.step(undefined, { rows: { w: { buffer, count: 2 } } })).toThrow(
    "2 words from byte 0",
  );
  expect(() => other.step(undefined, { rows: { w: { buffer, count: 7 } } })).toThrow(
    "up to 6, not 7",
  );
  other.dispose();
});

it.each([1, 2, 3, 4, 5, 6])("agree with sparse gradients: draw %i", async (seed) => {
  const device = await testDevice();
  const draw = drawing(seed);
  const [first, second, last] = [draw.of(before), optimizers[seed % 5]!, draw.of(behind)];
  const make = () => chain(first() as Rule, second() as Rule, last() as Rule) as Rule;
  const net = onCpu(shapes);
  const there = parameters(device, shapes);
  for (const name of names) {
    const { data } = net[name];
    data.forEach((_, i) => void (data[i] = Math.fround(draw.next() * 2 - 1)));
    device.queue.writeBuffer(there[name].buffer, there[name].offset, data.slice());
  }
  const cpu = optimizeOnCpu(net, make(), { threads: 1, seed });
  const gpu = await optimize(device, there, make(), { rows: true, seed });
  for (let t = 0; t < 4; t++) {
    const given: Record<string, unknown> = {};
    const rows: Record<string, RowSelections[string]> = {};
    for (const name of names) {
      const { length } = net[name].data;
      const gradient = Float32Array.from({ length }, () => draw.next() * 2 - 1);
      const { buffer, offset } = gpu.gradients[name];
      device.queue.writeBuffer(buffer, offset, gradient);
      given[name] = gradient;
      const sparseName = chosen.find((each) => each === name);
      if (sparseName !== undefined && draw.next() < 0.8) {
        const height = heightOf(sparseName);
        const width = length / height;
        const list = rowsOf(draw, height);
        const values = list.flatMap((row) => [...gradient.slice(row * width, (row + 1) * width)]);
        given[name] = sparse(list, values);
        rows[name] = selectionOf(device, draw, list, height);
      }
    }
    cpu.step(given as never);
    gpu.step(undefined, { rows });
  }
  const found = await gpu.read();
  expect(difference(net, found.parameters)).toBeLessThan(bound);
  const evaluated = [cpu.evaluationWeights(), await gpu.readEvaluationWeights()].map(asParameters);
  expect(difference(evaluated[0]!, evaluated[1]!)).toBeLessThan(bound);
  const states = [cpu.state(), found.state()].map(({ parameters: all }) => all);
  for (const name of names) {
    for (const [slot, array] of Object.entries(states[0]![name]!)) {
      const pair = [array, states[1]![name]![slot]!].map((data) => ({ data: { data } }));
      expect(difference(pair[0]!, pair[1]!), `${name} ${slot}`).toBeLessThan(bound);
    }
  }
  gpu.dispose();
});
