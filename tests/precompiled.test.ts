/** Optimizers as the built package has them, against their text. */

import { describe, expect, it } from "vitest";
import { programsOf } from "../scripts/precompile.ts";
import { provideNorms } from "../src/compilers/wasm/norms.ts";
import {
  chain,
  clipByGlobalNorm,
  optimize,
  optimizers,
  parameters,
  type Rule,
} from "../src/index.ts";
import type { RuleFactory } from "../src/rule/definition.ts";
import { precompiled, revive } from "../src/rule/planning/precompiled.ts";
import { precompiledTwice } from "../src/rule/planning/precompiledTwice.ts";
import { textPlanner } from "../src/rule/planning/prepare.ts";
import { serialize } from "../src/rule/planning/serialize.ts";

const factories = Object.entries(optimizers) as unknown as [string, RuleFactory][];
const compiled = factories.flatMap(([name, factory]) => {
  const found = programsOf(factory);
  return found === undefined ? [] : [{ name, factory, found }];
});

function train(rule: Rule, nonFinite: "throw" | "allow"): number[] {
  const net = parameters({ a: [37], b: [3, 5] });
  using optimizer = optimize(net, rule, { nonFinite, groups: [{ match: "b", lr: 0.5 }] as never });
  for (let step = 1; step <= 5; step++) {
    optimizer.gradients.a.forEach((_, i, array) => {
      array[i] = Math.sin(i * step);
    });
    optimizer.gradients.b.fill(step / 10);
    optimizer.step();
  }
  return [...net.a.data, ...net.b.data];
}

it("leaves those to their text that have switches, draw numbers, or have state that does not start at zero", () => {
  const changing = ({ definition: { hyper, state = {}, rule } }: RuleFactory) =>
    Object.values(hyper).some((value) => typeof value === "boolean") ||
    Object.values(state).some((value) => value !== 0) ||
    rule.includes("random");
  const names = factories.filter(([, factory]) => !changing(factory)).map(([name]) => name);
  expect(compiled.map(({ name }) => name)).toEqual(names);
  expect(names).toContain("adam");
});

describe.each(compiled)("$name", ({ factory, found }) => {
  const { programs, short } = found;
  const facts = [
    factory.role,
    factory.definition,
    programs,
    textPlanner.learningRate(factory())!,
    provideNorms,
  ] as const;
  const made = short ? precompiledTwice(short.option, short.by, ...facts) : precompiled(...facts);

  it("survives being written down", () => {
    for (const data of programs) {
      expect(serialize(revive(JSON.parse(JSON.stringify(data)), factory.definition.name))).toEqual(
        data,
      );
    }
  });

  it("steps the same, alone and in a chain, with the guard and without", () => {
    for (const policy of ["throw", "allow"] as const) {
      expect(train(made(), policy)).toEqual(train(factory(), policy));
      const chained = (rule: Rule) => chain(clipByGlobalNorm(0.5), rule);
      expect(train(chained(made()), policy)).toEqual(train(chained(factory()), policy));
    }
  });

  it.each(short ? [short] : [])("steps the same with another $option", ({ option }) => {
    for (const value of [0.25, () => 0.25]) {
      const options = { [option]: value } as never;
      expect(train(made(options), "throw")).toEqual(train(factory(options), "throw"));
      expect(train(made(options), "throw")).not.toEqual(train(made(), "throw"));
    }
  });

  it("checks its options", () => {
    expect(() => made({ lrr: 1 } as never)).toThrow("did you mean `lr`?");
  });
});
