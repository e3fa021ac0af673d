/**
 * Gradients of 1e-30, 1e19 and 5e20 in float32, whose squares vanish, are at the end of the range, or overflow: what
 * PyTorch makes of them (tests/reference/extremes.py), or an error that names the parameter and the element.
 */
import { describe, expect, it } from "vitest";
import {
  acprop,
  adabelief,
  adan,
  chain,
  clipByValue,
  GradientError,
  optimize,
  optimizers,
  parameters,
  type Rule,
  rmsprop,
} from "../src/index.ts";
import reference from "./reference/extremes.json" with { type: "json" };

type Arrays = Record<"w" | "b", readonly (number | string)[]>;
type Steps = Record<string, Arrays>;
/** `float64` is there where PyTorch's float32 has lost the number. */
type Found = Readonly<{ float32: Steps; float64?: Steps }>;

const shapes = { w: [2, 3], b: [3] };
const start = reference.start as Arrays;
const factories = optimizers as unknown as Record<string, (options: object) => Rule>;

/**
 * Two right programs round a parameter once or twice a step, and where its moves hardly change, such as those of weight
 * decay, each rounds them the same way at every step: up to half a unit each.
 */
const bound = (step: number) => (4 + step) * 2 ** -23;

function agrees(found: ArrayLike<number>, steps: Steps, step: number, name: "w" | "b"): boolean {
  return steps[step]![name].every((spelled, i) => {
    const expected = Number(spelled);
    // Where a parameter passes through zero its digits are those of the moves: of its start, or of moves of one size.
    const scale = Math.max(
      Math.abs(expected),
      Math.abs(Number(start[name][i])),
      largest(steps, name, i),
    );
    return (
      Object.is(found[i]! + 0, expected + 0) ||
      Math.abs(found[i]! - expected) <= bound(step) * scale
    );
  });
}

const largest = (steps: Steps, name: "w" | "b", i: number) =>
  Math.max(...Object.values(steps).map((each) => Math.abs(Number(each[name][i])) || 0));

/** @returns what happened: which reference the parameter follows, or the step that was refused */
function follow(rule: Rule, scale: number, name: "w" | "b", found: Found): string {
  const net = parameters({ [name]: shapes[name] });
  const { data } = net[name]!;
  data.set(start[name].map(Number));
  using optimizer = optimize(net, rule);
  const candidates = new Map(Object.entries(found));
  for (const gradients of reference.gradients as readonly Arrays[]) {
    const gradient = gradients[name].map((value) =>
      Math.fround(Number(value) * Math.fround(scale)),
    );
    const before = [...data];
    try {
      optimizer.step({ [name]: gradient });
    } catch (error) {
      expect(error).toBeInstanceOf(GradientError);
      const [, element] = /`(?:w|b)` has \S+ at element (\d+), and the rule squares it/.exec(
        String(error),
      )!;
      expect(String(error)).toContain(`\`${name}\``);
      // The largest of them, whose square is what does not fit, or comes near it.
      const sizes = gradient.map(Math.abs);
      expect(sizes[Number(element)]).toBe(Math.max(...sizes));
      expect(Math.max(...sizes)).toBeGreaterThan(2 ** 64 / 4096);
      expect([...data]).toEqual(before);
      return "refused";
    }
    const step = optimizer.steps;
    for (const [type, steps] of step in found.float32 ? [...candidates] : []) {
      if (!agrees(data, steps, step, name)) candidates.delete(type);
    }
    if (candidates.size === 0) {
      const expected = Object.entries(found).map(
        ([type, steps]) => `${type} ${(steps as Steps)[step]![name]}`,
      );
      return `step ${step}: ${[...data]}, PyTorch ${expected.join(" and ")}`;
    }
  }
  return [...candidates.keys()][0]!;
}

const squaring = [
  "adadelta",
  "adafactor",
  "adagrad",
  "adam",
  "adamw",
  "amsgrad",
  "nadam",
  "radam",
  "rmsprop",
];

