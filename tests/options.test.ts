/** docs/options.md has an answer for every name and option of PyTorch and Optax, and the answers are so. */
import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { optimize, parameters } from "../src/index.ts";
import answers from "./reference/answers.json" with { type: "json" };
import inputs from "./reference/inputs.json" with { type: "json" };
import { type Entry, type Row, readOptionsPage, spansOf } from "./support/optionsPage.ts";
import { isCode, namesIn, ourOptions, ruleMadeOf, whyNot } from "./support/ourOptions.ts";

const { versions, options: theirs } = JSON.parse(
  readFileSync(new URL("reference/options.json", import.meta.url), "utf8"),
) as {
  versions: Readonly<Record<string, string>>;
  options: Readonly<Record<string, readonly string[]>>;
};
const page = readOptionsPage();
const { rows, everywhere, kinds } = page;

const isTheirs = (code: string): boolean => /^(torch|optax)\./.test(code);
/** The one option of ours that an answer is, which each row then has to have. */
const optionOf = (here: string): string | undefined => /^`(\w+)`$/.exec(here)?.[1];
const isRefused = (text: string): boolean => text.startsWith("no, because");
const rowOf = (name: string): Row | undefined => rows.find(({ names }) => names.includes(name));
const namesOption =
  (option: string) =>
  ({ options }: Entry): boolean =>
    options.includes(option);

/** The names that a pattern with `*` stands for. */
const matching = (pattern: string): string[] => {
  const expression = new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
  return Object.keys(theirs).filter((name) => expression.test(name));
};
const patterns = kinds.flatMap(({ options }) => options);
const ofKinds = new Set(patterns.flatMap(matching));

/** What is here in the place of a row's names: optimizers, transforms, schedules, wrappers. */
const targetsOf = ({ here, entries }: Row): string[] =>
  [here, ...entries.map((entry) => entry.here)].flatMap(spansOf).flatMap(namesIn);

/** The code in a row that is something to carry out. */
const codeOf = ({ here, entries }: Row): string[] =>
  [here, ...entries.map((entry) => entry.here)].flatMap(spansOf).filter(isCode);

/** Whether one of the functions in a row has an option of this name. */
const isOption = (row: Row, name: string): boolean =>
  targetsOf(row).some((target) => ourOptions(target).includes(name));

const camelCase = (name: string): string =>
  name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

/** Whether the page says of an option what it is here. */
function isAnswered(row: Row, option: string): boolean {
  if (isRefused(row.here) || row.entries.some(namesOption(option))) {
    return true;
  }
  const shared = everywhere.find(namesOption(option));
  if (shared !== undefined) {
    const name = optionOf(shared.here);
    return name === undefined || isOption(row, name);
  }
  const other = row.as === undefined ? undefined : rowOf(row.as);
  return other !== undefined && isAnswered(other, option);
}

describe("what PyTorch and Optax have", () => {
  const listed = Object.entries(theirs).filter(([name]) => !ofKinds.has(name));

  test("stands in one row each, or belongs to a kind of names", () => {
    const counts = listed.map(([name]) => [
      name,
      rows.filter((row) => row.names.includes(name)).length,
    ]);
    expect(counts.filter(([, count]) => count !== 1)).toEqual([]);
  });

  test.each(listed)("%s: each option has its answer", (name, options) => {
    const row = rowOf(name);
    expect(options.filter((option) => row && !isAnswered(row, option))).toEqual([]);
  });

  test("is more than a few", () => expect(listed.length).toBeGreaterThan(150));
});

