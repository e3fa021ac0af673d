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
import { defaultHyper } from "../src/rule/hyper.ts";
import {
  type Programs,
  precompiled,
  revive,
  reviveNodes,
} from "../src/rule/planning/precompiled.ts";
import { textPlanner } from "../src/rule/planning/prepare.ts";
import { Serializer } from "../src/rule/planning/serialize.ts";

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

it("leaves those to their text that draw numbers, keep other state than elements from zero, or have many programs", () => {
  const names = compiled.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["adam", "adamw", "lamb", "lion", "sgd"]));
  for (const name of ["adagrad", "muon", "noisySgd", "prodigy"]) expect(names).not.toContain(name);
});

/** What options may be that decide which program it is. */
function variantsOf({ definition }: RuleFactory, { options = [] }: Programs): object[] {
  return options.reduce<object[]>(
    (known, option) =>
      known.flatMap((each) => {
        const usual = definition.hyper[option];
        const values = typeof usual === "boolean" ? [true, false] : [0, 0.25, () => 0.25];
        return values.map((value) => ({ ...each, [option]: value }));
      }),
    [{}],
  );
}

describe.each(compiled)("$name", ({ name, factory, found }) => {
  const learningRate = textPlanner.learningRate(factory())!;
  const made = precompiled(
    factory.role,
    factory.definition,
    () => found,
    learningRate,
    provideNorms,
  );

  it("survives being written down", () => {
    const { nodes, programs } = JSON.parse(JSON.stringify(found)) as Programs;
    const revived = reviveNodes(nodes, name);
    const again = new Serializer();
    expect(programs.map((each) => again.add(revive(each, revived)))).toEqual(programs);
    expect(again.nodes).toEqual(nodes);
  });

  it.each(variantsOf(factory, found))("does no more than its text with %s", (options) => {
    for (const guard of [true, false]) {
      const [own, text] = [made, factory].map((make) => {
        const rule = make(options);
        const states = Object.keys(factory.definition.state ?? {}).map((each) => `${name}.${each}`);
        const { slots, passes } = rule.planner.step(rule, defaultHyper(rule), guard, true, states);
        const work = passes.map((pass) =>
          pass.form === "loop" ? [pass.loads.length, pass.compute.length, pass.stores.length] : [],
        );
        return [slots, work];
      });
      expect(own).toEqual(text);
    }
  });

  it.each(variantsOf(factory, found))("steps the same with %s", (options) => {
    for (const policy of ["throw", "allow"] as const) {
      expect(train(made(options), policy)).toEqual(train(factory(options), policy));
    }
  });

  it("steps the same in a chain, with the guard and without", () => {
    for (const policy of ["throw", "allow"] as const) {
      const chained = (rule: Rule) => chain(clipByGlobalNorm(0.5), rule);
      expect(train(chained(made()), policy)).toEqual(train(chained(factory()), policy));
    }
  });

  it("checks its options", () => {
    expect(() => made({ lrr: 1 } as never)).toThrow("did you mean `lr`?");
  });
});

it("tells the programs of options apart", () => {
  const programs = (options: Parameters<typeof optimizers.sgd>[0]) => {
    const { found } = compiled.find(({ name }) => name === "sgd")!;
    const rule = precompiled(
      "optimizer",
      optimizers.sgd.definition,
      () => found,
      "sgd.lr",
    )(options);
    return rule.planner.step(rule, defaultHyper(rule), true, true);
  };
  const slots = (options: Parameters<typeof optimizers.sgd>[0]) =>
    programs(options).slots.map(({ name }) => name);
  expect(slots({})).toEqual(["p", "g"]);
  expect(slots({ nesterov: true })).toEqual(["p", "g"]);
  expect(slots({ momentum: 0.9 })).toEqual(["p", "g", "sgd.b"]);
  const work = (options: Parameters<typeof optimizers.sgd>[0]) =>
    programs(options).passes.flatMap((pass) => (pass.form === "loop" ? pass.compute : [])).length;
  expect(work({ momentum: 0.9, nesterov: true })).toBeGreaterThan(work({ momentum: 0.9 }));
  expect(work({ momentum: () => 0.9 })).toBeGreaterThan(work({ momentum: 0.9 }));
});
