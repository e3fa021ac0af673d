/** Routines of whole matrices on a GPU, beside the CPU's. */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import {
  BindingError,
  parameters as cpuParameters,
  defineOptimizer,
  linear,
  muon,
  optimize as optimizeOnCpu,
  type Rule,
} from "../../src/index.ts";
import { optimize, parameters } from "../../src/webgpu/index.ts";
import { either, runs } from "../support/properties.ts";
import { halfDevice, limited, testDevice } from "./adapter.ts";
import { difference } from "./both.ts";

type Shapes = Readonly<Record<string, readonly number[]>>;

/** Numbers without structure in [-1, 1]. */
const numbers = (length: number, seed: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length }, (_, i) => Math.sin(seed + 1.3 * i + 0.01 * i * i));

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/**
 * A step of a rule here and there, with the same gradients, `steps` times.
 * @param from what parameters start with: zeros, beside which the steps show, or numbers up to this one
 */
async function run(device: GPUDevice, rule: Rule, shapes: Shapes, steps = 1, from = 0) {
  const cpuNet = cpuParameters(shapes);
  const gpuNet = parameters(device, shapes);
  using cpu = optimizeOnCpu(cpuNet, rule, { threads: 1 });
  const gpu = await optimize(device, gpuNet, rule);
  for (const [index, name] of Object.keys(shapes).entries()) {
    const [start, gradient] = [0, 1].map((seed) => numbers(count(shapes[name]!), seed + index));
    start!.forEach((value, i) => void (start![i] = from * value));
    cpuNet[name]!.data.set(start!);
    device.queue.writeBuffer(gpuNet[name]!.buffer, gpuNet[name]!.offset, start!);
    cpu.gradients[name]!.set(gradient!);
    const { buffer, offset } = gpu.gradients[name]!;
    device.queue.writeBuffer(buffer, offset, gradient!);
  }
  for (let step = 0; step < steps; step++) {
    cpu.step();
    gpu.step();
  }
  const { parameters: found } = await gpu.read();
  const states = [cpu.state(), await gpu.readState()].map(({ parameters }) => parameters);
  gpu.dispose();
  return { expected: cpuNet, found, states };
}

type Numbers = Readonly<Record<string, { readonly data: ArrayLike<number> }>>;

/** The largest difference of any tensor's elements, by the largest of its own. */
const worst = (expected: Numbers, found: Numbers): number =>
  Math.max(...Object.entries(expected).map(([name, x]) => difference({ x }, { x: found[name]! })));

const rounding = 6e-8;

/**
 * What turns of `orthogonalize` may come to: each lets what is there grow by 3.4445, along the smallest singular values; some
 * sums and the norm's root are rounded before. Of many turns' 485 roundings a fifth is seen at most.
 */
const afterTurns = (turns: number): number => Math.min(4 * 3.4445 ** turns, 100) * rounding;

const products = defineOptimizer({
  name: "products",
  hyper: { lr: 1 },
  state: { l: { kind: "left", initial: 0 }, r: { kind: "right", initial: 0 }, back: 0 },
  rule: `
    l = matmul(p, transpose(g))
    r = matmul(transpose(p), g)
    back = transpose(2 * transpose(g)) - matmul(g, matmul(transpose(g), g))
    u = 0 * g
  `,
});

/** Two drivers with subgroups of different sizes; the second takes long for what is large. */
const devices = [
  ["on one device", halfDevice, true],
  ["on another", testDevice, either(false, true)],
] as const;

