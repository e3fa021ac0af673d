import { expect, test } from "vitest";
import { Feature } from "./feature.ts";

test("a part that nothing has provided says how to define the rule that needs it", () => {
  const feature = new Feature<number>();
  expect(() => feature.value).toThrow(
    'define the rule with defineOptimizer or defineTransform of "gradus"',
  );
  expect(feature.given).toBeUndefined();
  feature.provide(3);
  expect(feature.given).toBe(3);
  expect(feature.value).toBe(3);
});
