/** The averages against what their names say, of the weights that were there. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../../tests/support/properties.ts";
import { trajectory, vector, vectors } from "../../tests/support/trajectory.ts";
import { chain } from "../define.ts";
import { sgd } from "../optimizers/sgd.ts";
import { ema } from "./ema.ts";
import { swa } from "./swa.ts";

const length = 3;
const steps = 12;

/** The mean of points with these weights. */
function weightedMean(points: readonly (readonly number[])[], shares: readonly number[]): number[] {
  const sum = shares.reduce((a, b) => a + b, 0);
  return points[0]!.map(
    (_, i) => points.reduce((total, point, j) => total + shares[j]! * point[i]!, 0) / sum,
  );
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  for (const [i, value] of found.entries()) {
    // Some roundings of numbers below 1000, in float64.
    expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-11);
  }
}

describe("swa", () => {
  test("is the mean of the weights after steps start, start + every, ...", () => {
    const from = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(vector(length), vectors(length, steps), from, from, (p, gs, start, every) => {
        const rule = chain(sgd({ lr: 0.1 }), swa({ start, every }));
        const { weights, states } = trajectory(rule, p, gs, { state: "swa.average" });
        for (const [index, average] of states.entries()) {
          const counted = weights
            .slice(0, index + 1)
            .filter((_, i) => i + 1 >= start && (i + 1 - start) % every === 0);
          expectClose(
            average,
            counted.length === 0
              ? weights[index]!
              : weightedMean(
                  counted,
                  counted.map(() => 1),
                ),
          );
        }
      }),
      runs(20),
    );
  });

  test("holds exactly the weights up to `start`", () => {
    fc.assert(
      fc.property(vector(length), vectors(length, steps), (p, gs) => {
        const rule = chain(sgd({ lr: 0.1 }), swa({ start: gs.length }));
        const { weights, states } = trajectory(rule, p, gs, { state: "swa.average" });
        expect(states).toEqual(weights);
      }),
      runs(20),
    );
  });
});

describe("ema", () => {
  const decays = fc.double({ min: 0, max: 0.999, noNaN: true });
  const averages = (options: Parameters<typeof ema>[0], p: number[], gs: number[][]) =>
    trajectory(chain(sgd({ lr: 0.1 }), ema(options)), p, gs, { state: "ema.average" });

  test("with `debias` weighs the weights by powers of the decay, and those before not at all", () => {
    fc.assert(
      fc.property(vector(length), vectors(length, steps), decays, (p, gs, decay) => {
        const { weights, states } = averages({ decay, debias: true }, p, gs);
        for (const [index, average] of states.entries()) {
          const seen = weights.slice(0, index + 1);
          expectClose(
            average,
            weightedMean(
              seen,
              seen.map((_, i) => decay ** (index - i)),
            ),
          );
        }
      }),
      runs(20),
    );
  });

  test("without, the weights before the first step have the rest", () => {
    fc.assert(
      fc.property(vector(length), vectors(length, steps), decays, (p, gs, decay) => {
        const { weights, states } = averages({ decay }, p, gs);
        const shares = [...weights.map((_, i) => (1 - decay) * decay ** (gs.length - 1 - i))];
        expectClose(states.at(-1)!, weightedMean([p, ...weights], [decay ** gs.length, ...shares]));
      }),
      runs(20),
    );
  });

  test("a decay of 0 at step 1 begins with the weights after it, as AveragedModel and Keras do", () => {
    fc.assert(
      fc.property(vector(length), vectors(length, steps), decays, (p, gs, decay) => {
        const { weights, states } = averages({ decay: (step) => (step === 1 ? 0 : decay) }, p, gs);
        let expected = weights[0]!;
        for (const each of weights.slice(1)) {
          expected = expected.map((value, i) => decay * value + (1 - decay) * each[i]!);
        }
        expectClose(states.at(-1)!, expected);
      }),
      runs(20),
    );
  });
});
