/** Steps do not change parameters that have no gradient. */
import { describe, expect, it } from "vitest";
import { backends } from "../../../tests/support/backends.ts";
import { chain } from "../../define.ts";
import { adam } from "../../optimizers/adam.ts";
import { dog } from "../../optimizers/dog.ts";
import { muon } from "../../optimizers/muon.ts";
import { nadam } from "../../optimizers/nadam.ts";
import { scheduleFreeSgd } from "../../optimizers/scheduleFreeSgd.ts";
import { sgd } from "../../optimizers/sgd.ts";
import { shampoo } from "../../optimizers/shampoo.ts";
import type { Rule } from "../../rule/definition.ts";
import { clipByGlobalNorm } from "../../transforms/clipByGlobalNorm.ts";
import { ema } from "../../transforms/ema.ts";
import { lookahead } from "../../transforms/lookahead.ts";
import { accumulate } from "../../wrappers/accumulate.ts";
import { optimize } from "../optimize.ts";
import { parameters } from "../parameters.ts";
import { skipAbsent } from "./absent.ts";
import { sparse } from "./sparse.ts";

const shapes = { a: [3, 4], b: [5], c: [2, 2] } as const;
type Name = keyof typeof shapes;
const names = Object.keys(shapes) as Name[];

function netOf(seed = 0) {
  const net = parameters(shapes, { type: "float64" });
  for (const name of names) {
    net[name].data.forEach((_, i) => void (net[name].data[i] = Math.sin(seed + i + name.length)));
  }
  return net;
}

const gradientOf = (name: Name, t: number) =>
  Float64Array.from({ length: shapes[name].reduce((a, b) => a * b, 1) }, (_, i) =>
    Math.cos(1 + i * t + name.charCodeAt(0)),
  );

/** For each step from 1, the parameters with a gradient. */
const patterns: readonly (readonly Name[])[] = [
  ["a"],
  ["a", "b", "c"],
  ["b"],
  [],
  ["a", "c"],
  ["b", "c"],
  ["a", "b"],
  ["a", "b", "c"],
];

const rules: Readonly<Record<string, () => Rule>> = {
  adam: () => adam({ lr: 0.1 }) as Rule,
  nadam: () => nadam({ lr: 0.1 }) as Rule,
  "sgd with momentum": () => sgd({ lr: 0.1, momentum: 0.9 }) as Rule,
  "an average behind it": () => chain(adam({ lr: 0.1 }), ema({ decay: 0.5, debias: true })) as Rule,
  lookahead: () => chain(sgd({ lr: 0.1 }), lookahead({ syncPeriod: 2 })) as Rule,
  "numbers of a tensor": () => scheduleFreeSgd({ lr: 0.1, warmupSteps: 3 }) as Rule,
  "routines of matrices": () => muon({ lr: 0.1 }) as Rule,
  "state of rows and columns": () => shampoo({ lr: 0.1 }) as Rule,
};

describe.each(backends)("by $name", (backend) => {
  it.each(Object.keys(rules))(
    "each parameter steps as if it were alone, with its own step count: %s",
    (what) => {
      const net = netOf();
      using together = optimize(net, rules[what]!(), { backend, absent: skipAbsent });
      const alone = names.map((name) => {
        const own = netOf();
        return [name, own, optimize({ [name]: own[name] }, rules[what]!(), { backend })] as const;
      });
      for (const [index, present] of patterns.entries()) {
        const t = index + 1;
        const given = Object.fromEntries(present.map((name) => [name, gradientOf(name, t)]));
        together.step({ a: null, b: null, c: undefined, ...given } as never);
        for (const [name, own, optimizer] of alone) {
          if (present.includes(name)) optimizer.step({ [name]: gradientOf(name, t) });
          expect(net[name].data, `${name} at ${t}`).toEqual(own[name].data);
          expect(together.state().parameters[name]).toEqual(optimizer.state().parameters[name]);
          expect(together.evaluationWeights()[name]).toEqual(optimizer.evaluationWeights()[name]);
        }
      }
      expect(together.steps).toBe(patterns.length);
      for (const [, , optimizer] of alone) optimizer.dispose();
    },
  );
});

it("norms of all gradients are over those that are there", () => {
  const net = netOf();
  const clip = clipByGlobalNorm({ maxNorm: 1, eps: 0 });
  using optimizer = optimize(net, chain(clip, sgd({ lr: 1 })), { absent: skipAbsent });
  const before = net.b.data.slice();
  const a = new Float64Array(12).fill(2);
  const { gradientNorm } = optimizer.step({ a, b: null, c: [0, 0, 0, 0] });
  expect(gradientNorm).toBeCloseTo(Math.sqrt(48), 12);
  expect(net.b.data).toEqual(before);
  expect(optimizer.step({ a: null, b: null, c: null }).gradientNorm).toBe(0);
});

