import type { Task } from "gradus/tasks";
import { describe, expect, it } from "vitest";
import { parseRule } from "../specification.ts";
import type { Rate } from "./plan.ts";
import { type Choice, type Conditions, choicesOf, choicesText, seedList } from "./rate-choices.ts";

const rate = (text: string, origin: Rate["origin"]): Rate => ({
  ...{ rule: parseRule(text), lr: 0.1, origin },
});

const conditions: Conditions = {
  steps: 400,
  batch: 128,
  settings: { hidden: [9] },
  data: undefined,
};

const task = {
  defaults: { steps: 940, batch: 128, settings: { hidden: [9] } },
  tuned: { sgd: 0.1, adam: 0.1 },
  sweep: { seeds: [1001, 1002], steps: 400 },
} as unknown as Task;

const choices = (rates: readonly Rate[], changes = {}) =>
  Object.fromEntries(choicesOf(rates, task, { ...conditions, sweep: false, ...changes }));

describe("choicesOf", () => {
  const tuned = [rate("sgd", "tuned"), rate("adam", "tuned")];

  it("counts a rate as tuned only for the runs for which it was tuned", () => {
    expect(choices(tuned)).toEqual({ sgd: "tuned", adam: "tuned" });
    for (const change of [
      { steps: 940 },
      { batch: 64 },
      { settings: { hidden: [8] } },
      { data: "mine" },
    ]) {
      expect(choices(tuned, change)).toEqual({ sgd: "elsewhere", adam: "elsewhere" });
    }
  });

  it("takes the task's steps if no sweep says which", () => {
    const { sweep: _, ...plain } = task;
    const of = (steps: number) =>
      choicesOf(tuned, plain as Task, { ...conditions, steps, sweep: false }).get("sgd");
    expect([of(940), of(400)]).toEqual(["tuned", "elsewhere"]);
  });

  it("does not count the rate of an optimizer with other options or transforms as tuned", () => {
    const others = [rate("adam(beta2=0.9)", "tuned"), rate("clipByGlobalNorm+adam", "tuned")];
    expect(Object.values(choices(others))).toEqual(["elsewhere", "elsewhere"]);
  });

  it("tells given rates, defaults and swept ones apart", () => {
    const rates = [rate("sgd", "given"), rate("momentum", "default")];
    expect(choices(rates)).toEqual({ sgd: "given", momentum: "default" });
    expect(choices(rates, { sweep: true })).toEqual({ sgd: "swept", momentum: "swept" });
  });
});

describe("choicesText", () => {
  const text = (of: Record<string, Choice>, seeds = [1, 2], own = task) =>
    choicesText(new Map(Object.entries(of)), own, { seeds, tuningSeeds: [1001, 1002] });

  it("says which seeds chose the rates, and whether the same seeds are shown", () => {
    expect(text({ sgd: "tuned" })).toBe(
      "The task's tuned ones, chosen on seeds 1001 and 1002, none of which is shown here.",
    );
    const same = { ...task, sweep: { ...task.sweep!, seeds: [2] } };
    expect(text({ sgd: "tuned" }, [1, 2], same)).toBe(
      "The task's tuned ones, chosen on seed 2, shared with the runs here, which makes them look better.",
    );
    expect(text({ sgd: "swept" })).toBe(
      "Chosen by the sweep on seeds 1001 and 1002, none of which is compared.",
    );
  });

  it("says it for each optimizer if they differ", () => {
    expect(text({ sgd: "given", adam: "given", momentum: "default" })).toBe(
      "sgd and adam: as they were given. momentum: the optimizers' defaults, which nobody tuned.",
    );
  });
});

describe("seedList", () => {
  it("names all if they are few, otherwise the first and the last", () => {
    expect(seedList([7])).toBe("seed 7");
    expect(seedList([1, 2, 3])).toBe("seeds 1, 2 and 3");
    expect(seedList([1, 2, 3, 4, 5])).toBe("seeds 1 to 5");
  });
});
