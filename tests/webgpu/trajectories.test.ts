import { describe, expect, it } from "vitest";
import { testDevice } from "./adapter.ts";
import { both } from "./both.ts";
import { accepted, apart, limitOf, makeRule, refused } from "./trajectories.ts";

describe("25 steps on a GPU", () => {
  it.each(accepted)("%s", async (name) => {
    expect(await apart(await testDevice(), name)).toBeLessThan(limitOf(name));
  });

  it.each(Object.entries(refused))("%s is refused for want of `%s`", async (name, routine) => {
    const device = await testDevice();
    await expect(both(device, makeRule(name))).rejects.toThrow(`needs \`${routine}\``);
  });
});
