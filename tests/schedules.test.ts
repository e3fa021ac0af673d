/** docs/schedules.md says what is so. */
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { describe, expect, it, test } from "vitest";
import { drawSchedules } from "../scripts/draw-schedules.ts";
import * as gradus from "../src/index.ts";
import { type Schedule, schedules } from "../src/schedules/index.ts";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const page = read("../docs/schedules.md");

interface Reference {
  readonly schedule: string;
  readonly source: string;
  readonly values: Readonly<Record<string, number>>;
}

const references: readonly Reference[] = JSON.parse(read("reference/schedules.json"));

/** The second column of a section's table, where it is code that makes something. */
function translations(section: string): { theirs: string; ours: string }[] {
  const text = page.split(/^###? /m).find((part) => part.startsWith(section))!;
  const rows = [...text.matchAll(/^\| (.*) \| `(.*[({].*)` \| .*\|$/gm)];
  return rows.map(([, theirs, ours]) => ({ theirs: theirs!, ours: ours! }));
}

const evaluate = (code: string): Schedule => runInContext(code, createContext({ ...schedules }));

/** Those with all of whose values it agrees as closely as a schedule must. */
const agreeing = (schedule: Schedule) =>
  references.filter(({ schedule: name, values }) =>
    Object.entries(values).every(
      ([k, value]) =>
        name !== "reduceOnPlateau" &&
        Math.abs(schedule(Number(k) + 1) - value) <= 1e-12 * Math.abs(value),
    ),
  );

describe.each(["PyTorch", "Optax"])("what %s has", (library) => {
  const rows = translations(library).filter(({ ours }) => !ours.startsWith("reduceOnPlateau"));

  test.each(rows)("$theirs is $ours", ({ ours }) => {
    expect(agreeing(evaluate(ours)).map(({ source }) => source)).not.toEqual([]);
  });

  it("is all there", () => expect(rows.length).toBeGreaterThan(15));
});

describe("what others have", () => {
  const rows = translations("Keras");

  test.each(rows)("$theirs is $ours", ({ ours }) => {
    const schedule = evaluate(ours);
    for (let step = 1; step <= 150; step++) expect(schedule(step)).toSatisfy(Number.isFinite);
  });

  it("is all there", () => expect(rows.length).toBeGreaterThan(15));
});

it("has examples that run", () => {
  const examples = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);
  expect(examples.length).toBe(3);
  for (const code of examples) {
    const net = gradus.parameters({ "layers.0": [2, 3], "layers.1": [3] });
    const context = createContext({ ...gradus, net, validationLoss: 0.5 });
    expect(() => runInContext(code, context), code).not.toThrow();
  }
});

it("names every schedule", () => {
  const code = ["PyTorch", "Optax", "Keras"].flatMap(translations).map(({ ours }) => ours);
  const missing = Object.keys(schedules).filter(
    (name) => !code.some((each) => new RegExp(`\\b${name}\\(`).test(each)),
  );
  expect(missing).toEqual([]);
});

it("shows the curves of the functions as they are: `npx tsx scripts/draw-schedules.ts` draws them", () => {
  expect(read("../docs/schedules.svg")).toBe(drawSchedules());
});
