/** Hyperparameters that are set while steps go on, on a GPU as on the CPU: the steps are those of schedules that change so. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadCheckpoint, saveCheckpoint } from "../../src/checkpoint/index.ts";
import {
  adam,
  adamw,
  bfloat16,
  chain,
  clipByGlobalNorm,
  defineOptimizer,
  ema,
  getHyper,
  type HyperValue,
  muon,
  optimize as optimizeOnCpu,
  prodigy,
  type Rule,
  setHyper,
  sgd,
} from "../../src/index.ts";
import { type GpuOptimizeOptions, type GpuOptimizer, optimize } from "../../src/webgpu/index.ts";
import { limited, testDevice } from "./adapter.ts";
import { bound, cpuNet, difference, gpuNet, gradientAt, names, start } from "./both.ts";

const device = await testDevice();

/** By a schedule that changes as the settings do: the way without them. */
const scheduled = (values: readonly number[]) => (step: number) =>
  values[Math.min(step, values.length) - 1]!;

const gradients = (t: number) =>
  names.map((name) => [name, gradientAt(t, start(name, cpuNet()[name].data.length))] as const);

function put(gpu: GpuOptimizer, t: number): void {
  for (const [name, gradient] of gradients(t)) {
    const { buffer, offset } = gpu.gradients[name]!;
    device.queue.writeBuffer(buffer, offset, gradient);
  }
}

function step(gpu: GpuOptimizer, t: number): void {
  put(gpu, t);
  gpu.step();
}

const bind = async (rule: Rule, options: GpuOptimizeOptions = {}, on = device) =>
  (await optimize(on, gpuNet(device), rule, options as never)) as unknown as GpuOptimizer;

const seen = async (gpu: GpuOptimizer) => {
  const read = await gpu.read();
  const values = names.map((name) => read.parameters[name]!.data);
  return { values, state: read.state().parameters, steps: read.steps };
};

/** Numbers by which its programs know rows and columns stand for one another's once `a` is no constant. */
const factored = defineOptimizer({
  ...{ name: "factored", hyper: { lr: 0.1, a: 0 }, state: { m: 0 } },
  rule: `
    m = 0.9 * m + g
    h = (a + 1) * g + a
    c = colMean(h * h)
    r = rowMean(h * h)
    u = h / (sqrt(c * r) + sqrt(mean(h * h)) + 1) + m`,
});

const clipped = (hyper: { readonly lr: HyperValue }) =>
  chain(clipByGlobalNorm(1), adam(hyper as { lr: number }), ema(0.9)) as Rule;

it.each<[string, (hyper: HyperValue) => Rule, string, readonly number[]]>([
  ["Adam's rate", (lr) => adam({ lr: lr as number }), "lr", [0.1, 0.1, 0.02, 0.02, 0.3]],
  ["Adam's decay", (beta1) => adam({ lr: 0.1, beta1: beta1 as number }), "beta1", [0.9, 0.5, 0.9]],
  [
    "a decay that was none",
    (weightDecay) => adamw({ lr: 0.1, weightDecay: weightDecay as number }),
    "weightDecay",
    [0, 0, 0.5, 0],
  ],
  // What its programs leave for later passes has other places then.
  ["a factor's, that was 0", (a) => factored({ a: a as number }), "a", [0, 0.5]],
  ["a chain's rate", (lr) => clipped({ lr }), "adam.lr", [0.1, 0.01, 0.2]],
  [
    "the limit of a norm",
    (maxNorm) => chain(clipByGlobalNorm({ maxNorm: maxNorm as number }), adam({ lr: 0.1 })) as Rule,
    "maxNorm",
    [1, 0.1, 10],
  ],
  ["Muon's rate", (lr) => muon({ lr: lr as number }), "lr", [0.1, 0.02]],
  ["Prodigy's, whose state has numbers", (lr) => prodigy({ lr: lr as number }), "lr", [1, 0.5, 2]],
])("%s is that of a schedule which changes so, bit for bit", async (_, ruleOf, name, values) => {
  const gpu = await bind(ruleOf(values[0]!), { zeroGradients: true });
  const expected = await bind(ruleOf(scheduled(values)), { zeroGradients: true });
  for (let t = 1; t <= values.length; t++) {
    if (t > 1) setHyper(gpu, { [name]: values[t - 1]! });
    for (const each of [gpu, expected]) step(each, t);
  }
  expect(await seen(gpu)).toEqual(await seen(expected));
  expect(await gpu.readEvaluationWeights()).toEqual(await expected.readEvaluationWeights());
  expect(await gpu.report()).toEqual(await expected.report());
  for (const each of [gpu, expected]) each.dispose();
});

