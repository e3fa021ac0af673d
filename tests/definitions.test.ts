/** The texts of the library's own rules, which importing it does not read: they have no mistake that a user's would be refused for. */
import { expect, test } from "vitest";
import { defineOptimizer, optimizers, transforms } from "../src/index.ts";
import { checkDefinition } from "../src/rule/checkDefinition.ts";
import type { RuleFactory } from "../src/rule/definition.ts";

const all = Object.entries({ ...optimizers, ...transforms }) as unknown as [string, RuleFactory][];

test.each(all)("%s is right, and named as it is exported", (name, { role, definition }) => {
  checkDefinition(role, definition);
  expect(definition.name).toBe(name);
});

test("a mistake would be found", () => {
  const { definition } = optimizers.adam;
  const wrong = { ...definition, rule: definition.rule.replace("beta2", "beta3") };
  expect(() => checkDefinition("optimizer", wrong)).toThrow("unknown name `beta3`");
  expect(() => defineOptimizer(wrong)).toThrow("unknown name `beta3`");
});