it.each([1, 3, Number.POSITIVE_INFINITY])(
  "the norm of no gradients is 0, with order %d",
  (order) => {
    const net = netOf();
    const clip = clipByGlobalNorm({ maxNorm: 1, order });
    using optimizer = optimize(net, chain(clip, sgd({ lr: 1 })), { absent: skipAbsent });
    const before = net.a.data.slice();
    expect(optimizer.step({ a: null, b: null, c: null }).gradientNorm).toBe(0);
    expect(net.a.data).toEqual(before);
    expect(optimizer.step({ a: null, b: [0, 0, 0, 0, 2], c: null }).gradientNorm).toBe(2);
  },
);

it("states that all parameters share continue, and stay the same for all", () => {
  const net = netOf();
  using optimizer = optimize(net, dog({ lr: 1 }), { absent: skipAbsent });
  for (const t of [1, 2, 3]) {
    optimizer.step({ a: gradientOf("a", t), b: t === 1 ? null : gradientOf("b", t), c: null });
  }
  const { a, b, c } = optimizer.state().parameters;
  expect(a!["dog.G"]).toEqual(c!["dog.G"]);
  expect(b!["dog.distance"]).toEqual(c!["dog.distance"]);
});

it("a run that is saved and restored continues with all ages", () => {
  const step = (optimizer: ReturnType<typeof start>, t: number) => {
    const present = patterns[t - 1]!;
    const [a, b, c] = names.map((name) => (present.includes(name) ? gradientOf(name, t) : null));
    optimizer.step({ a: a!, b: b!, c: c! });
  };
  const start = (net: ReturnType<typeof netOf>) =>
    optimize(net, chain(adam({ lr: 0.1 }), ema(0.5)), { absent: skipAbsent });
  const [net, later] = [netOf(), netOf()];
  using optimizer = start(net);
  using other = start(later);
  for (let t = 1; t <= 8; t++) {
    step(optimizer, t);
    if (t === 4) {
      other.step({ a: gradientOf("a", 1), b: null, c: gradientOf("c", 1) });
      other.restore(structuredClone(optimizer.state()));
      for (const name of names) later[name].data.set(net[name].data);
    } else if (t > 4) {
      step(other, t);
    }
  }
  expect(other.state()).toEqual(optimizer.state());
  for (const name of names) expect(later[name].data).toEqual(net[name].data);
});

it("a state that begins later starts from the weights at that time", () => {
  const net = netOf();
  using optimizer = optimize(net, chain(sgd({ lr: 1 }), ema(0.5)), { absent: skipAbsent });
  optimizer.step({ a: gradientOf("a", 1), b: null, c: null });
  net.b.data.fill(7);
  expect([...optimizer.evaluationWeights().b]).toEqual([7, 7, 7, 7, 7]);
  optimizer.step({ a: null, b: [2, 2, 2, 2, 2], c: null });
  expect([...optimizer.evaluationWeights().b]).toEqual([6, 6, 6, 6, 6]);
});

it("a refused step has changed nothing, not even ages", () => {
  const net = netOf();
  using optimizer = optimize(net, adam(), { absent: skipAbsent });
  const before = optimizer.state();
  expect(() =>
    optimizer.step({ a: [Number.NaN, ...new Float64Array(11)], b: null, c: null }),
  ).toThrow("the gradient of `a` has NaN at element 0");
  expect(optimizer.state()).toEqual(before);
});

it("works together with rows and whole gradients; the optimizer's own gradients are always there", () => {
  const net = netOf();
  using optimizer = optimize(net, adam({ lr: 0.1 }), { absent: skipAbsent });
  optimizer.step({ a: sparse([1], [1, 1, 1, 1]), b: null, c: [1, 1, 1, 1] });
  const before = net.b.data.slice();
  optimizer.gradients.b.fill(1);
  optimizer.step();
  expect(net.b.data[0]).toBeCloseTo(before[0]! - 0.1, 6);
  expect([...optimizer.state().parameters["b"]!["adam.m"]!][0]).toBeCloseTo(0.1, 12);
});

it("accumulate refuses the option", () => {
  const options = { steps: 2, absent: skipAbsent } as { steps: number };
  expect(() => accumulate(netOf(), adam(), options)).toThrow(
    "accumulate: absent is an option of optimize only",
  );
});

it("without the option, a null gradient is an error that says what to do", () => {
  using optimizer = optimize(netOf(), adam());
  const a = new Float64Array(12);
  expect(() => optimizer.step({ a, b: null, c: [1, 2, 3, 4] })).toThrow(
    "the gradient of `b` is missing (see skipAbsent)",
  );
  expect(() => optimize(netOf(), adam(), { absent: "skip" as never })).toThrow(
    "optimize: absent must be skipAbsent, which gradus exports",
  );
});
