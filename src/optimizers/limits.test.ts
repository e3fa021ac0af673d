/** Every optimizer where a quotient may have no value: rates of 0, gradients of 0, small and alike. */
import { describe, expect, it } from "vitest";
import { either } from "../../tests/support/properties.ts";
import type { ElementType } from "../compilers/backend.ts";
import type { Rule } from "../rule/definition.ts";
import { optimize } from "../runtime/optimize.ts";
import { parameters } from "../runtime/parameters.ts";
import { optimizers } from "./index.ts";

type Options = Record<string, unknown>;
type Gradients = (step: number, i: number) => number;

const entries = Object.entries(optimizers) as unknown as [string, (options: Options) => Rule][];
const defaults = (make: (options: Options) => Rule): Options =>
  make({}).parts[0]!.definition.hyper as Options;
const withRate = entries.filter(([, make]) => "lr" in defaults(make));

const shapes = { w: [4, 3], b: [3] };
const types = ["float32", "float64"] as const;
/** In the normal suite an optimizer has one of the types, and its neighbour the other. */
const ofType = <T>(type: ElementType, list: readonly T[]): T[] =>
  list.filter((_, index) => either(types[index % 2] === type, true));
const usual: Gradients = (step, i) => Math.sin(7 * step + i);
const zero: Gradients = () => 0;

interface Run {
  /** Before any step, and after each. */
  readonly states: readonly (readonly number[])[];
  readonly evaluated: readonly number[];
}

function run(rule: Rule, gradients: Gradients, type: ElementType, steps = 6): Run {
  const net = parameters(shapes, { type });
  net.w.data.forEach((_, i) => void (net.w.data[i] = 0.3 * Math.cos(i)));
  const all = () => [...net.w.data, ...net.b.data];
  using optimizer = optimize(net, rule);
  const states = [all()];
  for (let step = 1; step <= steps; step++) {
    const w = Array.from({ length: 12 }, (_, i) => gradients(step, i));
    const b = Array.from({ length: 3 }, (_, i) => gradients(step, i + 12));
    optimizer.step({ w, b }, { loss: 1 / step });
    states.push(all());
  }
  return {
    states,
    evaluated: Object.values(optimizer.evaluationWeights()).flatMap((each) => [...each]),
  };
}

const staysFinite = ({ states, evaluated }: Run): boolean =>
  states.every((each) => each.every(Number.isFinite)) && evaluated.every(Number.isFinite);

/** Some put the parameters together from others: from where they began, or of two points. */
const rounding = { float32: 1e-6, float64: 1e-15 };

/** Whose rate of 0 is no standstill. Rprop's rate is only what its step sizes start at, within their bounds. */
const moving = ["rprop"];

describe.each(types)("in %s", (type) => {
  it.each(ofType(type, withRate))("%s at a rate of 0 stays where it is", (name, make) => {
    const result = run(make({ lr: 0 }), usual, type);
    expect(staysFinite(result)).toBe(true);
    const [start, ...after] = result.states;
    const stays = after.every((each) =>
      each.every((value, i) => Math.abs(value - start![i]!) < rounding[type]),
    );
    expect(stays).toBe(!moving.includes(name));
  });

  it.each(ofType(type, withRate))(
    "%s steps on behind a first rate of 0, as a warm-up has",
    (_, make) => {
      const { lr } = defaults(make);
      const result = run(make({ lr: (t: number) => (t === 1 ? 0 : (lr as number)) }), usual, type);
      expect(staysFinite(result)).toBe(true);
      expect(result.states[3]).not.toEqual(result.states[0]);
    },
  );

  it.each(ofType(type, entries))(
    "%s is finite where first gradients are 0, with decay and without",
    (_, make) => {
      for (const options of [{}, { weightDecay: 0 }, { weightDecay: 0.1 }]) {
        if (Object.keys(options).every((key) => key in defaults(make))) {
          expect(
            staysFinite(run(make(options), (step, i) => (step < 4 ? 0 : usual(step, i)), type)),
          ).toBe(true);
          expect(staysFinite(run(make(options), zero, type))).toBe(true);
        }
      }
    },
  );

  it.each(ofType(type, entries))(
    "%s is finite where gradients are alike, tiny, or of one row",
    (_, make) => {
      const settings = Object.entries(defaults(make))
        .filter(([, value]) => typeof value === "boolean")
        .flatMap(([key]) => [{ [key]: true }, { [key]: false }]);
      for (const options of [{}, ...settings]) {
        const rule = make(options);
        expect(staysFinite(run(rule, () => 0.1, type, 60))).toBe(true);
        expect(staysFinite(run(rule, () => 1e-25, type))).toBe(true);
        expect(staysFinite(run(rule, (_, i) => 1e6 * Number(i < 3), type, 30))).toBe(true);
      }
    },
  );
});

it("keeps the sign of a variance: equal gradients, whose squares round differently", () => {
  // 0.1 and its mean round such that the mean of squares is below the square of the mean.
  for (const value of [0.1, 0.3, 0.7, 1.1, 3.3]) {
    const rule = optimizers.rmsprop({ centered: true, lr: 1e-12 }) as unknown as Rule;
    expect(staysFinite(run(rule, () => value, "float32", 300))).toBe(true);
  }
});

it.each(types)("Shampoo's eps holds singular sums in %s", (type) => {
  const x = Array.from({ length: 16 }, (_, i) => 30 * Math.sin(i * i + 1));
  const y = Array.from({ length: 8 }, (_, i) => Math.cos(3 * i + 1));
  const squares = (a: readonly number[]) => a.reduce((sum, each) => sum + each ** 2, 0);
  const net = parameters({ w: [16, 8] }, { type });
  using optimizer = optimize(net, optimizers.shampoo({ lr: 1 }));
  const w = Array.from({ length: 128 }, (_, i) => x[i >> 3]! * y[i & 7]!);
  optimizer.step({ w });
  // Of rank one: L^(-1/4) G R^(-1/4) is G over the root of eps + |x|^2 |y|^2.
  const divisor = Math.sqrt(1e-4 + squares(x) * squares(y));
  for (const [i, value] of net.w.data.entries()) {
    // The roots of float32's noise weigh what little of it is in G.
    expect(Math.abs(value + w[i]! / divisor)).toBeLessThan(type === "float32" ? 2e-3 : 1e-9);
  }
});
