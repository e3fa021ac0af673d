/** docs/how-to-choose.md says what was measured: its figures are those of the pages that it names. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as gradus from "../src/index.ts";
import * as minimize from "../src/minimize/index.ts";
import { median } from "./leastSquares/runs.ts";

const read = (page: string) => readFileSync(new URL(`../docs/${page}`, import.meta.url), "utf8");
const page = read("how-to-choose.md");
const between = (text: string, from: string, to: string) =>
  text.slice(text.indexOf(from) + from.length, text.indexOf(to, text.indexOf(from))).trim();
/** Cells of the rows of a table, without its head. */
const rowsOf = (table: string) =>
  table
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

it("has the counts and medians of the table of docs/minimize.md", () => {
  const table = between(read("minimize.md"), "<!-- table -->", "<!-- end -->");
  const names = table
    .split("\n")[0]!
    .split("|")
    .slice(3, -1)
    .map((name) => name.trim());
  const rows = rowsOf(table);
  const counts = rows.pop()!;
  expect(counts[0]).toBe("**reached, of 35**");
  const lines = names.map((name, i) => {
    const evaluations = rows.map((row) => Number(/\d+/.exec(row[i + 2]!)![0]));
    return `| ${name} | ${counts[i + 2]!.replaceAll("*", "")} | ${median(evaluations)} |`;
  });
  const wanted = ["| method | reached, of 35 | evaluations |", "|---|---:|---:|", ...lines];
  expect(between(page, "<!-- problems -->", "<!-- /problems -->").split("\n")).toEqual(wanted);
});

it("quotes figures as the pages have them that it names", () => {
  const quotes = rowsOf(between(page, "<!-- figures -->", "<!-- /figures -->"));
  expect(quotes.length).toBeGreaterThan(8);
  for (const [, measured, link] of quotes) {
    const [, name] = /\]\((.+\.md)\)/.exec(link!)!;
    const plain = read(name!).replace(/\*\*/g, "").replace(/\s+/g, " ");
    expect(plain).toContain(measured!.replaceAll("\\|", "|"));
  }
});

it("names what there is", () => {
  const names = [...page.matchAll(/`(\w+)(?:\([^`]*)?`/g)].map(([, name]) => name!);
  const known = [
    ...Object.keys(gradus),
    ...Object.keys(minimize),
    ...Object.keys(gradus.optimizers),
  ];
  const options = [
    "hessianProduct",
    "typical",
    "loss",
    "lossScale",
    "rank",
    "reason",
    "storage",
    "warmupCosine",
  ];
  const unknown = names.filter((name) => ![...known, ...options].includes(name));
  expect(unknown).toEqual([]);
});
