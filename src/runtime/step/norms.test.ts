import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backends } from "../../../tests/support/backends.ts";
import { runs } from "../../../tests/support/properties.ts";
import { chain, defineTransform } from "../../define.ts";
import { lamb } from "../../optimizers/lamb.ts";
import { sgd } from "../../optimizers/sgd.ts";
import { optimize } from "../optimize.ts";
import { parameters } from "../parameters.ts";

const scalar = { kind: "scalar", initial: 0 } as const;
const probe = defineTransform({
  name: "probe",
  hyper: {},
  state: { own: scalar, all: scalar, rms: scalar, lines: { kind: "column", initial: 0 } },
  rule: "own = norm(g); all = globalNorm(g); rms = rootMeanSquare(g); lines = rowNorm(g)",
});

/** The definition, scaled by the largest, so that nothing overflows. */
function normOf(values: readonly number[]): number {
  const largest = Math.max(0, ...values.map(Math.abs));
  if (largest === 0) return 0;
  return largest * Math.sqrt(values.reduce((sum, value) => sum + (value / largest) ** 2, 0));
}

const magnitudes = { float32: [-44, 37], float64: [-320, 307] } as const;

describe.each(backends)("norms by $name", (backend) => {
  it.each(["float32", "float64"] as const)(
    "are right whenever the type can represent them, in %s",
    (type) => {
      const [least, most] = magnitudes[type];
      const array = type === "float32" ? Float32Array : Float64Array;
      const exponent = fc.integer({ min: least, max: most - 3 });
      const size = fc.constantFrom(1, 3, 16, 1023, 1025, 3000);
      fc.assert(
        fc.property(
          exponent,
          fc.nat({ max: 30 }),
          size,
          fc.boolean(),
          (high, spread, cols, own) => {
            const values = Array.from({ length: 2 * cols }, (_, i) => {
              const power = Math.max(least, high - ((i * 7) % (spread + 1)));
              return Number(`${Math.cos(i).toFixed(3)}e${power}`);
            });
            const given = array.from(values);
            const net = own
              ? parameters({ w: [2, cols] }, { type })
              : { w: { data: new array(2 * cols), shape: [2, cols] } };
            using optimizer = optimize(net, chain(probe(), sgd({ lr: 0 })), { backend });
            optimizer.step({ w: given });
            const state = optimizer.state().parameters["w"]!;
            const right = normOf([...given]);
            // One rounding for each of a few levels of sums. Numbers below the smallest normal one have fewer digits.
            const near = (found: number, wanted: number) => {
              const floor = type === "float32" ? 1e-44 : 1e-322;
              const allowed = Math.max(floor, wanted * (type === "float32" ? 4e-6 : 1e-13));
              expect(Math.abs(found - wanted)).toBeLessThanOrEqual(allowed);
            };
            near(state["probe.own"]![0]!, right);
            near(state["probe.all"]![0]!, right);
            near(state["probe.rms"]![0]!, right / Math.sqrt(2 * cols));
            near(state["probe.lines"]![1]!, normOf([...given.subarray(cols)]));
          },
        ),
        runs(60),
      );
    },
  );

  it("are computed again from values that the pass has stored in the meantime", () => {
    // Parameters of 1e25: the pass that stores LAMB's moments computes their norm, which overflows.
    const start = Float32Array.from({ length: 1500 }, (_, i) => 1e25 * Math.sin(i + 1));
    const net = { w: start.slice() };
    using optimizer = optimize(net, lamb({ lr: 0.1, weightDecay: 0 }), { backend });
    optimizer.step({ w: start.map(Math.sign) });
    // Adam's first step is the sign. It is multiplied by the ratio of norms and by the rate.
    const size = (0.1 * normOf([...start])) / Math.sqrt(1500);
    for (const [i, value] of net.w.entries()) {
      const right = start[i]! - size * Math.sign(start[i]!);
      expect(Math.abs(value - right)).toBeLessThan(1e-5 * size);
    }
  });

  it("stay NaN or infinite if that is allowed", () => {
    for (const [value, norm] of [
      [Number.NaN, Number.NaN],
      [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    ] as const) {
      const net = { w: new Float32Array(5) };
      using optimizer = optimize(net, chain(probe(), sgd({ lr: 0 })), {
        backend,
        nonFinite: "allow",
      });
      optimizer.step({ w: [1, 2, value, 3, 4] });
      expect(optimizer.state().parameters["w"]!["probe.own"]![0]).toBe(norm);
    }
  });
});
