/** Chains that are other rules by definition: the same to the last bit. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../../tests/support/properties.ts";
import { trajectory, vector, vectors } from "../../tests/support/trajectory.ts";
import { chain } from "../define.ts";
import { adam } from "../optimizers/adam.ts";
import { adamw } from "../optimizers/adamw.ts";
import { sgd } from "../optimizers/sgd.ts";
import { lookahead } from "./lookahead.ts";
import { maximize } from "./maximize.ts";
import { trustRatio } from "./trustRatio.ts";
import { weightDecay } from "./weightDecay.ts";

const length = 4;
const given = [vector(length), vectors(length, 8)] as const;

test("adam with weightDecay is adamw", () => {
  fc.assert(
    fc.property(...given, (start, gradients) => {
      const joined = chain(adam({ lr: 0.1 }), weightDecay(0.3));
      const whole = adamw({ lr: 0.1, weightDecay: 0.3 });
      expect(trajectory(joined, start, gradients)).toEqual(trajectory(whole, start, gradients));
    }),
    runs(20),
  );
});

test("maximize is the same as turning every gradient around", () => {
  fc.assert(
    fc.property(...given, (start, gradients) => {
      const turned = gradients.map((gradient) => gradient.map((value) => -value));
      const rule = adam({ lr: 0.1 });
      expect(trajectory(chain(maximize(), rule), start, gradients)).toEqual(
        trajectory(rule, start, turned),
      );
    }),
    runs(20),
  );
});

describe("trustRatio", () => {
  const norm = (a: readonly number[]) => Math.hypot(...a);

  test("makes steps of lr times the parameter's norm, whatever the gradient's scale", () => {
    const scales = fc.integer({ min: -20, max: 20 }).map((exponent) => 2 ** exponent);
    fc.assert(
      fc.property(vector(length), vector(length), scales, (start, gradient, scale) => {
        fc.pre(norm(start) > 0 && norm(gradient) > 0);
        const scaled = gradient.map((value) => value * scale);
        const rule = chain(sgd({ lr: 0.01 }), trustRatio());
        const [after] = trajectory(rule, start, [scaled]).weights;
        const moved = norm(after!.map((value, i) => value - start[i]!));
        expect(Math.abs(moved - 0.01 * norm(start))).toBeLessThan(1e-13 * norm(start));
      }),
      runs(20),
    );
  });

  test("leaves the direction alone where the parameter or the direction is zero", () => {
    const rule = chain(sgd({ lr: 1 }), trustRatio({ trustCoefficient: 7 }));
    expect(trajectory(rule, [0, 0], [[1, -2]]).weights).toEqual([[-1, 2]]);
    expect(trajectory(rule, [3, 4], [[0, 0]]).weights).toEqual([[3, 4]]);
  });
});

test("before its first period is over, lookahead leaves the optimizer alone", () => {
  fc.assert(
    fc.property(...given, (start, gradients) => {
      const rule = sgd({ lr: 0.1, momentum: 0.9 });
      const around = chain(rule, lookahead({ syncPeriod: gradients.length + 1 }));
      expect(trajectory(around, start, gradients)).toEqual(trajectory(rule, start, gradients));
    }),
    runs(20),
  );
});
