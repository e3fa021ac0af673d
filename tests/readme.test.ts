/** The README says what is so. */
import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { optimizers, schedules, transforms } from "../src/index.ts";

const root = new URL("../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const readme = read("README.md");

it("shows the example that tests/package.test.ts runs", () => {
  expect(readme).toContain(read("examples/spirals.ts"));
});

it("shows Adam as it is", () => {
  const [rule] = /rule: `[^`]*`/.exec(read("src/optimizers/adam.ts"))!;
  expect(readme).toContain(rule);
});

it("lists everything that there is, and nothing else", () => {
  for (const [title, registry] of Object.entries({
    Optimizers: optimizers,
    Transforms: transforms,
    Schedules: schedules,
  })) {
    const row = readme.split("\n").find((line) => line.startsWith(`| ${title} |`))!;
    const listed = [...row.matchAll(/`(\w+)`/g)].map((match) => match[1]!);
    expect(listed.sort()).toEqual(Object.keys(registry).sort());
  }
});

it.each(["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/wrappers.md"])(
  "%s links to what exists",
  (page) => {
    const text = read(page);
    const folder = new URL(page, root);
    const links = [...text.matchAll(/(?:\]\(|src(?:set)?=")([^)":]+)[)"]/g)].map(
      (match) => match[1]!,
    );
    const named = [
      ...text.matchAll(/`((?:src|docs|tests|scripts|bench|examples)\/[\w./-]+\.\w+)`/g),
    ];
    expect(links.filter((link) => !existsSync(new URL(link, folder)))).toEqual([]);
    const files = named.map((match) => match[1]!).filter((path) => !path.includes("powerSign"));
    expect(files.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
  },
);
