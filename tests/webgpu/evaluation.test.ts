/** Weights to evaluate on a GPU, in the parameters' place for a while. */
import { describe, expect, it, vi } from "vitest";
import {
  adam,
  chain,
  defineTransform,
  EvaluationError,
  ema,
  lookahead,
  masked,
  partition,
  type Rule,
  scheduleFreeAdamw,
  scheduleFreeSgd,
  sgd,
} from "../../src/index.ts";
import { optimize, parameters } from "../../src/webgpu/index.ts";
import { testDevice } from "./adapter.ts";
import { asParameters, both, bound, difference, names } from "./both.ts";

/** Divides by a number that each tensor keeps: the weights to evaluate are read from it. */
const divided = defineTransform({
  name: "divided",
  hyper: {},
  state: { n: { kind: "scalar", initial: 2 } },
  rule: "n = n + 1",
  evaluation: "p / n",
});

/** Its weights to evaluate are of length 1 together. */
const normalized = defineTransform({
  name: "normalized",
  hyper: {},
  state: { last: "p" },
  rule: "last = p",
  evaluation: "last / globalNorm(last)",
});

const rules: Readonly<Record<string, () => Rule>> = {
  "an average": () => chain(adam(), ema({ decay: 0.9 })) as Rule,
  "an average with its bias taken out": () =>
    chain(adam(), ema({ decay: 0.99, debias: true } as never)) as Rule,
  "Schedule-Free AdamW": () => scheduleFreeAdamw() as Rule,
  "Schedule-Free SGD": () => scheduleFreeSgd({ momentum: 0.8 }) as Rule,
  "what a number of each tensor says": () => chain(sgd(), divided()) as Rule,
};

async function trained(rule: () => Rule, steps = 5, options = {}) {
  const device = await testDevice();
  const pair = await both(device, rule, options);
  for (let t = 1; t <= steps; t++) pair.step(t);
  return { device, ...pair };
}

