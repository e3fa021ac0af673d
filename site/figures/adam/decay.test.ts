import { describe, expect, it } from "vitest";
import { initialState } from "../figure.ts";
import { figure as decay } from "./decay.ts";

describe("decay", () => {
  it("removes the same fraction in each step with AdamW; with L2, larger gradients slow it by their ratio", () => {
    const start = initialState(decay.controls);
    const ends = decay.compute({ ...start, weightDecay: 0.5, ratio: 10 });
    const last = (name: "l2" | "adamw") => ends[name].at(-1)!.parameters;
    // Gradients of alternating sign move a weight by about 0.02 in total.
    for (const weight of last("adamw")) expect(weight).toBeCloseTo((1 - 0.01 * 0.5) ** 400, 1);
    const [small, large] = Array.from(last("l2"), Math.log);
    expect(small! / large!).toBeGreaterThan(9);
    expect(small! / large!).toBeLessThan(12);
  });
});
