import { expect, it } from "vitest";
import { adam } from "../../src/index.ts";
import { sample } from "../support/properties.ts";
import { testDevice } from "./adapter.ts";
import { apart, aroundMasked, distance, variants } from "./compositions.ts";
import { limitOf } from "./trajectories.ts";

/** Each in turn for matrices alone, with another one for all, or in a branch, with another one in the other. */
const rules = variants.map((first, index) => {
  const isMask = index % 2 === 0;
  const second = variants[(index + (isMask ? 1 : 7)) % variants.length]!;
  return isMask
    ? ([`for matrices alone ${first.name}, then ${second.name}`, first, second, true] as const)
    : ([`${first.name} here, ${second.name} there`, first, second, false] as const);
});

it.each(sample(rules, 6))("on a GPU as on the CPU: %s", async (name, first, second, isMask) => {
  const make = () =>
    isMask ? aroundMasked(adam({ lr: 0.01 }), first, second) : apart(first, second);
  expect(await distance(await testDevice(), make)).toBeLessThan(limitOf(name));
});
