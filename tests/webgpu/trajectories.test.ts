import { describe, expect, it } from "vitest";
import { either, sample } from "../support/properties.ts";
import { testDevice } from "./adapter.ts";
import { both } from "./both.ts";
import { accepted, apart, limitOf, makeRule, refused } from "./trajectories.ts";

const steps = either(7, 25);

describe(`${steps} steps on a GPU`, () => {
  it.each(sample(accepted, 3))("%s", async (name) => {
    expect(await apart(await testDevice(), name, steps)).toBeLessThan(limitOf(name));
  });

  it.each(Object.entries(refused))("%s is refused for want of `%s`", async (name, routine) => {
    const device = await testDevice();
    await expect(both(device, makeRule(name))).rejects.toThrow(`needs \`${routine}\``);
  });
});
