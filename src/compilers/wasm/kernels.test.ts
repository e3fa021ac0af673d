/** Snapshots of generated code, which show the effect of a change to the generator. */
import { describe, expect, test } from "vitest";
import { elementTypes } from "../../../tests/support/backends.ts";
import { defineOptimizer } from "../../define.ts";
import { adam } from "../../optimizers/adam.ts";
import { optimizers } from "../../optimizers/index.ts";
import type { Rule, RuleFactory } from "../../rule/definition.ts";
import { defaultHyper } from "../../rule/hyper.ts";
import { draws, loopsOf } from "../../rule/planning/program.ts";
import { assemble } from "./assembler/assembler.ts";
import { allInstructions } from "./assembler/instructions.ts";
import { listing } from "./assembler/listing.ts";
import { generate } from "./codegen.ts";
import { functionsOf } from "./library.ts";

const compile = (rule: Rule, guard = false) =>
  rule.planner.step(rule, defaultHyper(rule), guard, true);

describe("snapshots", () => {
  test("of Adam in float32", async () => {
    await expect(listing(compile(adam()), "float32")).toMatchFileSnapshot(
      "__snapshots__/adam.float32.wat",
    );
  });

  test("of a reduction in float64, with its mask and its tree", async () => {
    const normed = defineOptimizer({ name: "normed", hyper: { lr: 1 }, rule: "u = g / norm(g)" });
    await expect(listing(compile(normed()), "float64")).toMatchFileSnapshot(
      "__snapshots__/norm.float64.wat",
    );
  });
});

describe.each(Object.entries(optimizers) as unknown as [string, RuleFactory][])("%s", (_, make) => {
  test.each(elementTypes)("is valid WebAssembly in %s, in shared and other memory", (type) => {
    for (const guard of [true, false]) {
      const program = compile(make(), guard);
      for (const shared of [true, false]) {
        const bytes = assemble(
          generate(program, type, { shared, maximum: 65_536 }),
          allInstructions,
        );
        expect(WebAssembly.validate(bytes)).toBe(true);
      }
    }
  });

  test("has one function for each pass, and the library functions that these call", () => {
    const program = compile(make(), true);
    const names = [...listing(program, "float32").matchAll(/\(func \$(\w+)/g)].map(
      ([, name]) => name,
    );
    expect(names).toEqual([
      ...loopsOf(program).map(({ index }) => `pass${index}`),
      ...functionsOf(loopsOf(program).flatMap(({ loop }) => loop.compute)).map(({ name }) => name),
      ...(loopsOf(program).some(({ loop }) => draws(loop)) ? ["threefry"] : []),
    ]);
  });
});

test("library functions are there if they are needed, and only once", () => {
  const powers = defineOptimizer({
    name: "powers",
    hyper: { lr: 1 },
    rule: "u = exp(g) + exp(p) + g ^ p + p ^ g",
  });
  const names = [...listing(compile(powers()), "float32").matchAll(/\(func \$(\w+)/g)].map(
    ([, name]) => name,
  );
  // `power` calls `exp` and `log`.
  expect(names.sort()).toEqual(["exp", "log", "pass0", "power"]);
});
