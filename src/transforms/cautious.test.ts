import fc from "fast-check";
import { expect, test } from "vitest";
import { runs } from "../../tests/support/properties.ts";
import { trajectory, vector, vectors } from "../../tests/support/trajectory.ts";
import { chain } from "../define.ts";
import { sgd } from "../optimizers/sgd.ts";
import { cautious } from "./cautious.ts";

const momentum = sgd({ lr: 0.1, momentum: 0.9 });

test("no element moves along its gradient, whatever momentum it has", () => {
  fc.assert(
    fc.property(vector(5), vectors(5, 8), (start, gradients) => {
      const { weights } = trajectory(chain(momentum, cautious()), start, gradients);
      for (const [step, after] of weights.entries()) {
        const before = weights[step - 1] ?? start;
        for (const [i, value] of after.entries()) {
          expect((value - before[i]!) * gradients[step]![i]!).toBeLessThanOrEqual(0);
        }
      }
    }),
    runs(20),
  );
});

test("the elements that agree are scaled up for the others, down to a share of `minShare`", () => {
  // Momentum carries the first two elements against their second gradients.
  const gradients = [
    [8, 8, 1, 1],
    [-1, -1, -1, 1],
  ];
  const moved = (minShare: number) => {
    const { weights } = trajectory(
      chain(sgd({ lr: 1, momentum: 0.5 }), cautious(minShare)),
      [0, 0, 0, 0],
      gradients,
    );
    return weights[1]!.map((value, i) => weights[0]![i]! - value);
  };
  // Directions 3, 3, -0.5 and 1.5, of which two agree.
  expect(moved(1e-3)).toEqual([0, 0, -1, 3]);
  expect(moved(0.8)).toEqual([0, 0, -0.5 * (1 / 0.8), 1.5 * (1 / 0.8)]);
});
