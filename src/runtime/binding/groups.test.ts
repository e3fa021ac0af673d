import { describe, expect, test } from "vitest";
import { chain, defineOptimizer } from "../../define.ts";
import { adam } from "../../optimizers/adam.ts";
import { adamw } from "../../optimizers/adamw.ts";
import { sgd } from "../../optimizers/sgd.ts";
import { HyperparameterError } from "../../rule/errors.ts";
import { clipByGlobalNorm } from "../../transforms/clipByGlobalNorm.ts";
import { ema } from "../../transforms/ema.ts";
import { BindingError } from "../errors.ts";

import { optimize } from "../optimize.ts";
import { parameters } from "../parameters.ts";

const names = ["enc.w", "enc.b", "dec.w", "dec.b"] as const;
const shapes = { "enc.w": [3, 4], "enc.b": [4], "dec.w": [4, 3], "dec.b": [3] };

/** How far each parameter has moved with a gradient of ones: with SGD, this is its learning rate. */
function moved(groups: readonly object[], steps = 1): Record<string, number> {
  const net = parameters(shapes, { type: "float64" });
  using optimizer = optimize(net, sgd({ lr: 1 }), { groups: groups as never });
  for (let step = 0; step < steps; step++) {
    for (const name of names) optimizer.gradients[name].fill(1);
    optimizer.step();
  }
  return Object.fromEntries(
    names.map((name) => {
      const values = new Set(net[name].data);
      expect(values.size).toBe(1);
      return [name, -net[name].data[0]!];
    }),
  );
}

const rest = { "enc.w": 1, "enc.b": 1, "dec.w": 1, "dec.b": 1 };

describe("a group has", () => {
  test("one parameter, by its whole name", () => {
    expect(moved([{ match: "enc.b", lr: 2 }])).toEqual({ ...rest, "enc.b": 2 });
  });

  test("parameters whose names match a pattern", () => {
    expect(moved([{ match: /b$/, lr: 2 }])).toEqual({ ...rest, "enc.b": 2, "dec.b": 2 });
    expect(moved([{ match: /^ENC/i, lr: 2 }])).toEqual({ ...rest, "enc.w": 2, "enc.b": 2 });
  });

  test.each(["g", "y", "gy"])(
    "all matching parameters, although the pattern remembers a position (flag %s)",
    (flags) => {
      const match = new RegExp("enc.", flags);
      match.lastIndex = 3;
      expect(moved([{ match, lr: 2 }])).toEqual({ "enc.w": 2, "enc.b": 2, "dec.w": 1, "dec.b": 1 });
    },
  );

  test("parameters that a function of name and shape picks", () => {
    const seen: unknown[] = [];
    const match = (name: string, shape: readonly number[]) => {
      seen.push([name, shape]);
      return shape.length > 1;
    };
    expect(moved([{ match, lr: 2 }])).toEqual({ ...rest, "enc.w": 2, "dec.w": 2 });
    expect(seen).toEqual(Object.entries(shapes).sort(([a], [b]) => (a < b ? -1 : 1)));
  });

  test("no influence on the others, which have the rule's own hyperparameters", () => {
    const groups = [
      { match: /^enc/, lr: 2 },
      { match: /^dec/, lr: 3 },
    ];
    expect(moved(groups)).toEqual({ "enc.w": 2, "enc.b": 2, "dec.w": 3, "dec.b": 3 });
    expect(moved(groups.slice(0, 1))).toEqual({ ...rest, "enc.w": 2, "enc.b": 2 });
  });

  test("its own schedule", () => {
    const groups = [{ match: "enc.w", lr: (step: number) => 10 * step }];
    expect(moved(groups, 3)).toEqual({ "enc.w": 60, "enc.b": 3, "dec.w": 3, "dec.b": 3 });
  });

  test("its own switches", () => {
    const net = parameters({ a: [2], b: [2] });
    const groups = [{ match: "b", momentum: 0.9, nesterov: true }];
    using optimizer = optimize(net, sgd({ lr: 1 }), { groups });
    optimizer.gradients.a.fill(1);
    optimizer.gradients.b.fill(1);
    optimizer.step();
    expect(net.a.data[0]).toBe(-1);
    expect(net.b.data[0]).toBe(Math.fround(-1.9));
    // Only momentum needs a buffer.
    expect(Object.keys(optimizer.state().parameters["a"]!)).toEqual([]);
    expect(Object.keys(optimizer.state().parameters["b"]!)).toEqual(["sgd.b"]);
  });

  test("the rule's hyperparameters if its own are undefined", () => {
    expect(moved([{ match: "enc.b", lr: undefined }])).toEqual(rest);
  });

  test("no effect on a global norm, which is over all parameters", () => {
    const net = parameters({ a: [1], b: [1] }, { type: "float64" });
    const rule = chain(clipByGlobalNorm({ maxNorm: 1, eps: 0 }), sgd({ lr: 1 }));
    using optimizer = optimize(net, rule, { groups: [{ match: "b", maxNorm: 10 }] });
    const report = optimizer.step({ a: [3], b: [4] });
    expect(report.gradientNorm).toBe(5);
    expect(net.a.data[0]).toBeCloseTo(-3 / 5, 15);
    expect(net.b.data[0]).toBe(-4);
  });
});

