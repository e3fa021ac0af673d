/** Whether what is recorded is what arrived. */
import { describe, expect, it } from "vitest";
import { csvOf, RaceRecord } from "./record.ts";
import { summaryOf } from "./summary.ts";

const facts = {
  kind: "surface" as const,
  columns: ["value", "x", "y"],
  least: undefined,
  problems: [undefined, undefined, "no"],
};
const rows = (...numbers: number[]) => Float64Array.from(numbers);

function record(): RaceRecord {
  const made = new RaceRecord(facts, 2, 3);
  made.add(
    [
      { entry: 0, pictures: [], rows: rows(4, 2, 0, 1, 1, 0) },
      { entry: 1, pictures: [], rows: rows(4, 2, 0) },
    ],
    false,
  );
  made.add([{ entry: 0, pictures: [], rows: rows(-1, 0, 0.5) }], true);
  return made;
}

describe("a record", () => {
  it("has the rows of each in their order", () => {
    const made = record();
    expect([0, 1, 2].map((entry) => made.lastOf(entry))).toEqual([2, 0, -1]);
    expect([0, 1, 2].map((step) => made.at(0, step))).toEqual([4, 1, -1]);
    expect(made.at(0, 2, 2)).toBe(0.5);
    // One that has ended stays where it was.
    expect(made.at(1, 2)).toBe(4);
    expect(made.at(2, 0)).toBeNaN();
  });

  it("knows who has diverged, and who never raced", () => {
    expect([0, 1, 2].map((entry) => record().hasDiverged(entry))).toEqual([false, true, false]);
  });

  it("has reached what the first of those who go on have", () => {
    const made = new RaceRecord(facts, 2, 3);
    expect(made.reached).toBe(0);
    made.add([{ entry: 0, pictures: [], rows: rows(4, 2, 0, 1, 1, 0) }], false);
    expect(made.reached).toBe(1);
    made.add([], true);
    expect(made.reached).toBe(2);
  });

  it("measures from the least, or from the lowest that was seen", () => {
    expect(record().reference).toBe(-1);
    expect(new RaceRecord({ ...facts, least: -3 }, 2, 3).reference).toBe(-3);
    expect(new RaceRecord(facts, 2, 3).reference).toBe(0);
  });

  it("is summed up in a sentence", () => {
    expect(summaryOf(record(), ["Adam", "SGD", "mine"])).toBe(
      "After 2 steps Adam is lowest, at −1. SGD diverges.",
    );
    const none = new RaceRecord(facts, 2, 3);
    none.add([], true);
    expect(summaryOf(none, ["Adam", "SGD", "mine"])).toBe(
      "No optimizer arrives. Adam and SGD diverge.",
    );
  });

  it("is a table with a row for each optimizer and step", () => {
    expect(csvOf(record(), ['My "best", so far', "SGD", "none"])).toBe(
      [
        "optimizer,step,value,x,y",
        '"My ""best"", so far",0,4,2,0',
        '"My ""best"", so far",1,1,1,0',
        '"My ""best"", so far",2,-1,0,0.5',
        "SGD,0,4,2,0",
        "",
      ].join("\n"),
    );
  });
});
