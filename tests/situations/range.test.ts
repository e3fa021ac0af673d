/** Numbers near the ends of a type's range: norms, clips by them, and squares that do not fit. */
import { describe, expect, test } from "vitest";
import {
  accumulate,
  adagrad,
  adam,
  adaptiveGradientClip,
  adopt,
  chain,
  clipByBlockRms,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  clipUpdateByGlobalNorm,
  clipUpdateByNorm,
  GradientError,
  galore,
  javascript,
  lars,
  type OptimizeOptions,
  optimize,
  parameters,
  projectL2Ball,
  type Rule,
  rmsprop,
  rprop,
  sgd,
  signSgd,
  sparse,
  trustRatio,
  webassembly,
} from "../../src/index.ts";
import { thrownBy } from "../support/situations.ts";
import { snapshot } from "../support/small.ts";

type FloatType = "float32" | "float64";

/** Where arrays may be, and how gradients may come. */
const places = ["own memory", "own gradients", "arrays of mine", "sparse rows"] as const;

/** One step from 0 of a 2 × 2 matrix. */
function stepped(
  rule: Rule,
  g: readonly number[],
  type: FloatType,
  place: (typeof places)[number],
) {
  const own = parameters({ w: [2, 2] }, { type });
  const net = place === "arrays of mine" ? { w: { data: own.w.data.slice(), shape: [2, 2] } } : own;
  using optimizer = optimize(net, rule);
  if (place === "own gradients") {
    optimizer.gradients.w.set(g);
    optimizer.step();
  } else {
    optimizer.step({
      w: place === "sparse rows" ? sparse([1, 0], [...g.slice(2), ...g.slice(0, 2)]) : g,
    });
  }
  return [...net.w.data];
}

const extremes: readonly (readonly [FloatType, number])[] = [
  ["float32", 1e20],
  ["float32", 1e-25],
  ["float64", 1e200],
  ["float64", 1e-200],
];

describe.each(extremes)(
  "in %s my gradients are of %f, their squares no numbers;",
  (type, scale) => {
    const close = (values: readonly number[], expected: readonly number[]) => {
      // Of float32 a few roundings, of the limit too.
      const bound = type === "float32" ? 1e-6 : 1e-14;
      for (const [i, value] of values.entries()) {
        expect(Math.abs(value / expected[i]! - 1)).toBeLessThan(bound);
      }
    };
    const [one, three] = [scale, 3 * scale];
    // Of a norm of 6.
    const g = [one, -three, one, 5 * one];
    const minus = g.map((value) => -value);

    test.each(places)("clips by norm leave a norm of a tenth of theirs, from %s", (place) => {
      const limit = 0.6 * scale;
      for (const clip of [clipByNorm(limit), clipByGlobalNorm({ maxNorm: limit, eps: 0 })]) {
        close(
          stepped(chain(clip, sgd({ lr: 1 })), g, type, place),
          minus.map((v) => v / 10),
        );
      }
      for (const clip of [clipUpdateByNorm(limit), clipUpdateByGlobalNorm(limit)]) {
        close(
          stepped(chain(sgd({ lr: 1 }), clip), g, type, place),
          minus.map((v) => v / 10),
        );
      }
    });

    test.each(places)("a clip by root mean square, 3, leaves one of 1, from %s", (place) => {
      const rule = chain(clipByBlockRms(scale), sgd({ lr: 1 }));
      close(
        stepped(rule, g, type, place),
        minus.map((v) => v / 3),
      );
    });

    test.each(places)("clips that are longer change nothing, from %s", (place) => {
      const clips = [
        clipByNorm(7 * scale),
        clipByGlobalNorm({ maxNorm: 7 * scale, eps: 0 }),
        clipByBlockRms(4 * scale),
      ];
      for (const clip of clips) {
        close(stepped(chain(clip, sgd({ lr: 1 })), g, type, place), minus);
      }
    });

    test("the report has their norm", () => {
      const net = parameters({ w: [2], b: [2] }, { type });
      using optimizer = optimize(net, chain(clipByGlobalNorm(1), sgd()));
      const { gradientNorm } = optimizer.step({ w: [one, -three], b: [one, 5 * one] });
      close([gradientNorm!], [6 * scale]);
    });

    test.each([1, 3, 0.5, 40, Infinity])("clips at a norm of order %d, and reports it", (order) => {
      const magnitudes = [1, 3, 1, 5];
      const powers = magnitudes.reduce((sum, each) => sum + each ** order, 0);
      const right = order === Infinity ? 5 : powers ** (1 / order);
      const net = parameters({ w: [2], b: [2] }, { type });
      const clip = clipByGlobalNorm({ maxNorm: (right * scale) / 2, order, eps: 0 });
      const alone = clipByNorm({ maxNorm: (right * scale) / 4, order });
      using optimizer = optimize(net, chain(clip, alone, sgd({ lr: 1 })));
      const { gradientNorm } = optimizer.step({ w: [one, -three], b: [one, 5 * one] });
      close([gradientNorm!], [right * scale]);
      // What b has of it by itself.
      const own = order === Infinity ? 5 : (1 + 5 ** order) ** (1 / order);
      const factor = Math.min(1 / 2, right / 4 / own);
      close([...net.b.data], [-factor * scale, -5 * factor * scale]);
    });

    test("a ball of a tenth of what a step came to is not left", () => {
      const rule = chain(sgd({ lr: 1 }), projectL2Ball(0.6 * scale));
      close(
        stepped(rule, g, type, "own memory"),
        minus.map((v) => v / 10),
      );
    });

    test("trust ratios make steps of the parameter's norm", () => {
      for (const rule of [
        chain(sgd({ lr: 1 }), trustRatio()),
        chain(sgd({ lr: 1 }), trustRatio({ trustCoefficient: 1 })),
      ]) {
        const net = parameters({ w: [4] }, { type });
        net.w.data.set([0, 0, 0, 12 * scale]);
        using optimizer = optimize(net, rule);
        optimizer.step({ w: g });
        close(
          [...net.w.data],
          [-2, 6, -2, 2].map((v) => v * scale),
        );
      }
    });
  },
);