describe("the page", () => {
  it("names nothing that they do not have", () => {
    const named = [
      ...rows.flatMap(({ names, as }) => (as === undefined ? names : [...names, as])),
      ...page.answers.flatMap(spansOf).filter(isTheirs),
    ];
    expect(named.filter((name) => !(name in theirs))).toEqual([]);
    expect(patterns.filter((pattern) => matching(pattern).length === 0)).toEqual([]);
  });

  it("names no option that they do not have", () => {
    const strangers = rows.flatMap(({ names, entries }) => {
      const known = names.flatMap((name) => theirs[name] ?? []);
      return entries.flatMap(({ options }) => options).filter((option) => !known.includes(option));
    });
    expect(strangers).toEqual([]);
    const known = new Set(Object.values(theirs).flat());
    const shared = everywhere.flatMap(({ options }) => options);
    expect(shared.filter((option) => !known.has(option))).toEqual([]);
  });

  it("has an answer in each entry", () => {
    const entries = rows.flatMap((row) =>
      row.entries.map((entry) => ({ row: row.names[0], ...entry })),
    );
    expect(entries.filter(({ options, here }) => options.length === 0 || here === "")).toEqual([]);
    expect(rows.filter(({ here }) => here.trim() === "")).toEqual([]);
  });

  it("calls the same what is called the same", () => {
    const wrong = rows.flatMap((row) =>
      row.entries
        .filter(({ here }) => here.startsWith("the same"))
        .flatMap(({ options }) => options)
        .filter((option) => !isOption(row, camelCase(option)))
        .map((option) => `${row.names[0]}: ${option}`),
    );
    expect(wrong).toEqual([]);
  });

  it("says nothing of ours that does not exist", () => {
    const ofRows = rows.flatMap((row) =>
      [row, ...row.entries].map(({ here }) => ({
        of: row.names[0],
        here,
        targets: targetsOf(row),
      })),
    );
    const whole = everywhere.filter(({ here }) => optionOf(here) === undefined);
    const once = [...whole, ...kinds].map(({ options, here }) => ({
      of: options[0],
      here,
      targets: spansOf(here).flatMap(namesIn),
    }));
    const reasons = [...once, ...ofRows].flatMap(({ of, here, targets }) =>
      spansOf(here)
        .filter((code) => !isTheirs(code))
        .map((code) => whyNot(code, targets))
        .filter((reason) => reason !== undefined)
        .map((reason) => `${of}: ${reason}`),
    );
    expect(reasons).toEqual([]);
  });

  it("says no twelve times at most", () => {
    expect(page.answers.filter((text) => /\bno, because/.test(text)).length).toBeLessThanOrEqual(
      12,
    );
  });

  it("has its rows in order of their names", () => {
    for (const section of new Set(rows.map((row) => row.section))) {
      const names = rows
        .filter((row) => row.section === section)
        .map((row) => row.names[0]!.split(".").at(-1)!.toLowerCase());
      expect(names, section).toEqual(names.toSorted());
    }
  });

  it("says of which versions it speaks", () => {
    const text = readFileSync(new URL("../docs/options.md", import.meta.url), "utf8");
    expect(text).toContain(`PyTorch ${versions["torch"]!.replace(/\.0$/, "")}`);
    expect(text).toContain(`Optax ${versions["optax"]}`);
  });
});

type Tensors = Readonly<Record<"w" | "b", readonly number[]>>;

describe("the code of an answer", () => {
  test.each(answers)("computes what $source does: $rule of $name", ({ name, rule, float64 }) => {
    const net = parameters({ w: [3, 4], b: [5] }, { type: "float64" });
    net.w.data.set(inputs.parameters.w);
    net.b.data.set(inputs.parameters.b);
    using optimizer = optimize(net, ruleMadeOf(rule, codeOf(rowOf(name)!)));
    const recorded = float64 as Readonly<Record<string, Tensors>>;
    for (const [index, gradients] of inputs.gradients.entries()) {
      optimizer.step(gradients);
      for (const [key, expected] of Object.entries(recorded[index + 1] ?? {})) {
        const largest = Math.max(...expected.map(Math.abs));
        const found = net[key as "w" | "b"].data;
        const errors = expected.map((value, i) => Math.abs(found[i]! - value) / largest);
        expect(Math.max(...errors), `step ${index + 1}, ${key}`).toBeLessThanOrEqual(1e-12);
      }
    }
  });

  test("is compared to the end", () => {
    expect(answers.length).toBeGreaterThan(10);
    expect(answers.every(({ float64 }) => "25" in float64)).toBe(true);
  });
});
