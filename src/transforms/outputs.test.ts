/** Transforms that look at each output's weights, in both layouts and in more than two dimensions. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../../tests/support/properties.ts";
import { trajectory, vector } from "../../tests/support/trajectory.ts";
import { chain } from "../define.ts";
import { sgd } from "../optimizers/sgd.ts";
import { adaptiveGradientClip } from "./adaptiveGradientClip.ts";
import { centralize } from "./centralize.ts";

const layouts = [
  { shape: [3, 4], outputFirst: false, outputs: 4 },
  { shape: [3, 4], outputFirst: true, outputs: 3 },
  { shape: [2, 3, 2], outputFirst: true, outputs: 2 },
];

/** The elements of each output. */
function byOutput(values: readonly number[], outputs: number, first: boolean): number[][] {
  const inputs = values.length / outputs;
  return Array.from({ length: outputs }, (_, output) =>
    Array.from({ length: inputs }, (_, i) =>
      first ? values[output * inputs + i]! : values[i * outputs + output]!,
    ),
  );
}

const norm = (values: readonly number[]) => Math.hypot(...values);

describe.each(layouts)("$shape, outputFirst $outputFirst", ({ shape, outputFirst, outputs }) => {
  test("centralize leaves the sum of each output's weights as it was", () => {
    const rule = chain(centralize({ outputFirst }), sgd({ lr: 1 }));
    fc.assert(
      fc.property(vector(12), (gradient) => {
        const [after] = trajectory(
          rule,
          gradient.map(() => 0),
          [gradient],
          { shape },
        ).weights;
        for (const own of byOutput(after!, outputs, outputFirst)) {
          // Roundings of numbers below 100.
          expect(Math.abs(own.reduce((a, b) => a + b))).toBeLessThan(1e-12);
        }
      }),
      runs(20),
    );
  });

  test("adaptiveGradientClip bounds each output's step by its weights, and shrinks none below", () => {
    const rule = chain(adaptiveGradientClip({ clipping: 0.5, outputFirst }), sgd({ lr: 1 }));
    fc.assert(
      fc.property(vector(12), vector(12), (start, gradient) => {
        const [after] = trajectory(rule, start, [gradient], { shape }).weights;
        const step = byOutput(
          after!.map((value, i) => start[i]! - value),
          outputs,
          outputFirst,
        );
        const weights = byOutput(start, outputs, outputFirst);
        for (const [output, given] of byOutput(gradient, outputs, outputFirst).entries()) {
          const bound = 0.5 * Math.max(norm(weights[output]!), 1e-3);
          expect(norm(step[output]!)).toBeCloseTo(Math.min(norm(given), bound), 10);
        }
      }),
      runs(20),
    );
  });
});

test("vectors are not centralized, and are clipped as a whole", () => {
  const gradient = [3, 4];
  expect(trajectory(chain(centralize(), sgd({ lr: 1 })), [0, 0], [gradient]).weights).toEqual([
    [-3, -4],
  ]);
  const clip = chain(adaptiveGradientClip(0.5), sgd({ lr: 1 }));
  const [after] = trajectory(clip, [0, 2], [gradient]).weights;
  expect(after![0]).toBeCloseTo(-3 / 5, 14);
  expect(after![1]).toBeCloseTo(2 - 4 / 5, 14);
});
