import { expect, it } from "vitest";
import { testDevice } from "./adapter.ts";
import { mistakesOf, operators } from "./conformance.ts";

it.each(Object.keys(operators))("%s is as exact on a GPU as WGSL promises", async (text) => {
  expect(await mistakesOf(await testDevice(), text)).toEqual([]);
});
