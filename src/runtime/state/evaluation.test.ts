import { describe, expect, it } from "vitest";
import { backends } from "../../../tests/support/backends.ts";
import { chain, defineTransform } from "../../define.ts";
import { adam } from "../../optimizers/adam.ts";
import { scheduleFreeAdamw } from "../../optimizers/scheduleFreeAdamw.ts";
import { scheduleFreeSgd } from "../../optimizers/scheduleFreeSgd.ts";
import { sgd } from "../../optimizers/sgd.ts";
import type { Rule } from "../../rule/definition.ts";
import { partition } from "../../rule/partition.ts";
import { ema } from "../../transforms/ema.ts";
import { polynomialAverage } from "../../transforms/polynomialAverage.ts";
import { optimize } from "../optimize.ts";
import { parameters } from "../parameters.ts";

function trained(rule: Rule, options: Parameters<typeof optimize>[2] = {}, foreign = false) {
  const own = parameters({ w: [3, 5], b: [2] });
  const { w, b } = own;
  w.data.forEach((_, i) => void (w.data[i] = Math.sin(i)));
  const net = foreign ? { w: { data: w.data.slice(), shape: w.shape }, b: b.data.slice() } : own;
  const optimizer = optimize(net, rule, options);
  for (let t = 0; t < 4; t++) {
    optimizer.gradients.w.forEach((_, i, g) => void (g[i] = Math.cos(i + t)));
    optimizer.gradients.b.fill(t);
    optimizer.step();
  }
  return { net: optimizer.parameters, optimizer };
}

describe.each(backends)("the weights to evaluate, by $name", (backend) => {
  it.each<[string, Rule]>([
    ["ema", chain(sgd(), ema(0.5))],
    ["scheduleFreeAdamw", scheduleFreeAdamw()],
    ["polynomialAverage", chain(sgd(), polynomialAverage())],
  ])("are each parameter's own where others have joined between them: %s", (_, rule) => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const before = names.filter((_, i) => i % 2 === 0);
    const netOf = (all: readonly string[]) =>
      Object.fromEntries(all.map((name) => [name, Float32Array.of(names.indexOf(name) + 1)]));
    const net = netOf(before);
    const optimizer = optimize(net, rule, { backend });
    for (let t = 0; t < 3; t++) {
      optimizer.step(Object.fromEntries(before.map((name, i) => [name, [i + t]])));
    }
    const wanted = optimizer.evaluationWeights();
    const grown = optimize({ ...netOf(names), ...net }, rule, { backend });
    grown.restore(optimizer.state(), { partial: true });
    const found = grown.evaluationWeights();
    for (const name of names) {
      expect(found[name], name).toEqual(wanted[name] ?? netOf([name])[name]);
    }
  });

  it("replace the parameters by the average, and then the parameters are back", () => {
    for (const foreign of [false, true]) {
      const { net, optimizer } = trained(chain(sgd(), ema(0.5)), { backend }, foreign);
      const before = net.w.data.slice();
      const average = optimizer.state().parameters["w"]!["ema.average"]!.slice();
      expect(average).not.toEqual(before);
      const seen = optimizer.evaluate(() => net.w.data.slice());
      expect(seen).toEqual(average);
      expect(optimizer.evaluationWeights().w).toEqual(average);
      expect(net.w.data).toEqual(before);
      optimizer.step();
    }
  });

  it("are averages for those parameters that have them, in any order of the rules", () => {
    const averaged = chain(sgd(), ema(0.5));
    for (const [match, first, second] of [
      ["w", averaged, adam()],
      ["w", adam(), averaged],
      ["b", averaged, adam()],
      ["b", adam(), averaged],
    ] as const) {
      const rule = partition([{ match, rule: first }], second);
      const { net, optimizer } = trained(rule as Rule, { backend });
      const found = optimizer.evaluationWeights();
      for (const name of ["w", "b"] as const) {
        const average = optimizer.state().parameters[name]!["ema.average"];
        expect(found[name], name).toEqual(average ?? net[name].data);
      }
    }
  });

  it("agree with Schedule-Free's state", () => {
    for (const rule of [scheduleFreeAdamw({ beta1: 0.8 }), scheduleFreeSgd({ momentum: 0.8 })]) {
      const { net, optimizer } = trained(rule, { backend });
      const state = optimizer.state().parameters["w"]!;
      const z = Object.entries(state).find(([name]) => name.endsWith(".z"))![1];
      const x = optimizer.evaluationWeights().w;
      x.forEach((value, i) => {
        expect(0.8 * value + 0.2 * z[i]!).toBeCloseTo(net.w.data[i]!, 5);
      });
    }
  });

  it("may depend on scalar state, and differ by parameter", () => {
    const halved = defineTransform({
      name: "halved",
      hyper: {},
      state: { n: { kind: "scalar", initial: 0 } },
      rule: "n = n + 1",
      evaluation: "p / n",
    });
    const rule = partition([{ match: "w", rule: chain(sgd(), halved()) }], sgd());
    const { net, optimizer } = trained(rule, { backend });
    const { w, b } = optimizer.evaluationWeights();
    expect(w).toEqual(net.w.data.map((value) => value / 4));
    expect(b).toEqual(net.b.data);
  });
});

describe("a callback", () => {
  const { net, optimizer } = trained(chain(sgd(), ema(0.5)));
  const before = net.w.data.slice();

  it("may throw", () => {
    const fail = () => {
      throw new Error("mine");
    };
    expect(() => optimizer.evaluate(fail)).toThrow("mine");
    expect(net.w.data).toEqual(before);
  });

  it("may wait, and no step is possible in the meantime", async () => {
    const result = optimizer.evaluate(async () => {
      await Promise.resolve();
      expect(() => optimizer.step()).toThrow("wait until evaluate() has ended");
      expect(() => optimizer.evaluationWeights()).toThrow("until evaluate() has ended");
      return net.w.data.slice();
    });
    expect(net.w.data).not.toEqual(before);
    expect(await result).not.toEqual(before);
    expect(net.w.data).toEqual(before);
    optimizer.step();
  });

  it("sees the parameters if a rule has no averages, and before the first step", () => {
    const plain = trained(sgd());
    expect(plain.optimizer.evaluationWeights().w).toEqual(plain.net.w.data);
    const fresh = optimize(net, scheduleFreeAdamw());
    expect(fresh.evaluationWeights().w).toEqual(net.w.data);
  });
});
