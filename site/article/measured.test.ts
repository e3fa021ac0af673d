/** The article's table of measurements agrees with docs/claims.md. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { anchorOf } from "../markdown.ts";

const read = (...path: string[]) => readFileSync(join(import.meta.dirname, ...path), "utf8");
const sections = read("..", "..", "docs", "claims.md")
  .split(/^## /m)
  .map((text) => [anchorOf(text.split("\n")[0]!), text] as const);
const claims = new Map(sections);

const rows = read("13-measured.md")
  .split("\n")
  .flatMap((line) => {
    const match = /^\| \[[^\]]+\]\(\/guides\/claims\/#([\w-]+)\) \| (.*) \|$/.exec(line);
    return match === null ? [] : [[match[1]!, match[2]!] as const];
  });

it("finds the rows of the table", () => {
  expect(rows.length).toBe(7);
});

it.each(rows)("has for %s only numbers that are on the page", (anchor, text) => {
  const section = claims.get(anchor);
  expect(section).toBeDefined();
  const known = new Set(section!.match(/\d+(\.\d+)?/g));
  for (const number of text.match(/\d+(\.\d+)?/g) ?? []) expect(known).toContain(number);
});