describe("in a chain", () => {
  const net = () => parameters({ w: [2], b: [2] });

  test("a name that only one part has stands for that part's hyperparameter", () => {
    using optimizer = optimize(net(), chain(adamw({ lr: 1 }), ema()), {
      groups: [{ match: "b", decay: 0.5, weightDecay: 0 }],
    });
    expect(optimizer.steps).toBe(0);
  });

  test("a name that several have must be qualified", () => {
    const rule = chain(sgd({ lr: 1 }), ema(), ema({ decay: 0.5 }));
    expect(() => optimize(net(), rule, { groups: [{ match: "b", decay: 0.9 }] })).toThrow(
      new HyperparameterError(
        '`decay` is a hyperparameter of several parts: write "ema.decay" or "ema#2.decay"',
      ),
    );
    const start = net();
    start.b.data.fill(1);
    using optimizer = optimize(start, rule, { groups: [{ match: "b", "ema#2.decay": 0 }] });
    optimizer.step({ w: [0, 0], b: [1, 1] });
    const { b } = optimizer.state().parameters;
    expect(b!["ema#2.average"]![0]).toBe(0);
    expect(b!["ema.average"]![0]).toBeCloseTo(0.999, 6);
  });

  test("a group cannot disable a global reduction, or exchange it for another one", () => {
    const clipped = (rule: string) =>
      defineOptimizer({ name: "x", hyper: { lr: 1, on: true }, rule });
    const refused = new BindingError(
      "groups cannot switch a reduction over all parameters on or off: each group must take part in it",
    );
    for (const rule of [
      "u = where(on, g / globalNorm(g), g)",
      "u = g / where(on, globalSum(g), globalSum(p))",
    ]) {
      const groups = [{ match: "b", on: false }];
      expect(() => optimize(net(), clipped(rule)(), { groups })).toThrow(refused);
      expect(() => optimize(net(), clipped(rule)({ on: false }))).not.toThrow();
    }
    // The values that groups contribute may differ.
    const rule = "u = g / globalSum(where(on, g, p))";
    const groups = [{ match: "b", on: false }];
    using optimizer = optimize(net(), clipped(rule)(), { groups });
    expect(optimizer.steps).toBe(0);
  });
});

describe("a group is refused", () => {
  const grouped =
    (...groups: unknown[]) =>
    () =>
      optimize(parameters(shapes), adam(), { groups: groups as never });

  test.each<[string, unknown[], string]>([
    [
      "that fits nothing",
      [{ match: "enc" }],
      "group 0 (enc) matches none of dec.b, dec.w, enc.b, enc.w",
    ],
    [
      "whose pattern fits nothing",
      [{ match: /^b/ }],
      "group 0 (/^b/) matches none of dec.b, dec.w, enc.b, enc.w",
    ],
    [
      "that takes what another one has",
      [{ match: /^dec/ }, { match: "enc.w" }, { match: /b$/ }],
      "parameter `dec.b` is in groups 0 and 2",
    ],
    [
      "without a match",
      [{ lr: 1 }],
      "`match` of a group or branch must be a parameter's name, a RegExp, or a function of name and shape",
    ],
    [
      "that is none",
      [null],
      "`match` of a group or branch must be a parameter's name, a RegExp, or a function of name and shape",
    ],
  ])("%s", (_, groups, problem) => {
    expect(grouped(...groups)).toThrow(new BindingError(problem));
  });

  test.each<[string, object, string]>([
    [
      "misspelt",
      { beta3: 1 },
      "no part of the rule has the hyperparameter `beta3`; did you mean `beta2`?",
    ],
    ["unknown", { weightDecay: 1 }, "no part of the rule has the hyperparameter `weightDecay`"],
    [
      "qualified and misspelt",
      { "adma.lr": 1 },
      "no part of the rule has the hyperparameter `adma.lr`; did you mean `adam.lr`?",
    ],
    [
      "of another type",
      { lr: "1" },
      'adam: `lr` must be a number in [0, inf) or a schedule, not the string "1"',
    ],
    [
      "that is NaN",
      { lr: Number.NaN },
      "adam: `lr` must be a number in [0, inf) or a schedule, not NaN",
    ],
    ["out of range", { beta1: 1 }, "adam: `beta1` must be a number in [0, 1) or a schedule, not 1"],
    [
      "qualified and out of range",
      { "adam.eps": -1 },
      "adam: `eps` must be a number in [0, inf) or a schedule, not -1",
    ],
  ])("whose hyperparameter is %s", (_, hyper, problem) => {
    expect(grouped({ match: "enc.b", ...hyper })).toThrow(new HyperparameterError(problem));
  });
});