describe("products", () => {
  // Tiles that are full and that are not; few rows, few columns, with long sums and with short ones.
  const shapes = {
    full: [64, 128],
    odd: [70, 33],
    wide: [3, 700],
    tall: [700, 2],
    row: [1, 40],
    small: [17, 9],
    single: [1, 1],
    // Its columns' products are many large tiles.
    large: [9, 1030],
  };
  const { small, single } = shapes;

  /** The largest difference of a state from the CPU's, by the largest number there. */
  async function apart(device: GPUDevice, shapes: Shapes): Promise<number> {
    const { states } = await run(device, products() as Rule, shapes, 1, 1);
    const byState = states.map((all) =>
      Object.fromEntries(
        Object.entries(all).flatMap(([name, slots]) =>
          Object.entries(slots).map(([slot, data]) => [`${name} ${slot}`, { data }]),
        ),
      ),
    );
    return worst(byState[0]!, byState[1]!);
  }

  // Of 700 products one after the other rounding leaves some 26 units of the largest sum on the way.
  const most = 5 * 26 * rounding;

  it.each(devices)("are the CPU's but for the order of sums, %s", async (_, device, isWhole) => {
    const some = isWhole ? shapes : { small, single };
    expect(await apart(await device(), some)).toBeLessThan(most);
  });

  it("are the CPU's for any shape", async () => {
    const device = await halfDevice();
    const side = fc.integer({ min: 1, max: 140 });
    await fc.assert(
      fc.asyncProperty(side, side, async (rows, cols) => {
        expect(await apart(device, { w: [rows, cols] })).toBeLessThan(most);
      }),
      runs(4),
    );
  });
});

describe("orthogonalize", () => {
  it.each(devices)(
    "is the CPU's for matrices of any shape, side by side, %s",
    async (_, device, isWhole) => {
      const [less, more, square] = isWhole ? [70, 130, 64] : [7, 18, 10];
      const shapes = {
        a: [less, more],
        b: [more, less],
        c: [square, square],
        d: [1, 50],
        e: [40, 3],
        f: [12],
      };
      const { expected, found } = await run(
        await device(),
        muon({ weightDecay: 0.1 }) as Rule,
        shapes,
        2,
      );
      expect(worst(expected, found)).toBeLessThan(afterTurns(5));
    },
  );

  it("is the CPU's for matrices of many large tiles, in either direction", async () => {
    // 8 x 8 tiles of 128 x 128, the last of which are nearly empty.
    const shapes = { wide: [900, 905], ...either({}, { tall: [905, 900] }) };
    const { expected, found } = await run(await halfDevice(), muon({ steps: 1 }) as Rule, shapes);
    expect(worst(expected, found)).toBeLessThan(afterTurns(1));
  });

  it("takes no turn, or any number of them", async () => {
    for (const steps of [0, 1, 2]) {
      const { expected, found } = await run(await halfDevice(), muon({ steps }) as Rule, {
        w: [5, 8],
      });
      expect(worst(expected, found)).toBeLessThan(afterTurns(steps));
    }
  });

  it("has matrices use room one after the other, where there is not enough for all", async () => {
    // State of two of them fits a binding, room for two does not.
    const shapes = { a: [50, 50], b: [50, 50], c: [40, 3], d: [50, 50] };
    const create = vi.spyOn(Object.getPrototypeOf(await halfDevice()), "createBuffer");
    const { expected, found } = await run(
      limited(await halfDevice(), 60_000),
      muon() as Rule,
      shapes,
      2,
    );
    const made = create.mock.calls.map(([descriptor]) => descriptor as GPUBufferDescriptor);
    create.mockRestore();
    expect(made.find(({ label }) => label?.includes("scratch"))!.size).toBeLessThan(60_000);
    expect(worst(expected, found)).toBeLessThan(afterTurns(5));
  });

  it("takes 64 MiB of room at most, of matrices that need no more one by one", async () => {
    const device = await halfDevice();
    const names = ["a", "b", "c", "d", "e", "f"];
    const shapes = Object.fromEntries(names.map((name) => [name, [1024, 1024]]));
    const create = vi.spyOn(Object.getPrototypeOf(device), "createBuffer");
    const gpu = await optimize(device, parameters(device, shapes), muon());
    const made = create.mock.calls.map(([descriptor]) => descriptor as GPUBufferDescriptor);
    create.mockRestore();
    const { size } = made.find(({ label }) => label?.includes("scratch"))!;
    // Each takes three matrices of 4 MiB, and the sums of its squares.
    expect(size).toBeGreaterThan(3 * 5 * 2 ** 22);
    expect(size).toBeLessThanOrEqual(2 ** 26);
    gpu.dispose();
  });

  it("says which matrix needs more room than a binding has", async () => {
    const device = limited(await halfDevice(), 30_000);
    const bound = optimize(device, parameters(device, { big: [50, 50] }), muon());
    await expect(bound).rejects.toThrow(
      "parameter `big`: `orthogonalize` needs room of 30008 bytes beside it, more than a binding",
    );
  });

  it("needs its turns to be known when it is bound", async () => {
    const device = await halfDevice();
    const steps = linear({ initial: 5, final: 3, steps: 10 }) as unknown as number;
    const bound = optimize(device, parameters(device, { w: [3, 4] }), muon({ steps }));
    await expect(bound).rejects.toThrow(BindingError);
    await expect(bound).rejects.toThrow(
      "muon: `orthogonalize` on a GPU: steps must be a number that no step changes",
    );
  });

  it("of many matrices takes as many dispatches as of one", async () => {
    const device = await halfDevice();
    const dispatchesFor = async (matrices: number) => {
      const shapes = Object.fromEntries(
        Array.from({ length: matrices }, (_, i) => [`w${i}`, [6, 8]]),
      );
      const gpu = await optimize(device, parameters(device, shapes), muon());
      const pass = device.createCommandEncoder().beginComputePass();
      const dispatch = vi.spyOn(Object.getPrototypeOf(pass), "dispatchWorkgroups");
      pass.end();
      gpu.step();
      const { length } = dispatch.mock.calls;
      dispatch.mockRestore();
      gpu.dispose();
      return length;
    };
    expect(await dispatchesFor(20)).toBe(await dispatchesFor(1));
  });
});

