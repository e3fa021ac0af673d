/** Gradients that are not finite, let through: what PyTorch makes of each element (tests/reference/nonfinite.py). */
import { describe, expect, it } from "vitest";
import { optimize, optimizers, parameters, type Rule } from "../src/index.ts";
import reference from "./reference/nonfinite.json" with { type: "json" };

type Spelled = readonly (number | string)[];
type Arrays = Record<"w" | "b", Spelled>;

const shapes = { w: [3, 4], b: [5] };
const factories = optimizers as unknown as Record<string, (options: object) => Rule>;
const gradientsOf: Record<string, readonly Arrays[]> = reference.scenes;

/** A few roundings, once more for each step. */
const tolerance = 1e-12;

function agrees(actual: number, expected: number): boolean {
  return (
    Object.is(actual + 0, expected + 0) ||
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected))
  );
}

describe.each(reference.cases.map((each) => ({ ...each, title: JSON.stringify(each.options) })))(
  "$optimizer $title",
  ({ optimizer: name, options, scenes }) => {
    it.each(Object.entries(scenes as unknown as Record<string, Record<string, Arrays>>))(
      "%s",
      (scene, after) => {
        const net = parameters(shapes, { type: "float64" });
        net.w.data.set(reference.start.w);
        net.b.data.set(reference.start.b);
        using optimizer = optimize(net, factories[name]!(options), { nonFinite: "allow" });
        for (const [index, { w, b }] of gradientsOf[scene]!.entries()) {
          optimizer.step({ w: w.map(Number), b: b.map(Number) });
          for (const [tensor, values] of Object.entries(after[String(index + 1)] ?? {})) {
            const expected = values.map(Number);
            const actual = [...net[tensor as "w" | "b"].data];
            const wrong = actual.findIndex((value, i) => !agrees(value, expected[i]!));
            expect(
              wrong < 0
                ? ""
                : `step ${index + 1}, ${tensor}[${wrong}]: ${actual[wrong]}, PyTorch ${expected[wrong]}`,
            ).toBe("");
          }
        }
      },
    );
  },
);
