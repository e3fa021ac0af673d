/** What `gradus fit` prints, writes and says to mistakes. */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { reporting } from "../typed.ts";
import { fitFile } from "./fit.ts";
import { parameterRows } from "./fitted.ts";
import { fitPage } from "./page.ts";

const { pathTo, reported: fit } = reporting("fit");

/** Data of 2.5 exp(-1.3 x) + 0.5, and a little more. */
const decay = Array.from({ length: 21 }, (_, i) => {
  const x = i / 4;
  return `${x},${2.5 * Math.exp(-1.3 * x) + 0.5 + 0.01 * Math.sin(40 * x)}`;
});

function write(name: string, lines: readonly string[]): string {
  const path = pathTo(name);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

const byDefault = { loss: "linear", lossScale: "1", level: "0.95" };

describe("fitFile", () => {
  it("finds parameters, and the report shows them with curve, band and residuals", () => {
    const path = write("data.csv", ["x,y", ...decay]);
    const options = { ...byDefault, start: "a=1,b=0.1,c=0" };
    const found = fitFile(path, "a * exp(-b * x) + c", options, "gradus fit ...");
    expect(found.result.converged).toBe(true);
    expect(found.result.x["b"]).toBeCloseTo(1.3, 1);
    const page = fitPage(found, "");
    expect(page).toContain('<meta name="generator" content="gradus">');
    expect(page.match(/<svg /g)).toHaveLength(2);
    expect(page.match(/<circle class="dot"/g)).toHaveLength(42);
    expect(page.match(/<path class="(band|line)"[^>]* d="M/g)).toHaveLength(2);
    for (const row of parameterRows(found)) for (const cell of row) expect(page).toContain(cell);
    expect(page).not.toMatch(/NaN|Infinity|undefined|<script/);
  });

  it("takes columns by their names, without names, and with semicolons", () => {
    const options = { ...byDefault, start: "a=1,b=1,c=0" };
    const text = "a * exp(-b * x) + c";
    const plain = fitFile(write("plain.csv", decay), text, options, "");
    const lines = ["time (s);count", ...decay.map((line) => line.replace(",", ";"))];
    const named = fitFile(write("named.csv", lines), text, options, "");
    expect(named.result.x).toEqual(plain.result.x);
    expect(named.observations).toMatchObject({ response: "count", predictors: ["x"] });
    const swapped = fitFile(
      write("other.csv", lines),
      "b * y0 + a",
      {
        ...{ ...byDefault, start: "a=1,b=1,y0=1" },
        ...{ x: "count", y: "time (s)" },
      },
      "",
    );
    expect(swapped.observations).toMatchObject({
      response: "time (s)",
      predictors: ["x", "count"],
    });
  });

  it("fits several predictors, with weights and bounds", () => {
    const lines = [1, 2, 3, 4, 5, 6].flatMap((u) => [1, 2].map((v) => `${u},${v},${3 * u - v},1`));
    const path = write("plane.csv", ["u,v,height,w", ...lines, "1,1,99,0"]);
    const options = { ...byDefault, y: "height", weights: "w", start: "a=1,b=1" };
    const free = fitFile(path, "a * u + b * v", options, "");
    expect(free.result.x["a"]).toBeCloseTo(3, 10);
    expect(free.result.x["b"]).toBeCloseTo(-1, 10);
    const held = fitFile(path, "a * u + b * v", { ...options, bounds: "a=0..10,b=-0.5.." }, "");
    expect(held.result.x["b"]).toBe(-0.5);
    // Of two predictors there is no curve; residuals are drawn.
    expect(fitPage(held, "").match(/<svg /g)).toHaveLength(1);
  });

  it("says which parameters are not determined", () => {
    const options = { ...byDefault, start: "a=1,b=1" };
    const found = fitFile(write("data.csv", decay), "a + b + 0 * x", options, "");
    expect(found.result).toMatchObject({ converged: false, reason: "undetermined" });
    expect(found.result.message).toContain("do not determine a, b");
    expect(parameterRows(found).map(([, , error]) => error)).toEqual(
      Array(2).fill("not determined"),
    );
    expect(fitPage(found, "")).not.toMatch(/NaN|Infinity|undefined/);
  });
});

const start = ["--start", "a=1,b=1"];

/** What stands in the file, what is typed, and what is said. */
const mistakes: readonly (readonly [readonly string[], readonly string[], string])[] = [
  [
    ["1,2", "2,3"],
    ["a * x"],
    "--start is missing: give each parameter an initial value, as in --start a=1,b=0.1",
  ],
  [["1,2", "2,3"], ["a * x + b", "--start", "a"], "--start a: write it as a=1,b=0.1"],
  [["1,2", "2,3"], ["a * x + b", "--start", "a=1,a=2"], "--start: `a` is given twice"],
  [["1,2", "2,3"], ["a * x + b", "--start", "a=one"], '--start: `a` must be a number, not "one"'],
  [["1,2", "2,3"], ["a * x", ...start], "--start: the model has no parameter `b`"],
  [
    ["1,2", "2,3"],
    ["a * x + bb", "--start", "a=1"],
    "the model, column 9: unknown name `bb`: give a parameter an initial value, --start bb=1; the columns are x\n  a * x + bb\n          ^^",
  ],
  [
    ["1,2", "2,3"],
    ["a * epx(x) + b", ...start],
    "the model, column 5: unknown function `epx`; did you mean `exp`?\n  a * epx(x) + b\n      ^^^",
  ],
  [
    ["1,2", "2,3"],
    ["a * exp(x, 2) + b", ...start],
    "the model, column 5: `exp` takes one operand, exp(x), not 2\n  a * exp(x, 2) + b\n      ^^^^^^^^^",
  ],
  [
    ["1,2", "2,3"],
    ["a * (x + b", ...start],
    "the model, column 11: expected `)` to close the parenthesis, but the line ends here\n  a * (x + b\n            ^",
  ],
  [
    ["1,2", "2,3"],
    ["a ** x + b", ...start],
    "the model, column 3: a power is `a ^ b`, not `a ** b`\n  a ** x + b\n    ^^",
  ],
  [["1,2", "2,3"], ["", ...start], "the model, column 1: "],
  [["1,2", "2,3"], ["a*x\nb = 2", ...start], "the model, column 1: a model must be one expression"],
  [["1,2", "2,3"], ["a * x + b", ...start, "--y", "z"], 'csv has no column "z" (it has x, y)'],
  [
    ["1,2", "2,3"],
    ["a * x + b", ...start, "--bounds", "c=1..2"],
    "--bounds: there is no parameter `c`; the parameters are a, b",
  ],
  [
    ["1,2", "2,3"],
    ["a * x + b", ...start, "--bounds", "a=1"],
    "--bounds: write the range of `a` as a=0..10",
  ],
  [
    ["1,2", "2,3"],
    ["a * x + b", ...start, "--bounds", "a=3..2"],
    "--bounds: `a` cannot be between 3 and 2",
  ],
  [
    ["1,2", "2,3"],
    ["a * x + b", ...start, "--loss", "hubr"],
    '--loss: there is no loss "hubr"; the losses are linear, huber',
  ],
  [
    ["1,2", "2,3"],
    ["a * x + b", ...start, "--level", "95"],
    '--level must be a number between 0 and 1, not "95"',
  ],
  [["x,a", "2,3"], ["a * x + b", ...start], "`a` is a column of"],
  [
    ["u,v,w", "1,2,3"],
    ["a * u + b", ...start],
    "name the column to fit with --y; the columns are u, v, w",
  ],
];

/** Files that are none of observations. */
const files: readonly (readonly [readonly string[], string])[] = [
  [[], "d.csv is empty"],
  [["x,y"], "d.csv has column names, but no numbers"],
  [["x,x", "1,2"], 'two columns are named "x"'],
  [["x,y", "1,2", "3"], "line 3: it has 1 columns, but the first line has 2"],
  [["x,y", "1,2", "3,"], 'line 3: column "y" is empty'],
  [["x,y", "1,two"], 'line 2: column "y" has "two", which is not a number'],
  [["x;y", "1;2,5"], "which is not a number; write a decimal point instead of the comma"],
  [["x,y", '1,"2'], "is not a valid CSV file: "],
];

describe("mistakes", () => {
  it.each(mistakes)("%j %j: %s", async (lines, [model, ...options], message) => {
    const { code, stdout, stderr } = await fit(write("d.csv", lines), model!, ...options);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it.each(files)("%j: %s", async (lines, message) => {
    const { code, stdout, stderr } = await fit(write("d.csv", lines), "a * x + b", ...start);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^gradus: .*\n$/);
    expect(stderr).toContain(message);
  });

  it("are said of a file that is not there, and of a report that is no report", async () => {
    const none = await fit(pathTo("none.csv"), "a * x + b", ...start);
    expect(none.stderr).toMatch(/none\.csv cannot be read: /);
    const kept = write("mine.html", ["mine"]);
    const refused = await fit(write("d.csv", ["1,2"]), "a * x + b", ...start, "--out", kept);
    expect(refused.stderr).toContain("a file that is not a report of gradus");
    expect(readFileSync(kept, "utf8")).toBe("mine\n");
  });
});