it("of some parameters is that of groups", async () => {
  const rule = (lr: HyperValue) => chain(clipByGlobalNorm(1), adam({ lr: lr as number })) as Rule;
  const gpu = await bind(rule(0.1));
  const groups = [
    { match: "b", lr: scheduled([0.1, 0.5, 0.2, 0.3]) },
    { match: "long", lr: scheduled([0.1, 0.5, 0.2, 0.2]) },
  ];
  const expected = await bind(rule(scheduled([0.1, 0.1, 0.2, 0.2])), { groups });
  const before = [
    () => {},
    () => setHyper(gpu, { lr: 0.5 }, { match: /^(b|long)$/ }),
    () => setHyper(gpu, { "adam.lr": 0.2 }),
    () => setHyper(gpu, { lr: 0.3 }, { match: (name) => name === "b" }),
  ];
  for (const [index, set] of before.entries()) {
    const asked = await gpu.report();
    set();
    // What was reported of the last step still is.
    expect(await gpu.report()).toEqual(asked);
    for (const each of [gpu, expected]) step(each, index + 1);
    const [found, wanted] = [await gpu.report(), await expected.report()];
    expect(found.gradientNorm).toBeCloseTo(wanted.gradientNorm!, 4);
    expect(found.lrs).toEqual(wanted.lrs);
  }
  const apart = difference((await gpu.read()).parameters, (await expected.read()).parameters);
  expect(apart).toBeLessThan(bound);
  expect(["w", "b", "long"].map((name) => getHyper(gpu, "lr", name))).toEqual([0.2, 0.3, 0.2]);
  for (const each of [gpu, expected]) each.dispose();
});

it("is in a schedule's place with states in 16 bits, in pieces, and before the first step", async () => {
  const options = { storage: { state: bfloat16 } };
  const values = [0.3, 0.3, 0.05];
  const gpu = await bind(adamw({ lr: 0.1 }), options, limited(device, 40_000));
  const expected = await bind(adamw({ lr: scheduled(values) }), options);
  setHyper(gpu, { lr: 0.3 }, { match: "long" });
  setHyper(gpu, { lr: 0.3 });
  for (let t = 1; t <= 3; t++) {
    if (t === 3) setHyper(gpu, { lr: 0.05 });
    for (const each of [gpu, expected]) step(each, t);
  }
  expect(await seen(gpu)).toEqual(await seen(expected));
  for (const each of [gpu, expected]) each.dispose();
});

it("an average that has not begun begins where it would have", async () => {
  for (const nonFinite of ["throw", "skip"] as const) {
    const gpu = await bind(clipped({ lr: 0.1 }), { nonFinite });
    const expected = await bind(clipped({ lr: scheduled([0.3]) }), { nonFinite });
    setHyper(gpu, { lr: 0.3 });
    for (const each of [gpu, expected]) step(each, 1);
    expect(await seen(gpu)).toEqual(await seen(expected));
    for (const each of [gpu, expected]) each.dispose();
  }
});

describe("with steps that are left out", () => {
  const poison = (gpu: GpuOptimizer) => {
    const { buffer, offset } = gpu.gradients["b"]!;
    device.queue.writeBuffer(buffer, offset, Float32Array.of(Number.NaN));
    gpu.step();
  };

  it("is that of the next update, whichever step that is", async () => {
    const gpu = await bind(clipped({ lr: 0.1 }), { nonFinite: "skip" });
    const expected = await bind(clipped({ lr: scheduled([0.1, 0.1, 0.2, 0.4]) }));
    step(gpu, 1);
    poison(gpu);
    poison(gpu);
    // To what it is: no row of the ring is written again for it.
    setHyper(gpu, { lr: 0.1 });
    step(gpu, 2);
    poison(gpu);
    setHyper(gpu, { lr: 0.2 });
    step(gpu, 3);
    poison(gpu);
    setHyper(gpu, { lr: 0.4 });
    step(gpu, 4);
    for (let t = 1; t <= 4; t++) step(expected, t);
    expect(await seen(gpu)).toEqual(await seen(expected));
    expect(await gpu.report()).toMatchObject({ step: 4, skippedSteps: 4 });
    for (const each of [gpu, expected]) each.dispose();
  });

  it("goes on where a gradient was not finite", async () => {
    const gpu = await bind(clipped({ lr: 0.1 }));
    const expected = await bind(clipped({ lr: scheduled([0.1, 0.2]) }));
    step(gpu, 1);
    poison(gpu);
    setHyper(gpu, { lr: 0.2 });
    await expect(gpu.report()).rejects.toThrow("step 2: a gradient is not finite");
    step(gpu, 2);
    for (let t = 1; t <= 2; t++) step(expected, t);
    expect(await seen(gpu)).toEqual(await seen(expected));
    for (const each of [gpu, expected]) each.dispose();
  });
});