test("adaptive clipping of a gradient of 1e20 in float32 is of unit columns", () => {
  const net = parameters({ w: [2, 1] });
  net.w.data.set([3, 4]);
  using optimizer = optimize(net, chain(adaptiveGradientClip(0.1), sgd({ lr: 1 })));
  optimizer.step({ w: [6e20, -8e20] });
  // A tenth of 5, in the gradient's direction.
  expect([...net.w.data]).toEqual([expect.closeTo(2.7, 6), expect.closeTo(4.4, 6)]);
});

const squaring: readonly (readonly [string, () => Rule])[] = [
  ["adam", () => adam()],
  ["adagrad", () => adagrad()],
  ["rmsprop", () => rmsprop()],
  ["adopt", () => adopt()],
];

describe.each(squaring)(
  "%s gets a gradient of 1e20 in float32, whose square is Infinity;",
  (_, make) => {
    const start = (options: OptimizeOptions = {}) => {
      const net = parameters({ w: [3], b: [2] });
      net.b.data.fill(1);
      return optimize(net, make(), options);
    };
    const good = { w: [1, 1, 1], b: [1, 1] };
    const bad = { w: [1, 1, 1], b: [1, -1e20] };

    test("that is an error which names the parameter and the element", () => {
      using optimizer = start();
      optimizer.step(good);
      const before = snapshot(optimizer);
      expect(thrownBy(() => optimizer.step(bad))).toMatch(
        /^GradientError: step 2: the gradient of `b` has -1\S+ at element 1, and the rule squares it/,
      );
      expect(snapshot(optimizer)).toEqual(before);
      expect(optimizer.steps).toBe(1);
    });

    test('with "skip" the step is counted and changes nothing', () => {
      using optimizer = start({ nonFinite: "skip" });
      optimizer.step(good);
      const before = snapshot(optimizer);
      expect(optimizer.step(bad)).toMatchObject({ skipped: true, step: 1 });
      expect(snapshot(optimizer)).toEqual(before);
      expect(optimizer.skippedSteps).toBe(1);
    });

    test('with "allow" it goes through: that element stays, for g / sqrt(Infinity) is 0', () => {
      using optimizer = start({ nonFinite: "allow" });
      for (let i = 0; i < 2; i++) optimizer.step(bad);
      const { w, b } = optimizer.parameters;
      expect(b.data[1]).toBe(1);
      expect(w.data[0]).toBeLessThan(0);
    });
  },
);

