import { describe, expect, it } from "vitest";
import { chain, frozen } from "../../define.ts";
import { adam } from "../../optimizers/adam.ts";
import { adamw } from "../../optimizers/adamw.ts";
import { sgd } from "../../optimizers/sgd.ts";
import type { Rule } from "../../rule/definition.ts";
import { explain } from "../../rule/explain/explain.ts";
import { masked, partition } from "../../rule/partition.ts";
import { clipByGlobalNorm } from "../../transforms/clipByGlobalNorm.ts";
import { l2 } from "../../transforms/l2.ts";
import { type OptimizeOptions, optimize } from "../optimize.ts";
import { parameters } from "../parameters.ts";

const shapes = { a: [2, 3], b: [3], c: [4] } as const;
const isMatrix = (_: string, shape: readonly number[]) => shape.length === 2;

/** Three steps with different gradients. */
function run(
  rule: Rule,
  options: OptimizeOptions = {},
  names: readonly string[] = ["a", "b", "c"],
) {
  const chosen = Object.fromEntries(
    Object.entries(shapes).filter(([name]) => names.includes(name)),
  );
  const net = parameters(chosen);
  for (const name of names) net[name]!.data.forEach((_, i) => void (net[name]!.data[i] = i + 1));
  const optimizer = optimize(net, rule, options);
  for (let t = 0; t < 3; t++) {
    for (const name of names) {
      const gradient = optimizer.gradients[name]!;
      gradient.forEach((_, i) => void (gradient[i] = Math.sin(name.charCodeAt(0) * 7 + i + t)));
    }
    optimizer.step();
  }
  const state = optimizer.state().parameters;
  const values = Object.fromEntries(names.map((name) => [name, [...net[name]!.data]]));
  return { values, states: Object.fromEntries(names.map((n) => [n, Object.keys(state[n]!)])) };
}

describe("partition", () => {
  it("gives each parameter the rule that it would have alone", () => {
    const { values, states } = run(partition([{ match: isMatrix, rule: sgd() }], adam()));
    expect(values["a"]).toEqual(run(sgd(), {}, ["a"]).values["a"]);
    expect(values["b"]).toEqual(run(adam(), {}, ["b"]).values["b"]);
    expect(states).toEqual({ a: [], b: ["adam.m", "adam.v"], c: ["adam.m", "adam.v"] });
  });

  it("shares the reductions over all parameters that are outside of it", () => {
    const clip = clipByGlobalNorm(0.5);
    const split = run(chain(clip, partition([{ match: "a", rule: sgd() }], sgd())));
    expect(split.values).toEqual(run(chain(clip, sgd())).values);
  });

  it("reduces inside a branch over the parameters of that branch", () => {
    const clipped = chain(clipByGlobalNorm(0.5), sgd());
    const { values } = run(partition([{ match: "a", rule: clipped }], sgd()));
    expect(values["a"]).toEqual(run(clipped, {}, ["a"]).values["a"]);
    expect(values["c"]).toEqual(run(sgd(), {}, ["c"]).values["c"]);
  });

  it("nests, and accepts group hyperparameters that one of its rules has", () => {
    const inner = partition([{ match: "b", rule: sgd() }], adamw());
    const rule = chain(clipByGlobalNorm(100), partition([{ match: "a", rule: sgd() }], inner));
    const groups = [{ match: /^[bc]/, weightDecay: 0.5 }];
    const { values } = run(rule, { groups });
    expect(values["b"]).toEqual(run(sgd(), {}, ["b"]).values["b"]);
    expect(values["c"]).toEqual(run(adamw({ weightDecay: 0.5 }), {}, ["c"]).values["c"]);
  });

  it("does not change frozen parameters, whatever else is in the chain; they need no gradient", () => {
    const net = parameters(shapes);
    const split = partition([{ match: "b", rule: frozen }], sgd({ lr: 1 }));
    using optimizer = optimize(net, chain(clipByGlobalNorm(100), l2(0.1), split));
    const [a, c] = [new Float32Array(6).fill(1), new Float32Array(4).fill(1)];
    optimizer.step({ a, b: undefined, c });
    expect([...net.b.data]).toEqual([0, 0, 0]);
    expect(net.a.data[0]).toBe(-1);
    expect(optimizer.state().parameters["b"]).toEqual(Object.create(null));
  });

  it("masks a transform", () => {
    const { values } = run(chain(masked("a", l2(0.5)), sgd()));
    expect(values["a"]).toEqual(run(chain(l2(0.5), sgd()), {}, ["a"]).values["a"]);
    expect(values["b"]).toEqual(run(sgd(), {}, ["b"]).values["b"]);
  });
});

describe("refuses", () => {
  const net = parameters(shapes);
  it.each<[string, () => unknown, string]>([
    [
      "two branches for one parameter",
      () => {
        const branches = [
          { match: "a", rule: sgd() },
          { match: isMatrix, rule: adam() },
        ];
        return optimize(net, partition(branches, sgd()));
      },
      "parameter `a` matches branches 0 and 1 of the partition",
    ],
    [
      "a branch for none",
      () => optimize(net, partition([{ match: /^z/, rule: sgd() }], adam())),
      "branch 0 (/^z/) of the partition matches none of a, b, c",
    ],
    [
      "to be explained as if it were one rule",
      () => explain(partition([{ match: "a", rule: sgd() }], adam())),
      "sgd > adam: parameters have rules of their own here",
    ],
    [
      "what is no rule",
      () => partition([{ match: "a", rule: sgd as unknown as Rule }]),
      "partition: the first argument must be a list of branches",
    ],
    [
      "a hyperparameter that no branch has",
      () =>
        optimize(net, partition([{ match: "a", rule: sgd() }], adam()), {
          groups: [{ match: "b", rho: 1 }] as never,
        }),
      "no part of the rule has the hyperparameter `rho`",
    ],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(message);
  });
});
