/** Every exported optimizer and transform on a GPU: 25 steps beside the CPU's. */
import { describe, expect, it } from "vitest";
import { adam, chain, optimizers, type Rule, transforms } from "../../src/index.ts";
import { testDevice } from "./adapter.ts";
import { both, bound, difference } from "./both.ts";

type Factories = Record<string, () => Rule>;

const rules: readonly (readonly [string, () => Rule])[] = [
  ...Object.entries(optimizers as unknown as Factories),
  ...Object.entries(transforms as unknown as Factories).map(
    ([name, make]) => [`adam with ${name}`, () => chain(adam(), make()) as Rule] as const,
  ),
];

/** What needs a routine of whole matrices that a GPU has not, by that routine. */
const refused: Readonly<Record<string, string>> = {
  shampoo: "transpose",
  soap: "transpose",
  muon: "orthogonalize",
  "adam with projectL1Ball": "simplex",
  "adam with projectSimplex": "simplex",
};

/**
 * Rules that take a rate from quotients of sums over all elements do so in float32 here and in float64 there: what sums
 * lose to rounding comes back in each step's rate.
 */
const adaptive = /dAdapt|prodigy|dowg|mechanize|cocob/;

describe("25 steps on a GPU", () => {
  it.each(rules.filter(([name]) => !(name in refused)))("%s", async (name, make) => {
    const device = await testDevice();
    const { net, cpu, gpu, step } = await both(device, make);
    for (let t = 1; t <= 25; t++) {
      step(t);
    }
    const { parameters, steps } = await gpu.read();
    expect(steps).toBe(25);
    expect(difference(net, parameters)).toBeLessThan(adaptive.test(name) ? 10 * bound : bound);
    gpu.dispose();
    cpu.dispose();
  });

  it.each(Object.entries(refused))("%s is refused for want of `%s`", async (name, routine) => {
    const device = await testDevice();
    const [, make] = rules.find(([each]) => each === name)!;
    await expect(both(device, make)).rejects.toThrow(`needs \`${routine}\``);
  });
});