test("sparse rows whose squares do not fit are refused by the row that they are of", () => {
  const net = parameters({ e: [10, 2] });
  using optimizer = optimize(net, adam());
  const act = () => optimizer.step({ e: sparse([7, 3], [1, 1, 1, 1e20]) });
  expect(act).toThrow(GradientError);
  // Row 3, the second of two.
  expect(thrownBy(act)).toMatch(/`e` has 1\d+ at element 7,/);
  expect([...net.e.data].every((value) => value === 0)).toBe(true);
});

describe("a gradient of 1e20 in float32 is not refused", () => {
  const taken = (rule: Rule) => {
    const net = parameters({ w: [2, 2] });
    net.w.data.fill(1);
    optimize(net, rule).step({ w: [1e20, 1, 1, 1] });
    return [...net.w.data];
  };

  test.each<[string, Rule]>([
    ["by SGD, which squares nothing", sgd({ lr: 1e-20, momentum: 0.9 })],
    ["by signs", signSgd()],
    ["by Rprop", rprop()],
    ["by LARS, which takes norms", lars()],
    ["behind a clip by value", chain(clipByValue(1), adam())],
    ["behind a clip by norm", chain(clipByNorm(1), adam())],
    ["behind a clip by global norm", chain(clipByGlobalNorm(1), adam())],
  ])("%s", (_, rule) => {
    expect(taken(rule).every(Number.isFinite)).toBe(true);
  });
});

describe("a clip that clips nothing lets nothing through that Adam cannot square:", () => {
  const infinite = Number.POSITIVE_INFINITY;
  const clips: readonly (readonly [string, Rule])[] = [
    ["by norm, at Infinity", clipByNorm(infinite)],
    ["by global norm, at Infinity, for the report's sake", clipByGlobalNorm(infinite)],
    ["by global norm, at 1e25", clipByGlobalNorm(1e25)],
    ["by root mean square, at Infinity", clipByBlockRms(infinite)],
    ["by value, at Infinity", clipByValue(infinite)],
  ];
  test.each(clips)("%s", (_, clip) => {
    for (const backend of [webassembly, javascript]) {
      const net = parameters({ w: [3] });
      using optimizer = optimize(net, chain(clip, adam()), { backend });
      expect(thrownBy(() => optimizer.step({ w: [1, 1e20, 1] }))).toMatch(
        /^GradientError: step 1: the gradient of `w` has 1\d+ at element 1/,
      );
      expect([...net.w.data]).toEqual([0, 0, 0]);
      expect(optimizer.step({ w: [1, 1e15, 1] }).step).toBe(1);
      expect(thrownBy(() => optimizer.step({ w: [1, infinite, 1] }))).toContain("has Infinity");
    }
  });

  test("but SGD behind it takes them", () => {
    const net = parameters({ w: [1] });
    using optimizer = optimize(net, chain(clipByGlobalNorm(infinite), sgd({ lr: 1 })));
    expect(optimizer.step({ w: [2 ** 70] }).gradientNorm).toBe(2 ** 70);
    expect([...net.w.data]).toEqual([-(2 ** 70)]);
  });
});

describe("wrappers around a rule that squares 1e20 in float32", () => {
  test("accumulate refuses the update and keeps what waits", () => {
    const net = parameters({ w: [2] });
    const optimizer = accumulate(net, adam(), { steps: 2 });
    optimizer.step({ w: [1, 1] });
    expect(() => optimizer.step({ w: [1, 1e20] })).toThrow(GradientError);
    expect([...net.w.data]).toEqual([0, 0]);
    expect(optimizer.step({ w: [1, 1] }).updated).toBe(true);
    expect([...net.w.data]).toEqual([expect.closeTo(-1e-3, 8), expect.closeTo(-1e-3, 8)]);
  });

  test("galore refuses it by the parameter's name, and nothing moves", () => {
    const net = parameters({ w: [2, 3] });
    const optimizer = galore(net, adam(), { rank: 1 });
    const act = () => optimizer.step({ w: [1, 1, 1, 1, 1, 1e20] });
    expect(act).toThrow(GradientError);
    expect(thrownBy(act)).toContain("`w`");
    expect([...net.w.data].every((value) => value === 0)).toBe(true);
  });
});
