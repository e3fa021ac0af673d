/** Parameters that join a run on a GPU or leave it: the others go on as if nothing had happened. */
import { describe, expect, it, vi } from "vitest";
import * as onCpu from "../../src/index.ts";
import {
  adam,
  BindingError,
  chain,
  DisposedError,
  ema,
  getHyper,
  prodigy,
  type Rule,
  setHyper,
} from "../../src/index.ts";
import {
  addParameters,
  type GpuOptimizer,
  optimize,
  parameters,
  removeParameters,
  stepsOf,
} from "../../src/webgpu/index.ts";
import { testDevice } from "./adapter.ts";
import { bound, difference, gradientAt, start } from "./both.ts";
import { bufferOf } from "./buffers.ts";

const device = await testDevice();
const rule = () => chain(adam({ lr: 0.1 }), ema(0.9)) as Rule;

function fresh<const S extends Readonly<Record<string, readonly number[]>>>(shapes: S) {
  const net = parameters(device, shapes);
  for (const [name, { buffer, offset, shape }] of Object.entries(net)) {
    const length = (shape as readonly number[]).reduce((a, b) => a * b, 1);
    device.queue.writeBuffer(buffer, offset, start(name as never, length));
  }
  return net;
}
const two = () => fresh({ w: [3, 2], b: [4] });
const late = () => fresh({ late: [5] });

/** Steps that bring gradients which depend on the name and the step alone. */
function step(gpu: GpuOptimizer<never>, ...times: readonly number[]): void {
  for (const t of times) {
    for (const [name, { buffer, offset, shape }] of Object.entries(
      gpu.gradients as GpuOptimizer["gradients"],
    )) {
      const length = shape.reduce((a, b) => a * b, 1);
      device.queue.writeBuffer(buffer, offset, gradientAt(t, start(name as never, length)));
    }
    gpu.step();
  }
}

function netOf(shapes: Readonly<Record<string, readonly number[]>>) {
  const net = onCpu.parameters(shapes);
  for (const [name, { data }] of Object.entries(net)) data.set(start(name as never, data.length));
  return net;
}

function stepOnCpu(cpu: onCpu.AnyOptimizer, t: number): void {
  const entries = Object.entries(cpu.parameters).map(
    ([name, { data }]) => [name, gradientAt(t, start(name as never, data.length))] as const,
  );
  cpu.step(Object.fromEntries(entries));
}

const valuesOf = async (gpu: GpuOptimizer<never>, ...names: readonly string[]) => {
  const read = await (gpu as unknown as GpuOptimizer).read();
  return names.map((name) => [read.parameters[name]!.data, read.state().parameters[name]]);
};

it("what joins begins at its own first step, and the others go on, bit for bit", async () => {
  const first = await optimize(device, two(), rule());
  step(first as never, 1, 2, 3);
  const second = await addParameters(first, late());
  expect(() => first.step()).toThrow(DisposedError);
  step(second as never, 4, 5);
  const alone = await optimize(device, two(), rule());
  step(alone as never, 1, 2, 3, 4, 5);
  const other = await optimize(device, late(), rule());
  step(other as never, 4, 5);
  expect(await valuesOf(second as never, "w", "b")).toEqual(
    await valuesOf(alone as never, "w", "b"),
  );
  expect(await valuesOf(second as never, "late")).toEqual(await valuesOf(other as never, "late"));
  const all = second as unknown as GpuOptimizer;
  expect([await stepsOf(all, "w"), await stepsOf(all, "late")]).toEqual([5, 2]);
  const third = await removeParameters(second, ["b"]);
  expect(Object.keys(third.parameters)).toEqual(["w", "late"]);
  step(third as never, 6);
  step(alone as never, 6);
  expect(await valuesOf(third as never, "w")).toEqual(await valuesOf(alone as never, "w"));
  for (const each of [third, alone, other]) each.dispose();
});

