import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readState, writeState } from "./address.ts";
import { initialState } from "./figure.ts";

const controls = {
  lr: { kind: "range", label: "lr", min: 1e-4, max: 1, step: 1.1, log: true, value: 0.1 },
  steps: { kind: "range", label: "steps", min: 0, max: 100, step: 1, value: 60 },
  rule: { kind: "choice", label: "rule", options: ["adam", "sgd"], value: "adam" },
  corrected: { kind: "toggle", label: "corrected", value: true },
} as const;

describe("a figure's state in an address", () => {
  it("is read as it was written, beside those of others", () => {
    const state = fc.record({
      lr: fc.double({ min: 1e-4, max: 1, noNaN: true }),
      steps: fc.integer({ min: 0, max: 100 }),
      rule: fc.constantFrom("adam", "sgd"),
      corrected: fc.boolean(),
    });
    fc.assert(
      fc.property(state, state, (one, other) => {
        const query = new URLSearchParams("q=1");
        writeState(query, "one", controls, one);
        writeState(query, "other", controls, other);
        const again = new URLSearchParams(query.toString());
        expect(readState(again, "one", controls)).toEqual(one);
        expect(readState(again, "other", controls)).toEqual(other);
        expect(again.get("q")).toBe("1");
      }),
    );
  });

  it("says nothing of what is as at the beginning", () => {
    const query = new URLSearchParams("f.lr=0.5&f.steps=3");
    writeState(query, "f", controls, initialState(controls));
    expect(query.toString()).toBe("");
  });

  it("is as at the beginning where an address is wrong", () => {
    const start = initialState(controls);
    for (const wrong of [
      "f.lr=2",
      "f.lr=NaN",
      "f.lr=",
      "f.rule=lion",
      "f.corrected=yes",
      "f.steps=Infinity",
      "f.none=1",
    ])
      expect(readState(new URLSearchParams(wrong), "f", controls)).toEqual(start);
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(controls)), fc.string(), (key, text) => {
        const read = readState(new URLSearchParams([[`f.${key}`, text]]), "f", controls);
        expect(Object.keys(read)).toEqual(Object.keys(controls));
        expect(read.steps >= 0 && read.steps <= 100).toBe(true);
      }),
    );
  });
});
