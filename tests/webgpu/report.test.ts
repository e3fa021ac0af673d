/** What an optimizer on a GPU reports: the step, the rate, the norm of the gradients, and the error of a step before. */
import { describe, expect, it } from "vitest";
import {
  adam,
  chain,
  clipByGlobalNorm,
  GradientError,
  masked,
  momentum,
  partition,
  sgd,
} from "../../src/index.ts";
import { optimize, parameters } from "../../src/webgpu/index.ts";
import { testDevice } from "./adapter.ts";
import { fill, valuesOf } from "./buffers.ts";

const device = await testDevice();

describe("a report", () => {
  it("has the norm of all parameters whose rule takes it, and the rate of those in no group", async () => {
    const net = parameters(device, { a: [1], b: [1], c: [1], d: [2, 2] });
    const rule = partition(
      [
        { match: "a", rule: sgd({ lr: 0.5 }) },
        { match: "b", rule: chain(clipByGlobalNorm(1), momentum({ lr: 0.1 })) },
      ],
      chain(masked(/d/, clipByGlobalNorm(2)), adam({ lr: 0.2 })),
    );
    const gpu = await optimize(device, net, rule as never, {
      groups: [
        { match: "c", "adam.lr": 0.3 },
        { match: "d", "adam.lr": 0.4 },
      ] as never,
      nonFinite: "skip",
    });
    for (const [name, number] of Object.entries({ a: 100, b: 3, c: 50, d: 4 })) {
      fill(gpu, name, number);
    }
    gpu.step();
    const found = await gpu.report();
    expect(found.gradientNorm).toBeCloseTo(5, 5);
    // Of `b`, the last of those in no group, as on the CPU.
    expect(found.lr).toBe(0.1);
    fill(gpu, "a", Number.NaN);
    gpu.step();
    expect(await gpu.report()).toMatchObject({ step: 1, skippedSteps: 1, lr: 0.1 });
    gpu.dispose();
  });

  it("says the rate of the last step, left out or not", async () => {
    const rates = [0.1, 0.2, 0.3, 0.4];
    let t = 0;
    const gpu = await optimize(
      device,
      parameters(device, { w: [1] }),
      sgd({ lr: () => rates[t++]! }),
      { nonFinite: "skip" },
    );
    expect((await gpu.report()).lr).toBeUndefined();
    for (const [index, gradient] of [1, Number.NaN, Number.NaN, 1].entries()) {
      fill(gpu, "w", gradient);
      gpu.step();
      if (index !== 1) {
        expect((await gpu.report()).lr).toBe(rates[index]);
      }
    }
    gpu.dispose();
  });

  it("that was asked for before an error was known does not undo what came behind it", async () => {
    const gpu = await optimize(device, parameters(device, { w: [1] }), sgd({ lr: 1 }));
    fill(gpu, "w", Number.NaN);
    gpu.step();
    const [first, second] = [gpu.report(), gpu.report()];
    await expect(first).rejects.toThrow(GradientError);
    fill(gpu, "w", 1);
    gpu.step();
    await expect(second).rejects.toThrow(GradientError);
    gpu.step();
    expect((await gpu.report()).step).toBe(2);
    expect(await valuesOf(gpu, "w")).toEqual([-2]);
    gpu.dispose();
  });
});
