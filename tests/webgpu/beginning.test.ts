/** State that starts from the parameters starts from them as they are at the first step, not at binding. */
import { describe, expect, it } from "vitest";
import { chain, defineTransform, ema, type Rule, sgd } from "../../src/index.ts";
import { type GpuOptimizeOptions, optimize, parameters } from "../../src/webgpu/index.ts";
import { testDevice } from "./adapter.ts";

const device = await testDevice();

/** One parameter of one element. */
async function bound(rule: Rule, options: GpuOptimizeOptions = {}) {
  const net = parameters(device, { w: [1] });
  const gpu = await optimize(device, net, rule, options as never);
  const put = (to: "weights" | "gradient", number: number) => {
    const { buffer, offset } = to === "weights" ? net.w : gpu.gradients.w;
    device.queue.writeBuffer(buffer, offset, Float32Array.of(number));
  };
  const average = async () => (await gpu.readEvaluationWeights()).w[0]!;
  return { gpu, put, average };
}

const averaged = () => chain(sgd({ lr: 1 }), ema(0.5)) as Rule;

describe("an average", () => {
  it("starts from weights that are written between binding and the first step", async () => {
    const { gpu, put, average } = await bound(averaged());
    put("weights", 10);
    put("gradient", 1);
    gpu.step();
    expect(await average()).toBe(9.5);
    // And from none that are written later.
    put("weights", 100);
    gpu.step();
    expect(await average()).toBe((9.5 + 99) / 2);
    gpu.dispose();
  });

  it.each([true, false])(
    "starts at the first step that is not left out (the host hears of it: %s)",
    async (hears) => {
      const { gpu, put, average } = await bound(averaged(), { nonFinite: "skip" });
      for (const [weights, gradient] of [
        [1, Number.NaN],
        [2, Number.NaN],
        [10, 1],
      ] as const) {
        put("weights", weights);
        put("gradient", gradient);
        gpu.step();
        if (hears) {
          await gpu.report();
        }
      }
      put("weights", 100);
      gpu.step();
      expect(await average()).toBe((9.5 + 99) / 2);
      gpu.dispose();
    },
  );

  it("starts at the step that is made again behind an error", async () => {
    const { gpu, put, average } = await bound(averaged());
    put("gradient", Number.NaN);
    gpu.step();
    await expect(gpu.report()).rejects.toThrow("step 1: a gradient is not finite");
    put("weights", 10);
    put("gradient", 1);
    gpu.step();
    expect(await average()).toBe(9.5);
    gpu.dispose();
  });

  it("starts when a recorded step is submitted, and not with one that never is", async () => {
    const { gpu, put, average } = await bound(averaged());
    const [dropped, kept] = [device.createCommandEncoder(), device.createCommandEncoder()];
    gpu.step(undefined, { encoder: dropped });
    gpu.step(undefined, { encoder: kept });
    put("weights", 10);
    put("gradient", 1);
    device.queue.submit([kept.finish()]);
    gpu.step();
    expect(await average()).toBe((9.5 + 8) / 2);
    gpu.dispose();
  });

  it("is what it would start from, where the state is read before", async () => {
    const { gpu, put, average } = await bound(averaged());
    put("weights", 3);
    const state = await gpu.readState();
    expect(state.parameters["w"]!["ema.average"]).toEqual(Float32Array.of(3));
    put("weights", 10);
    put("gradient", 1);
    gpu.step();
    const later = await gpu.readState();
    // Back at the start it starts anew; behind a step it goes on.
    await gpu.writeState(state);
    put("weights", 20);
    gpu.step();
    expect(await average()).toBe(19.5);
    await gpu.writeState(later);
    gpu.step();
    expect(await average()).toBe((9.5 + 18) / 2);
    gpu.dispose();
  });
});

it("a number that starts from an option starts once", async () => {
  const counted = defineTransform({
    name: "counted",
    hyper: { start: 2 },
    state: { n: { kind: "scalar", initial: "start" } },
    rule: "n = n + 1",
  });
  for (const nonFinite of ["allow", "skip"] as const) {
    const { gpu, put } = await bound(chain(sgd(), counted({ start: 5 })) as Rule, { nonFinite });
    put("gradient", 1);
    expect((await gpu.readState()).parameters["w"]!["counted.n"]![0]).toBe(5);
    for (let t = 0; t < 3; t++) gpu.step();
    expect((await gpu.readState()).parameters["w"]!["counted.n"]![0]).toBe(8);
    gpu.dispose();
  }
});
