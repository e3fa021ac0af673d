/** The norm of gradients that a report shows, on a GPU as on the CPU. */
import { expect, it } from "vitest";
import { chain, clipByGlobalNorm, masked, partition, type Rule, sgd } from "../../src/index.ts";
import { testDevice } from "./adapter.ts";
import { both } from "./both.ts";

const device = await testDevice();
const clip = (order = 2) => clipByGlobalNorm({ maxNorm: 0.5, order });

const rules: Record<string, () => Rule> = {
  "one clip of all": () => chain(clip(), sgd()),
  "a clip of some, within one of more": () =>
    chain(masked("w", clip()), masked(/^(w|b)$/, clip()), sgd()),
  "three clips, each of one parameter more": () =>
    chain(masked("w", clip()), masked(/^(w|b)$/, clip()), masked(/^(w|b|long)$/, clip()), sgd()),
  "clips of two that share one": () =>
    chain(masked(/^(w|b)$/, clip()), masked(/^(b|long)$/, clip()), sgd()),
  "the sum of magnitudes": () => chain(clip(1), sgd()),
  "the largest of two branches": () =>
    partition([{ match: "w", rule: chain(clip(Infinity), sgd()) }], chain(clip(Infinity), sgd())),
  "of order 3": () => chain(clip(3), sgd()),
  "of order 3 of two branches": () =>
    partition([{ match: "w", rule: chain(clip(3), sgd()) }], chain(clip(3), sgd())),
  "masks in a branch, and another branch": () =>
    partition(
      [{ match: /^(w|b)$/, rule: chain(masked("w", clip()), clip(), sgd()) as never }],
      chain(clip(), sgd()),
    ),
};

it.each(Object.keys(rules))("is of each gradient once: %s", async (name) => {
  const { net, cpu, gpu } = await both(device, rules[name]! as never);
  for (const [index, each] of Object.keys(net).entries()) {
    const gradient = new Float32Array(cpu.gradients[each as "w"].length).fill(index + 1);
    cpu.gradients[each as "w"].set(gradient);
    const { buffer, offset } = gpu.gradients[each as "w"];
    device.queue.writeBuffer(buffer, offset, gradient);
  }
  const { gradientNorm } = cpu.step();
  gpu.step();
  const found = (await gpu.report()).gradientNorm!;
  expect(gradientNorm).toBeGreaterThan(0);
  expect(Math.abs(found / gradientNorm! - 1)).toBeLessThan(1e-6);
  cpu.dispose();
  gpu.dispose();
});