describe("the weights to evaluate", () => {
  it.each(Object.entries(rules))("are the CPU's: %s", async (_, rule) => {
    const { net, cpu, gpu, step } = await trained(rule);
    const found = asParameters(await gpu.readEvaluationWeights());
    expect(difference(asParameters(cpu.evaluationWeights()), found)).toBeLessThan(bound);
    expect(difference(net, found)).toBeGreaterThan(100 * bound);
    // The parameters are back, and steps go on.
    expect(difference(net, (await gpu.read()).parameters)).toBeLessThan(bound);
    for (let t = 6; t <= 8; t++) step(t);
    expect(difference(net, (await gpu.read()).parameters)).toBeLessThan(bound);
    const later = asParameters(await gpu.readEvaluationWeights());
    expect(difference(asParameters(cpu.evaluationWeights()), later)).toBeLessThan(bound);
    gpu.dispose();
  });

  it("are the parameters, before there was a step and with other rules", async () => {
    for (const [rule, steps] of [
      [rules["an average"]!, 0],
      [() => adam() as Rule, 3],
    ] as const) {
      const { gpu } = await trained(rule, steps);
      const { parameters: found } = await gpu.read();
      expect(difference(found, asParameters(await gpu.readEvaluationWeights()))).toBe(0);
      gpu.dispose();
    }
  });

  it("are seen by what a callback submits, whether it returns, throws or is awaited", async () => {
    const { device, gpu } = await trained(rules["an average"]!);
    const average = await gpu.readEvaluationWeights();
    const before = await gpu.read();
    const { buffer, offset } = gpu.parameters.w;
    const bytes = 4 * average.w.length;
    const copied = device.createBuffer({ size: bytes, usage: 0x4 | 0x8 | 0x80 });
    const copy = () => {
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer, offset, copied, 0, bytes);
      device.queue.submit([encoder.finish()]);
      return 7;
    };
    const reading = await optimize(device, { w: { buffer: copied, shape: [17, 9] } }, sgd());
    const copiedNow = async () => (await reading.read()).parameters["w"]!.data;
    expect(gpu.evaluate(copy)).toBe(7);
    expect(await copiedNow()).toEqual(average.w);
    copy();
    expect(await copiedNow()).toEqual(before.parameters["w"]!.data);
    await gpu.evaluate(async () => {
      await device.queue.onSubmittedWorkDone();
      copy();
    });
    expect(await copiedNow()).toEqual(average.w);
    const fails = () => gpu.evaluate(() => expect.unreachable());
    expect(fails).toThrow();
    const after = await gpu.read();
    for (const name of names) {
      expect(after.parameters[name]!.data).toEqual(before.parameters[name]!.data);
    }
    reading.dispose();
    gpu.dispose();
  });

  it("are of those parameters alone whose rule has others", async () => {
    const rule = () =>
      partition(
        [
          { match: /^w$/, rule: chain(adam(), ema(0.9)) },
          { match: /^long$/, rule: scheduleFreeSgd() },
        ],
        adam(),
      ) as Rule;
    const { net, cpu, gpu } = await trained(rule);
    const found = await gpu.readEvaluationWeights();
    const now = await gpu.read();
    expect(difference(asParameters(cpu.evaluationWeights()), asParameters(found))).toBeLessThan(
      bound,
    );
    expect(found.b).toEqual(now.parameters["b"]!.data);
    expect(found.w).not.toEqual(now.parameters["w"]!.data);
    expect(difference(net, now.parameters)).toBeLessThan(bound);
    gpu.dispose();
  });

  it("are made with norms over all parameters whose rule takes them, whatever their groups", async () => {
    const rule = () =>
      partition(
        [{ match: /^(w|b|scale)$/, rule: chain(sgd(), normalized()) }],
        chain(adam(), ema(0.9)),
      ) as Rule;
    const options = { groups: [{ match: /^(b|long)$/, lr: 0.02 }] };
    const { net, cpu, gpu } = await trained(rule, 3, options);
    const found = await gpu.readEvaluationWeights();
    const together = [net.w, net.b, net.scale].flatMap(({ data }) => [...data]);
    const norm = Math.hypot(...together);
    const expected = (name: "w" | "b" | "scale") => ({
      data: Float32Array.from(net[name].data, (x) => x / norm),
    });
    const right = { w: expected("w"), b: expected("b"), scale: expected("scale") };
    expect(difference(right, asParameters(found))).toBeLessThan(bound);
    const average = { long: { data: cpu.evaluationWeights().long } };
    expect(difference(average, asParameters(found))).toBeLessThan(bound);
    gpu.dispose();
  });

  it("are the average where a mask has one, and the parameters elsewhere", async () => {
    const rule = () =>
      chain(adam(), masked(/^(w|scale)$/, ema(0.5)), masked(/^b$/, lookahead())) as Rule;
    const { net, cpu, gpu } = await trained(rule);
    const found = await gpu.readEvaluationWeights();
    expect(difference(asParameters(cpu.evaluationWeights()), asParameters(found))).toBeLessThan(
      bound,
    );
    expect(difference({ long: net.long }, asParameters(found))).toBeLessThan(bound);
    expect(difference({ w: net.w }, asParameters(found))).toBeGreaterThan(bound);
    gpu.dispose();
  });

  it("make no buffer after the first time", async () => {
    const { device, gpu } = await trained(rules["what a number of each tensor says"]!);
    gpu.evaluate(() => 0);
    const create = vi.spyOn(Object.getPrototypeOf(device), "createBuffer");
    for (let i = 0; i < 3; i++) {
      gpu.step();
      gpu.evaluate(() => 0);
    }
    expect(create).not.toHaveBeenCalled();
    create.mockRestore();
    gpu.dispose();
  });

  it("leave the parameters where the optimizer is disposed meanwhile", async () => {
    const { device, net, gpu } = await trained(rules["an average"]!);
    gpu.evaluate(() => gpu.dispose());
    const other = await optimize(device, gpu.parameters, sgd());
    expect(difference(net, (await other.read()).parameters)).toBeLessThan(bound);
    other.dispose();
  });

  it.each<[string, () => Rule]>([
    ["averages", rules["an average"]!],
    ["the parameters themselves", () => adam() as Rule],
  ])("take no step, state or second evaluation among them: %s", async (_, rule) => {
    const { gpu } = await trained(rule, 1);
    const snapshot = await gpu.read();
    const done = gpu.evaluate(async () => {
      expect(() => gpu.step()).toThrow(EvaluationError);
      expect(() => gpu.evaluate(() => 0)).toThrow(/^evaluate: wait until evaluate\(\) has ended/);
      expect(() => gpu.write(snapshot)).toThrow(EvaluationError);
      await expect(gpu.read()).rejects.toThrow(EvaluationError);
      await expect(gpu.readState()).rejects.toThrow(EvaluationError);
      await expect(gpu.writeState(snapshot.state())).rejects.toThrow(EvaluationError);
    });
    await done;
    gpu.step();
    gpu.dispose();
  });

  it("are there again once a state is restored", async () => {
    const { device, gpu } = await trained(rules["Schedule-Free AdamW"]!);
    const expected = await gpu.readEvaluationWeights();
    const { gpu: other } = await both(device, rules["Schedule-Free AdamW"]!);
    other.write(await gpu.read());
    expect(await other.readEvaluationWeights()).toEqual(expected);
    gpu.dispose();
    other.dispose();
  });

  it.each(["throw", "skip"] as const)(
    'are those of the last update, where gradients were not finite (nonFinite: "%s")',
    async (nonFinite) => {
      const { device, cpu, gpu } = await trained(rules["an average"]!, 4, { nonFinite });
      const { buffer, offset } = gpu.gradients.b;
      device.queue.writeBuffer(buffer, offset, Float32Array.of(Number.NaN));
      gpu.step();
      gpu.step();
      const found = asParameters(await gpu.readEvaluationWeights());
      expect(difference(asParameters(cpu.evaluationWeights()), found)).toBeLessThan(bound);
      gpu.dispose();
    },
  );

  it("need buffers that can be copied", async () => {
    const device = await testDevice();
    const buffer = device.createBuffer({ size: 64, usage: 0x80 });
    const gpu = await optimize(device, { w: { buffer, shape: [16] } }, chain(sgd(), ema()));
    expect(() => gpu.evaluate(() => 0)).toThrow(
      "evaluate: parameter `w`: its buffer needs the usage GPUBufferUsage.COPY_SRC",
    );
    gpu.step();
    gpu.dispose();
  });

  it("are of parameters of many buffers at once", async () => {
    const device = await testDevice();
    const [one, other] = [parameters(device, { a: [5] }), parameters(device, { b: [3, 3] })];
    const gpu = await optimize(device, { ...one, ...other }, chain(sgd({ lr: 1 }), ema(0.5)));
    for (const name of ["a", "b"] as const) {
      const { buffer, offset, shape } = gpu.gradients[name];
      const length = shape.reduce((x, y) => x * y, 1);
      device.queue.writeBuffer(buffer, offset, new Float32Array(length).fill(1));
    }
    gpu.step();
    gpu.step();
    const { a, b } = await gpu.readEvaluationWeights();
    // Of 0, -1 and -2, weighted by a quarter, a quarter and a half.
    expect(a).toEqual(new Float32Array(5).fill(-1.25));
    expect(b).toEqual(new Float32Array(9).fill(-1.25));
    gpu.dispose();
  });
});
