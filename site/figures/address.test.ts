import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readState, stopAt, writeState } from "./address.ts";

const controls = {
  steps: { kind: "range", label: "steps", min: 0, max: 60, step: 1, value: 40 },
  lr: { kind: "range", label: "η", min: 0.001, max: 0.1, step: 1.05, log: true, value: 0.03 },
  which: { kind: "choice", label: "which", options: ["a", "b c"], value: "a" },
  on: { kind: "toggle", label: "on", value: false },
} as const;
const read = (query: string) => readState(new URLSearchParams(query), "test", controls);
const beginning = { steps: 40, lr: 0.03, which: "a", on: false };

describe("the state in an address", () => {
  it("is read back as it was written, beside that of other figures", () => {
    const state = fc.record({
      steps: fc.integer({ min: 0, max: 60 }),
      lr: fc.double({ min: 0.001, max: 0.1, noNaN: true }),
      which: fc.constantFrom("a", "b c"),
      on: fc.boolean(),
    });
    fc.assert(
      fc.property(state, (state) => {
        const query = new URLSearchParams("other.steps=3");
        writeState(query, "test", controls, state);
        expect(read(query.toString())).toEqual(state);
        expect(query.get("other.steps")).toBe("3");
      }),
    );
  });

  it("does not contain values that are initial", () => {
    const query = new URLSearchParams("test.steps=3");
    writeState(query, "test", controls, beginning);
    expect(query.toString()).toBe("");
  });

  it("is the initial one if the address is wrong", () => {
    for (const wrong of ["steps=61", "steps=-1", "steps=", "steps=x", "lr=NaN", "which=c", "on=2"])
      expect(read(`test.${wrong}`), wrong).toEqual(beginning);
  });

  it("has whole steps, and multiples of the slider's step", () => {
    expect(read("test.steps=10.4").steps).toBe(10);
    expect(stopAt({ ...controls.steps, min: -10, step: 0.1 }, 0.3000001)).toBe(0.3);
  });
});