describe("a call that a condition guards", () => {
  const sometimes = defineOptimizer({
    name: "sometimes",
    hyper: { lr: 0.1, frequency: 3 },
    state: { turned: 0 },
    rule: `
      due = (t - 1) % frequency == 0
      turned = where(due, orthogonalize(g + t, 5, 3.4445, -4.775, 2.0315, 1e-7), turned)
      u = turned
    `,
  });

  it("gives what it gives on the CPU, at steps where it holds and at others", async () => {
    for (const steps of [1, 3, 4]) {
      const { expected, found } = await run(
        await halfDevice(),
        sometimes() as Rule,
        { w: [9, 14] },
        steps,
      );
      expect(worst(expected, found)).toBeLessThan(afterTurns(5));
    }
  });

  const large = defineOptimizer({
    name: "large",
    hyper: { lr: 0.1 },
    rule: "u = where(norm(g) > 3, g / norm(g), simplex(g, 2))",
  });

  it("may depend on what the device has reduced", async () => {
    const shapes = { large: [4, 9], small: [2, 3] };
    const { expected, found } = await run(await halfDevice(), large() as Rule, shapes, 2);
    // A root, a quotient and a sum, twice.
    expect(worst(expected, found)).toBeLessThan(2 * 5 * rounding);
  });

  const huge = defineOptimizer({
    name: "huge",
    hyper: { lr: 1, total: 1 },
    rule: "u = -simplex(1e7 * g, total)",
  });

  it("keeps a simplex' total beside large elements, and takes one of 0", async () => {
    const of = async (total: number) =>
      run(await halfDevice(), huge({ total }) as Rule, { w: [5, 9] });
    const { expected, found } = await of(1);
    expect(worst(expected, found)).toBeLessThan(5 * rounding);
    expect((await of(0)).found["w"]!.data.every((value) => value === 0)).toBe(true);
  });
});
