import { describe, expect, it } from "vitest";
import {
  adam,
  adamw,
  chain,
  clipByGlobalNorm,
  ema,
  frozen,
  javascript,
  muon,
  optimize,
  parameters,
  partition,
  type Rule,
  scheduleFreeAdamw,
  sgd,
  shampoo,
  sparse,
  webassembly,
} from "../../index.ts";

const shapes = { a: [3, 5], b: [1100], c: [2] };

function train(rule: Rule, options: object): Record<string, unknown> {
  const net = parameters(shapes);
  using optimizer = optimize(net, rule, options);
  const gradients = Object.entries(optimizer.gradients);
  for (let step = 1; step <= 3; step++) {
    for (const [name, array] of gradients) {
      array.forEach((_, i) => {
        array[i] = Math.sin(i + step + name.charCodeAt(0));
      });
    }
    optimizer.step();
  }
  return {
    ...Object.fromEntries(Object.entries(net).map(([name, { data }]) => [name, [...data]])),
    zeros: gradients.map(([, array]) => array.every((value) => Object.is(value, 0))),
  };
}

describe("zeroGradients", () => {
  it.each([
    ["adam", adam()],
    ["the realistic step", chain(clipByGlobalNorm(1), adamw(), ema())],
    ["an average that is evaluated", scheduleFreeAdamw()],
    ["matrices and vectors", muon({ steps: 2 })],
    ["a rule whose last reader is no loop", shampoo()],
    ["frozen parameters", partition([{ match: "b", rule: frozen }], sgd())],
  ] as const)("leaves zeros, and the same parameters: %s", (_, rule) => {
    for (const backend of [javascript, webassembly]) {
      for (const nonFinite of ["throw", "allow"]) {
        const plain = train(rule as Rule, { backend, nonFinite });
        expect(plain["zeros"]).toEqual([false, false, false]);
        expect(train(rule as Rule, { backend, nonFinite, zeroGradients: true })).toEqual({
          ...plain,
          zeros: [true, true, true],
        });
      }
    }
  });

  it("does not change arrays that are passed to a step", () => {
    const net = parameters({ w: [4, 2] });
    using optimizer = optimize(net, adam(), { zeroGradients: true });
    optimizer.gradients.w.fill(7);
    const gradient = new Float32Array(8).fill(1);
    optimizer.step({ w: gradient });
    optimizer.step({ w: sparse([1], [2, 3]) });
    expect([...gradient, ...optimizer.gradients.w]).toEqual([
      ...Array(8).fill(1),
      ...Array(8).fill(7),
    ]);
  });

  it("clears the gradients of a skipped step, and keeps those of a step that throws", () => {
    const net = parameters({ w: [3] });
    using skipping = optimize(net, adam(), { zeroGradients: true, nonFinite: "skip" });
    skipping.gradients.w.set([1, Number.NaN, 3]);
    expect(skipping.step().skipped).toBe(true);
    expect([...skipping.gradients.w]).toEqual([0, 0, 0]);
    using throwing = optimize(net, adam(), { zeroGradients: true });
    throwing.gradients.w.set([1, Number.NaN, 3]);
    expect(() => throwing.step()).toThrow("has NaN at element 1");
    expect([...throwing.gradients.w]).toEqual([1, Number.NaN, 3]);
    expect([...net.w.data]).toEqual([0, 0, 0]);
  });

  it("must be true or false", () => {
    const options = { zeroGradients: 1 as unknown as boolean };
    expect(() => optimize(parameters({ w: [1] }), adam(), options)).toThrow(
      "optimize: zeroGradients must be true or false, not 1",
    );
  });
});