/** What is to happen: a type of PyTorch's to follow, or a refusal. */
function expectedOf(name: string, scale: number, tensor: "w" | "b"): string {
  const refuses = squaring.includes(name) || (name === "muon" && tensor === "b");
  if (scale > 1 && refuses) {
    return "refused";
  }
  // PyTorch's Muon in float32 divides by a norm of Infinity, and its Adafactor by eps1² = 1e-60, which is 0.
  return (name === "muon" && scale === 5e20 && tensor === "w") || name === "adafactor"
    ? "float64"
    : "float32";
}

const cases = reference.cases.map((each) => ({ ...each, title: JSON.stringify(each.options) }));

describe.each(cases)("$optimizer $title", ({ optimizer: name, options, scales }) => {
  const found = Object.entries(scales as unknown as Record<string, Found>);
  const all = found.flatMap(([scale, each]) =>
    (["w", "b"] as const).map((tensor) => [scale, tensor, each] as const),
  );
  // Of vectors Adafactor has no mean of squares to compare with: all of 1e-60 vanish, and the root of 0 is eps1.
  const followed = all.filter(
    ([scale, tensor]) => !(name === "adafactor" && tensor === "b" && scale === "1e-30"),
  );
  it.each(followed)("gradients of %s, %s", (scale, tensor, each) => {
    const happened = follow(factories[name]!(options), Number(scale), tensor, each);
    expect(happened).toBe(expectedOf(name, Number(scale), tensor));
  });
});

it("Adafactor's vectors of 1e-30, which PyTorch makes NaN, go where gradients point, no faster than they may", () => {
  const net = parameters({ b: [3] });
  using optimizer = optimize(net, optimizers.adafactor({ eps1: 1e-30 }));
  const [{ b }] = reference.gradients as unknown as readonly [{ b: number[] }];
  optimizer.step({ b: b.map((value) => value * 1e-30) });
  const [x, y, z] = [...net.b.data].map((value, i) => -value / b[i]!);
  // By 1e-3, the least scale, times lr 0.01, at a root mean square of 1.
  expect(Math.hypot(...net.b.data) / Math.sqrt(3)).toBeCloseTo(1e-5, 9);
  expect([y! / x!, z! / x!]).toEqual([expect.closeTo(1, 5), expect.closeTo(1, 5)]);
});

it("Adafactor's matrices of gradients of 1e-7 step as those of 1", () => {
  const [large, small] = [1, 1e-7].map((scale) => {
    const net = parameters({ w: [2, 3] });
    using optimizer = optimize(net, optimizers.adafactor());
    for (let t = 1; t <= 3; t++) {
      optimizer.step({ w: Array.from({ length: 6 }, (_, i) => scale * Math.sin(i + t)) });
    }
    return net.w.data;
  });
  for (const [i, value] of small!.entries()) expect(value / large![i]!).toBeCloseTo(1, 4);
});

it("one element whose square vanishes does not hold up Adafactor's others", () => {
  for (const small of [1e-20, 1e-22, 1e-25, 1e-38]) {
    const net = parameters({ b: [2] });
    using optimizer = optimize(net, optimizers.adafactor());
    optimizer.step({ b: [1, small] });
    // As the paper's, whose 1e-30 stands beside the square: 1e-3, the least scale, times lr 0.01.
    expect(net.b.data[0]).toBeCloseTo(-1e-5, 9);
    expect(Math.abs(net.b.data[1]!)).toBeLessThan(1.1e-5);
  }
});

describe("behind a clip by value", () => {
  const step = (rule: Rule, maxValue: number) => {
    const net = parameters({ w: [1] });
    using optimizer = optimize(net, chain(clipByValue(maxValue), rule));
    optimizer.step({ w: [1e25] });
    return net.w.data[0]!;
  };

  // They square a gradient together with what they remember.
  it.each(Object.entries({ adabelief, acprop, adan, rmsprop: () => rmsprop({ centered: true }) }))(
    "%s takes any gradient, unless the clip cuts nothing off",
    (_, make) => {
      expect(step(make(), 1)).toBeLessThan(0);
      expect(() => step(make(), Number.POSITIVE_INFINITY)).toThrow(GradientError);
      expect(() => step(make(), 1e24)).toThrow(GradientError);
    },
  );
});
