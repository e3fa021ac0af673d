/** docs/differences.md says of every name what other libraries do. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { optimizers, schedules, transforms } from "../src/index.ts";

const page = readFileSync(new URL("../docs/differences.md", import.meta.url), "utf8");

/** The names in the first column of a section's table, and what is said of them. */
function rowsOf(title: string): [name: string, text: string][] {
  const section = page.split(/^## /m).find((text) => text.startsWith(title))!;
  return [...section.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, name, text]) => [name!, text!]);
}

describe.each([
  ["Optimizers", optimizers],
  ["Transforms", transforms],
  ["Schedules", schedules],
])("%s", (title, registry) => {
  it("has one row for each name, and none for others", () => {
    const names = rowsOf(title).map(([name]) => name);
    expect(names.toSorted()).toEqual(Object.keys(registry).toSorted());
  });
});

it.each([...rowsOf("Optimizers"), ...rowsOf("Transforms")])("%s names the libraries", (_, text) => {
  expect(text).toMatch(/PyTorch|torch\.|Others/);
  expect(text).toMatch(/Optax|optax/);
});
