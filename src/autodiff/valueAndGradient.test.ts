import { describe, expect, expectTypeOf, it } from "vitest";
import { uniform } from "../../tests/support/gradients.ts";
import { operationCases } from "../../tests/support/operationCases.ts";
import {
  AutodiffError,
  add,
  exp,
  less,
  mean,
  mul,
  neg,
  reshape,
  slice,
  square,
  sub,
  sum,
  type Tensor,
  valueAndGradient,
} from "./index.ts";

const rosenbrock = valueAndGradient((x) => {
  const [a, b] = [slice(x, 0, 0, 1), slice(x, 0, 1, 2)];
  return sum(add(square(sub(1, a)), mul(100, square(sub(b, square(a))))));
});

describe("a function", () => {
  it("of a vector has its value and gradient", () => {
    const { value, gradient } = rosenbrock([-1.2, 1]);
    expectTypeOf(gradient).toEqualTypeOf<Float64Array>();
    expect(value).toBeCloseTo(24.2, 13);
    expect(gradient[0]).toBeCloseTo(-215.6, 12);
    expect(gradient[1]).toBeCloseTo(-88, 12);
    expect(rosenbrock(Float64Array.of(1, 1))).toEqual({
      value: 0,
      gradient: Float64Array.of(0, 0),
    });
  });

  it("gives arrays of its own, which the next call leaves", () => {
    const first = rosenbrock([-1.2, 1]).gradient;
    const kept = first.slice();
    rosenbrock([2, 3]);
    expect(first).toEqual(kept);
  });

  it("of named numbers and data has gradients of the former", () => {
    const loss = valueAndGradient<"a" | "b", "x" | "y">(({ a, b }, { x, y }) =>
      mean(square(sub(mul(a, exp(neg(mul(b, x)))), y))),
    );
    const [x, y] = [[0, 1, 2, 3], Float32Array.of(2, 1.5, 1.25, 1)];
    const of = (a: number, b: number) =>
      x.reduce((sum, each, i) => sum + (a * Math.exp(-b * each) - y[i]!) ** 2, 0) / 4;
    const { value, gradient } = loss({ a: 1.5, b: 0.3 }, { x, y });
    expectTypeOf(gradient).toEqualTypeOf<{ readonly a: number; readonly b: number }>();
    expect(value).toBeCloseTo(of(1.5, 0.3), 14);
    expect(gradient.a).toBeCloseTo((of(1.5 + 1e-5, 0.3) - of(1.5 - 1e-5, 0.3)) / 2e-5, 8);
    expect(gradient.b).toBeCloseTo((of(1.5, 0.3 + 1e-5) - of(1.5, 0.3 - 1e-5)) / 2e-5, 8);
    // Other data of the same shapes is not recorded anew, and of others is.
    expect(loss({ a: 1, b: 0 }, { x, y: [1, 1, 1, 1] }).value).toBe(0);
    expect(loss({ a: 1, b: 0 }, { x: [5], y: [3] }).value).toBe(4);
  });

  it("takes matrices, and is recorded once for arguments of some shapes", () => {
    let recorded = 0;
    const of = valueAndGradient<"w">(({ w }) => {
      recorded += 1;
      return sum(square(sum(w, { axes: 0 })));
    });
    const w = { data: [1, 2, 3, 4, 5, 6], shape: [3, 2] };
    expect(of({ w })).toEqual({
      value: 81 + 144,
      gradient: { w: Float64Array.of(18, 24, 18, 24, 18, 24) },
    });
    of({ w: { ...w, data: [0, 0, 0, 0, 0, 1] } });
    expect(recorded).toBe(1);
    of({ w: [1, 2] });
    expect(recorded).toBe(2);
  });

  it("gives its memory back, and goes on if it is called again", () => {
    rosenbrock.dispose();
    expect(rosenbrock([0, 0]).value).toBe(1);
  });
});

describe("is refused", () => {
  it.each<[string, () => unknown]>([
    [
      "valueAndGradient: expected a function of tensors, found 3",
      () => valueAndGradient(3 as never),
    ],
    [
      "valueAndGradient: expected the function to return a tensor of one element, found one [2]",
      () => valueAndGradient((x) => square(x))([1, 2]),
    ],
    [
      "valueAndGradient: expected the function to return a tensor of one element, found 5",
      () => valueAndGradient(() => 5 as never)([1, 2]),
    ],
    [
      'valueAndGradient: expected a as a number, an array or { data, shape }, found "1"',
      () => valueAndGradient<"a">(({ a }) => a)({ a: "1" as never }),
    ],
    [
      "valueAndGradient: expected 6 elements of a [2, 3], found 1",
      () => valueAndGradient<"a">(({ a }) => sum(a))({ a: { data: [1], shape: [2, 3] } }),
    ],
    [
      "valueAndGradient: the function does not depend on its arguments, or not in a differentiable way",
      () => valueAndGradient((x) => sum(less(x, 1)))([1, 2]),
    ],
  ])("%s", (message, call) => {
    expect(call).toThrow(new AutodiffError(message));
  });
});

type Doubles = Readonly<Record<string, Tensor<Float64Array>>>;

/** Central differences, by steps that balance rounding with what is left out. */
function differences(f: (x: readonly number[]) => number, x: readonly number[]): number[] {
  const step = 1e-5;
  return x.map((_, i) => {
    const moved = (by: number) => f(x.map((value, j) => (i === j ? value + by : value)));
    return (moved(step) - moved(-step)) / (2 * step);
  });
}

describe.each(Object.entries(operationCases))("%s in float64", (_, variants) => {
  it.each(Object.entries(variants))(
    "has the value and the gradients of differences: %s",
    (_, each) => {
      const names = Object.keys(each.shapes);
      const at = Object.fromEntries(
        names.map((name, i) => {
          const shape = each.shapes[name]!;
          const size = shape.reduce((a, b) => a * b, 1);
          return [name, each.values?.[name] ?? uniform(size, i)];
        }),
      );
      const weights = each.reference(at).map((_, i) => 1 + (i % 3));
      const weighted = (values: readonly number[]) =>
        values.reduce((s, v, i) => s + v * weights[i]!, 0);
      const of = valueAndGradient((tensors: Doubles, data: Doubles) => {
        const y = each.build(
          tensors as never,
          undefined as never,
        ) as unknown as Tensor<Float64Array>;
        return sum(mul(reshape(y, [-1]), data["weights"]!));
      });
      const given = Object.fromEntries(
        names.map((name) => [name, { data: at[name]!, shape: each.shapes[name]! }]),
      );
      const { value, gradient } = of(given, { weights } as never);
      const expected = weighted(each.reference(at));
      expect(Math.abs(value - expected)).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected)));
      for (const name of names) {
        const found = gradient[name]! as unknown as Float64Array | number;
        const list = typeof found === "number" ? [found] : [...found];
        differences((x) => weighted(each.reference({ ...at, [name]: x })), at[name]!).forEach(
          (d, i) => {
            expect(Math.abs(list[i]! - d), `${name}[${i}]: ${list[i]} and ${d}`).toBeLessThan(1e-6);
          },
        );
      }
      of.dispose();
    },
  );
});
