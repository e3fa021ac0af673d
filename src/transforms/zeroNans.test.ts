import fc from "fast-check";
import { expect, test } from "vitest";
import { runs } from "../../tests/support/properties.ts";
import { trajectory, vector, vectors } from "../../tests/support/trajectory.ts";
import { chain } from "../define.ts";
import { adam } from "../optimizers/adam.ts";
import { sgd } from "../optimizers/sgd.ts";
import { GradientError } from "../runtime/errors.ts";
import { clipByGlobalNorm } from "./clipByGlobalNorm.ts";
import { zeroNans } from "./zeroNans.ts";

const rule = chain(zeroNans(), clipByGlobalNorm(1), adam({ lr: 0.1 }));

test("a NaN is the same as a 0, to the last bit", () => {
  const holes = fc.array(fc.tuple(fc.nat(7), fc.nat(4)), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(vector(5), vectors(5, 8), holes, (start, gradients, places) => {
      const filled = (value: number) => {
        const copy = gradients.map((gradient) => [...gradient]);
        for (const [step, element] of places) {
          copy[step % copy.length]![element] = value;
        }
        return copy;
      };
      const withNans = trajectory(rule, start, filled(Number.NaN), { nonFinite: "allow" });
      expect(withNans).toEqual(trajectory(rule, start, filled(0)));
    }),
    runs(20),
  );
});

test("infinities stay", () => {
  const { weights } = trajectory(
    chain(zeroNans(), sgd({ lr: 1 })),
    [1, 1, 1],
    [[Number.NaN, Infinity, -Infinity]],
    { nonFinite: "allow" },
  );
  expect(weights).toEqual([[1, -Infinity, Infinity]]);
});

test("a step refuses NaNs before the rule sees them unless they are allowed", () => {
  expect(() => trajectory(rule, [1], [[Number.NaN]])).toThrow(GradientError);
});
