/** Ranges of hyperparameters hold on a GPU as on the CPU. */
import { expect, it } from "vitest";
import { adagrad, adam, type Rule } from "../../src/index.ts";
import { optimize } from "../../src/webgpu/index.ts";
import { testDevice } from "./adapter.ts";
import { gpuNet, names } from "./both.ts";

it("a schedule that leaves its range is named, and its step changes nothing", async () => {
  const device = await testDevice();
  let wrong = true;
  const beta1 = (step: number) => (step === 2 && wrong ? 1 : 0.5);
  const rule = adam({ lr: 0.1, beta1 });
  const gpu = await optimize(device, gpuNet(device), rule as Rule);
  const step = () => {
    for (const name of names) {
      const { buffer, offset } = gpu.gradients[name];
      device.queue.writeBuffer(buffer, offset, Float32Array.of(1));
    }
    gpu.step();
  };
  step();
  const before = await gpu.read();
  for (let i = 0; i < 2; i++) {
    expect(step).toThrow(
      "the schedule of adam.beta1 gave 1 at step 2; it must give a number in [0, 1)",
    );
  }
  const after = await gpu.read();
  expect(after.steps).toBe(1);
  expect(after.state()).toEqual(before.state());
  expect(after.parameters).toEqual(before.parameters);
  wrong = false;
  step();
  expect((await gpu.report()).step).toBe(2);
  gpu.dispose();
});

it("a schedule that fills state out of its range is refused at binding", async () => {
  const device = await testDevice();
  const rule = adagrad({ initialAccumulator: () => -1 });
  await expect(optimize(device, gpuNet(device), rule as Rule)).rejects.toThrow(
    "the schedule of adagrad.initialAccumulator gave -1 at step 1; it must give a number in [0, inf)",
  );
});
