import { describe, expect, it } from "vitest";
import { chain, defineOptimizer } from "../define.ts";
import { adam } from "../optimizers/adam.ts";
import { adamw } from "../optimizers/adamw.ts";
import { optimizers } from "../optimizers/index.ts";
import { lion } from "../optimizers/lion.ts";
import type { Rule } from "../rule/definition.ts";
import { partition } from "../rule/partition.ts";
import { parameters } from "../runtime/parameters.ts";
import { clipByValue } from "../transforms/clipByValue.ts";
import { ema } from "../transforms/ema.ts";
import { lookahead } from "../transforms/lookahead.ts";
import { weightDecay } from "../transforms/weightDecay.ts";
import { galore } from "./galore.ts";

const fresh = () => parameters({ tall: [9, 4], b: [5] });

describe("rules that read the parameters", () => {
  const refused = (rule: Rule): boolean => {
    try {
      galore(fresh(), rule, { rank: 2 }).dispose();
      return false;
    } catch (error) {
      expect(String(error)).toMatch(/^BindingError: galore: `\w+` reads the parameters/);
      return true;
    }
  };

  it("are refused, and no others", () => {
    const rules = Object.entries(optimizers).filter(([, make]) => refused((make as () => Rule)()));
    expect(rules.map(([name]) => name).join(" ")).toMatchInlineSnapshot(
      `"adafactor adamaxw adamw asgd cocob dAdaptAdamw dAdaptSgd dog dowg fromage ftrl lamb lars ldog madgrad momo momoAdam nadamw prodigy scheduleFreeAdamw scheduleFreeSgd soap sophia"`,
    );
  });

  it("are named, with what to do instead", () => {
    expect(() => galore(fresh(), chain(clipByValue(1), adamw()))).toThrow(
      "galore: `adamw` reads the parameters, but galore steps in another space. For decoupled decay, give " +
        "galore a `weightDecay`, and the rule none (adamw has 0.01 by default)",
    );
    expect(() => galore(fresh(), chain(adam(), ema(0.9)))).toThrow("`ema` reads");
    expect(() => galore(fresh(), chain(adam(), lookahead()))).toThrow("`lookahead` reads");
    expect(() => galore(fresh(), chain(lion(), weightDecay()))).toThrow("`weightDecay` reads");
    const branches = partition([{ match: "b", rule: adamw() }], adam());
    expect(() => galore(fresh(), branches)).toThrow("`adamw` reads");
  });

  it("are those that read them with the given options", () => {
    expect(refused(adamw({ weightDecay: 0 }))).toBe(false);
    expect(refused(adamw({ weightDecay: () => 0 }))).toBe(true);
    const groups = [{ match: "b", "adamw.weightDecay": 0.1 }] as const;
    expect(() => galore(fresh(), adamw({ weightDecay: 0 }), { groups })).toThrow("`adamw` reads");
    const averages = defineOptimizer({
      name: "averages",
      hyper: { lr: 0.1 },
      state: { m: 0 },
      rule: "m = m + g\n u = m",
      evaluation: "p - lr * m",
    });
    expect(refused(averages())).toBe(true);
    const start = { name: "start", hyper: { lr: 0.1 }, state: { o: "p" }, rule: "u = g * o" };
    expect(refused(defineOptimizer(start)())).toBe(true);
  });
});