it("what all parameters share is theirs, too, and options and values that were set stay, as on the CPU", async () => {
  const options = { groups: [{ match: "late", lr: 0.5 }], nonFinite: "skip" } as const;
  const first = await optimize(
    device,
    { ...two(), ...late() },
    prodigy() as Rule,
    options as never,
  );
  const here = { w: [3, 2], b: [4], late: [5] };
  const cpu = onCpu.optimize(netOf(here), prodigy(), { ...options, threads: 1 } as never);
  for (const t of [1, 2]) stepOnCpu(cpu as never, t);
  step(first as never, 1, 2);
  for (const each of [first, cpu]) setHyper(each as typeof cpu, { lr: 0.25 }, { match: "w" });
  const second = await addParameters(first, fresh({ more: [3] }));
  const other = onCpu.addParameters(cpu, netOf({ more: [3] }));
  stepOnCpu(other as never, 3);
  step(second as never, 3);
  const rates = ["w", "b", "late", "more"].map((name) => getHyper(second, "lr", name));
  expect(rates).toEqual([0.25, 1, 0.5, 1]);
  const read = await second.read();
  expect(difference(other.parameters as never, read.parameters as never)).toBeLessThan(10 * bound);
  const [found, expected] = [read.state(), other.state()];
  expect(found.groups).toEqual(expected.groups);
  expect(found.begun).toEqual(expected.begun);
  const [shared] = expected.groups[0]!.shared;
  for (const name of Object.keys(expected.parameters)) {
    const [one, two] = [found, expected].map((each) => each.parameters[name]![shared!]![0]!);
    expect(Math.abs(one! / two! - 1)).toBeLessThan(10 * bound);
  }
  second.dispose();
});

it("gradients that are the caller's stay, and those of what joins are given", async () => {
  const own = { w: { buffer: bufferOf(new Float32Array(6).fill(1)) } };
  const net = fresh({ w: [3, 2] });
  const first = await optimize(device, net, adam({ lr: 0.1 }), { gradients: own });
  const more = { late: { buffer: bufferOf([1, 1, 1, 1, 1]) } };
  await expect(addParameters(first, late())).rejects.toThrow("the gradient of `late` is missing");
  const second = await addParameters(first, late(), { gradients: more });
  expect([second.gradients.w.buffer, second.gradients.late.buffer]).toEqual([
    own.w.buffer,
    more.late.buffer,
  ]);
  const third = await removeParameters(second, ["late"]);
  expect(third.gradients.w.buffer).toBe(own.w.buffer);
  third.step();
  expect((await third.report()).step).toBe(1);
  third.dispose();
});

describe("is refused, and the optimizer goes on", () => {
  it("with names that are there already, or are not", async () => {
    const gpu = await optimize(device, two(), rule());
    await expect(addParameters(gpu, fresh({ b: [2] }))).rejects.toThrow(
      new BindingError("addParameters: there is a parameter `b` already"),
    );
    await expect(removeParameters(gpu, ["bb" as "b"])).rejects.toThrow("did you mean `b`?");
    await expect(removeParameters(gpu, "b" as never)).rejects.toThrow("a list of names");
    await expect(removeParameters(gpu, ["b", "w"])).rejects.toThrow(BindingError);
    await expect(stepsOf(gpu as never, "x")).rejects.toThrow("there is no parameter `x`");
    gpu.step();
    expect((await gpu.report()).step).toBe(1);
    gpu.dispose();
  });

  it("where steps are made meanwhile, or wait", async () => {
    const gpu = await optimize(device, two(), rule());
    const read = gpu.readState.bind(gpu);
    vi.spyOn(gpu, "readState").mockImplementationOnce(async () => {
      const state = await read();
      gpu.step();
      return state;
    });
    await expect(addParameters(gpu, late())).rejects.toThrow(
      "addParameters: steps were made before it was done",
    );
    expect((await gpu.report()).step).toBe(1);
    const encoder = device.createCommandEncoder();
    gpu.step(undefined, { encoder });
    await expect(removeParameters(gpu, ["b"])).rejects.toThrow("wait to be submitted");
    device.queue.submit([encoder.finish()]);
    await (await removeParameters(gpu, ["b"])).report();
  });
});
