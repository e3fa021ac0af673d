import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { growsLikeItself } from "../../../tests/support/growsLikeItself.ts";
import {
  longRule,
  longRules,
  planEverywhere,
  waysToPlan,
} from "../../../tests/support/planning.ts";
import { runs, sample } from "../../../tests/support/properties.ts";
import { errorOf, optimizer } from "../../../tests/support/rules.ts";
import * as gradus from "../../index.ts";
import type { Rule } from "../definition.ts";
import { HyperparameterError, RuleError } from "../errors.ts";
import { defaultHyper } from "../hyper.ts";
import { programOf } from "../planning/prepare.ts";
import { maximumComputed, maximumPasses } from "./work.ts";

const { adam, chain, clipByNorm, clipByValue, ema, masked, optimize, parameters } = gradus;

const times = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => `${line(index)}\n`).join("");
const many = (count: number, make: () => Rule): Rule =>
  chain(...Array.from({ length: count }, make));
const lines = (count: number, line: (index: number) => string): Rule =>
  optimizer({ rule: `a = g\n${times(count, line)}u = a` })();

describe("a rule whose text is within the limits, but whose step would do too much", () => {
  it.each(sample(waysToPlan, 2))("is refused at the place that is too much: %s", (_, plan) => {
    const computed = errorOf(() => plan(lines(150, () => "a = a * norm(a)")));
    expect(computed.message).toMatch(
      new RegExp(`^test: line 1\\d\\d, column 5: a step may compute ${maximumComputed} values`),
    );
    expect(computed.message).toContain("use fewer norms, sums and routines");
    const passes = errorOf(() => plan(lines(100, () => "a = a / rowNorm(a) / colNorm(a)")));
    expect(passes.message).toContain(`a step may make ${maximumPasses} passes over memory`);
  });

  it("may be a chain, and the error names its part", () => {
    const { message } = errorOf(() =>
      optimize(
        parameters({ w: [4] }),
        chain(
          many(500, () => clipByNorm(1)),
          adam(),
        ),
      ),
    );
    expect(message).toMatch(/^clipByNorm: line \d, column \d+: a step may compute/);
  });

  it("may need no norm at all", () => {
    const rule = chain(
      many(12_000, () => clipByValue(1)),
      adam(),
    );
    const { message } = errorOf(() => optimize(parameters({ w: [4] }), rule));
    expect(message).toContain("all parts of a chain may compute 20000 values");
  });

  it("is refused where masks and partitions are nested, before it is bound", () => {
    const nested = (depth: number) => {
      let rule: Rule = clipByValue(1);
      for (let count = 0; count < depth; count++) rule = masked(/w/, rule);
      return chain(rule, adam());
    };
    expect(() => optimize(parameters({ w: [4] }), nested(99)).dispose()).not.toThrow();
    expect(() => nested(20_000)).toThrow(HyperparameterError);
    expect(() => nested(100)).toThrow("nested 100 deep");
  });
});

describe("what is accepted", () => {
  it.each([
    ["60 norms of norms", lines(60, () => "a = a * norm(a)")],
    ["rows and columns in turn", lines(30, () => "a = a / rowNorm(a) / colNorm(a)")],
    [
      "40 clips",
      chain(
        many(40, () => clipByNorm(1)),
        adam(),
      ),
    ],
  ])("computes no more than the limit in all passes together: %s", (_, rule) => {
    const { passes } = programOf(rule, defaultHyper(rule), true);
    const computed = passes.map((pass) => (pass.form === "loop" ? pass.compute.length : 0));
    expect(passes.length).toBeLessThanOrEqual(maximumPasses);
    expect(computed.reduce((a, b) => a + b)).toBeLessThanOrEqual(maximumComputed);
    expect(() => planEverywhere(rule)).not.toThrow();
  });

  // The time for each of these used to double with each line, or with every few lines.
  it.each([
    [
      "sums of a value with itself behind a norm",
      lines(500, () => "a = a + a").parts[0]!.definition.rule.replace("u = a", "u = a / norm(a)"),
    ],
    [
      "conditions of conditions",
      `k = g > p\n${times(300, () => "k = where(k, g, p) > where(k, p, g)")}u = where(k, g, p)`,
    ],
    ["powers of powers", `u = ${"g^".repeat(99)}2`],
  ])("is planned at once: %s", (_, rule) => {
    expect(() => planEverywhere(optimizer({ rule })())).not.toThrow();
  });

  it("includes any rule, of any length, that is within the limits", () => {
    fc.assert(
      fc.property(longRules, (text) => {
        try {
          planEverywhere(longRule(text));
        } catch (error) {
          if (!(error instanceof RuleError)) throw error;
        }
      }),
      runs(2),
    );
  });
});

const names = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`);
const states = (
  count: number,
  line: (name: string, before: string) => string,
  kind: "element" | "scalar",
) =>
  optimizer({
    rule: `${names(count)
      .map((name, index) => line(name, index > 0 ? `s${index - 1}` : "g"))
      .join("\n")}\nu = g * s${count - 1}`,
    state: Object.fromEntries(names(count).map((name) => [name, { kind, initial: 0 }])),
  })();
const hypers = (count: number) =>
  optimizer({
    rule: `a = g\n${times(count, (index) => `a = a * s${index}`)}u = a`,
    hyper: Object.fromEntries(names(count).map((name) => [name, 0.5])),
  })();

const growing: readonly (readonly [string, number, (size: number) => Rule])[] = [
  ["lines", 100, (size) => lines(size, () => "a = a * 0.5 + g")],
  ["squares that are checked", 100, (size) => lines(size, (index) => `a = a + (g * ${index})^2`)],
  ["hyperparameters", 100, hypers],
  [
    "states, each of the one before",
    75,
    (size) => states(size, (name, before) => `${name} = ${name} + ${before}`, "element"),
  ],
  [
    "numbers of all parameters",
    75,
    (size) =>
      states(
        size,
        (name, before) => `${name} = ${name} + ${before.replace("g", "globalSum(g)")}`,
        "scalar",
      ),
  ],
  [
    "parts of a chain",
    50,
    (size) =>
      chain(
        adam(),
        many(size, () => ema()),
      ),
  ],
  [
    "transforms of a chain",
    50,
    (size) =>
      chain(
        many(size, () => clipByValue(1)),
        adam(),
      ),
  ],
];

describe("takes time proportional to the size of the plan", () => {
  it.each(sample(growing, 3))("%s", (_, size, make) => {
    expect(growsLikeItself((count) => planEverywhere(make(count)), size)).toBe(true);
  });

  it.each<readonly [string, (name: string, index: number) => gradus.Group]>([
    ["groups by name", (match, index) => ({ match, lr: index + 1 })],
    ["groups whose schedules differ", (match, index) => ({ match, lr: () => index + 1 })],
  ])("%s", (_, group) => {
    const bind = (size: number) => {
      const net = parameters(Object.fromEntries(names(size).map((name) => [name, [3]])));
      const rule = chain(gradus.clipByGlobalNorm(1), adam());
      optimize(net, rule, { groups: names(size).map(group) as never }).dispose();
    };
    expect(growsLikeItself(bind, 100)).toBe(true);
  });
});