it("is for steps that are recorded behind it", async () => {
  const gpu = await bind(sgd({ lr: 1 }));
  setHyper(gpu, { lr: 0.5 });
  const expected = await bind(sgd({ lr: scheduled([0.5, 0.25]) }));
  for (let t = 1; t <= 2; t++) {
    setHyper(gpu, { lr: t === 1 ? 0.5 : 0.25 });
    put(gpu, t);
    const encoder = device.createCommandEncoder();
    gpu.step(undefined, { encoder });
    device.queue.submit([encoder.finish()]);
    step(expected, t);
  }
  expect(await seen(gpu)).toEqual(await seen(expected));
  for (const each of [gpu, expected]) each.dispose();
});

it("takes schedules, and says what is set", async () => {
  const gpu = await bind(adam({ lr: 0.1 }), { nonFinite: "skip" });
  let now = 0.25;
  const rate = (t: number) => 1 / t;
  setHyper(gpu, { lr: rate });
  expect(getHyper(gpu, "lr", "b")).toBe(rate);
  for (let t = 1; t <= 2; t++) step(gpu, t);
  expect((await gpu.report()).lr).toBe(0.5);
  setHyper(gpu, { lr: () => now });
  step(gpu, 3);
  now = 0.125;
  step(gpu, 4);
  expect((await gpu.report()).lr).toBe(0.125);
  gpu.dispose();
});

it("changes nothing where anything is wrong", async () => {
  const gpu = await bind(adam({ lr: 0.1 }));
  step(gpu, 1);
  const before = await gpu.readState();
  for (const [settings, options, message] of [
    [{ lr: -1 }, {}, "adam: `lr` must be a number in [0, inf) or a schedule, not -1"],
    [{ lr: 0.2, betta1: 0.5 }, {}, "did you mean `beta1`?"],
    [{ lr: 0.2 }, { match: "x" }, "match (x) matches none of"],
  ] as const) {
    expect(() => setHyper(gpu, settings as never, options)).toThrow(message);
  }
  expect(await gpu.readState()).toEqual(before);
  const plain = await bind(sgd({ lr: 0.1 }));
  expect(() => setHyper(plain, { momentum: 0.9 })).toThrow("keeps other state");
  step(plain, 1);
  plain.evaluate(() => {
    expect(() => setHyper(plain, { lr: 1 })).toThrow("setHyper: wait until evaluate() has ended");
  });
  for (const each of [gpu, plain]) each.dispose();
  expect(() => setHyper(gpu, { lr: 1 })).toThrow("was disposed");
});

describe("a saved state has numbers that were set, which come back with it", () => {
  const folder = mkdtempSync(join(tmpdir(), "gradus-set-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const make = () => clipped({ lr: 0.1 });

  async function trained() {
    const gpu = await bind(make());
    step(gpu, 1);
    setHyper(gpu, { lr: 0.3 });
    setHyper(gpu, { lr: 0.5 }, { match: "b" });
    step(gpu, 2);
    return gpu;
  }

  async function expectSame(gpu: GpuOptimizer, resumed: GpuOptimizer) {
    expect(["w", "b"].map((name) => getHyper(resumed, "lr", name))).toEqual([0.3, 0.5]);
    for (const each of [gpu, resumed]) step(each, 3);
    expect(await seen(resumed)).toEqual(await seen(gpu));
    expect(await resumed.readState()).toEqual(await gpu.readState());
    for (const each of [gpu, resumed]) each.dispose();
  }

  it("by a state", async () => {
    const gpu = await trained();
    const resumed = await bind(make());
    resumed.write(await gpu.read());
    expect((await resumed.writeState(await gpu.readState())).differences).toEqual([]);
    await expectSame(gpu, resumed);
  });

  it("by a checkpoint that a snapshot takes", async () => {
    const gpu = await trained();
    const path = join(folder, "run.safetensors");
    const snapshot = await gpu.read();
    // It is of the moment when it was read.
    setHyper(gpu, { lr: 7 });
    saveCheckpoint(path, snapshot);
    for (const [match, lr] of [
      [/^[^b]/, 0.3],
      ["b", 0.5],
    ] as const) {
      setHyper(gpu, { lr }, { match });
    }
    const resumed = await bind(make());
    const target = await resumed.read();
    loadCheckpoint(path, target);
    resumed.write(target);
    await expectSame(gpu, resumed);
  });

  it("from the CPU and back", async () => {
    const net = cpuNet();
    const cpu = optimizeOnCpu(net, make(), { threads: 1 });
    cpu.step(Object.fromEntries(gradients(1)) as never);
    setHyper(cpu, { lr: 0.3 });
    const gpu = await bind(make());
    await gpu.writeState(cpu.state());
    expect(getHyper(gpu, "lr", "w")).toBe(0.3);
    expect(await gpu.readState()).toEqual(cpu.state());
    setHyper(gpu, { lr: 0.7 });
    cpu.restore(await gpu.readState());
    expect(getHyper(cpu, "lr", "w")).toBe(0.7);
    gpu.dispose();
  });
});
