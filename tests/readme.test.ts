/** The README says what is so. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { optimizers, schedules, transforms } from "../src/index.ts";
import { engines } from "./engines/engines.ts";

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

it.each([
  "README.md",
  "CONTRIBUTING.md",
  "docs/architecture.md",
  "docs/autodiff.md",
  "docs/examples.md",
  "docs/errors.md",
  "docs/from-optax.md",
  "docs/from-pytorch.md",
  "docs/from-tensorflow-js.md",
  "docs/how-to-choose.md",
  "docs/jax-js.md",
  "docs/remap.md",
  "docs/storage.md",
  "docs/tensorflow-js.md",
  "docs/wrappers.md",
  "docs/glossary.md",
  ...readdirSync(new URL("docs/guides/", root)).map((name) => `docs/guides/${name}`),
])("%s links to what exists", (page) => {
  const text = read(page);
  const folder = new URL(page, root);
  const links = [...text.matchAll(/(?:\]\(|src(?:set)?=")([^)":]+)[)"]/g)].map(
    (match) => match[1]!,
  );
  const named = [...text.matchAll(/`((?:src|docs|tests|scripts|bench|examples)\/[\w./-]+\.\w+)`/g)];
  expect(links.filter((link) => !existsSync(new URL(link, folder)))).toEqual([]);
  const files = named.map((match) => match[1]!).filter((path) => !path.includes("powerSign"));
  expect(files.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
});

it("says where it runs as docs/engines.md does, of every engine", () => {
  const page = read("docs/engines.md");
  const between = (text: string, from: string, to: string) =>
    text.slice(text.indexOf(from), text.indexOf(to, text.indexOf(from) + 1));
  const rowsOf = (text: string) =>
    [...text.matchAll(/^\| (?!engine |---)(.*) \|$/gm)].map((match) => match[1]!.split(" | "));
  const rows = rowsOf(between(readme, "<!-- engines -->", "<!-- /engines -->"));
  const [date] = /^\d{4}-\d\d-\d\d/m.exec(page)!;
  expect(rows.map(([label]) => label)).toEqual(engines.map(({ label }) => label));
  expect(rows.every((row) => row.at(-1) === date)).toBe(true);
  const named = rows.map(([label, version]) => `${label} ${version}`);
  for (const section of ["What is shipped", "In a user's bundle"]) {
    const found = rowsOf(between(page, `## ${section}`, "\n## "));
    expect(found.map(([name]) => name)).toEqual(named);
    expect(found.flatMap((row) => row.slice(1)).filter((cell) => !/^0 of \d/.test(cell))).toEqual(
      [],
    );
  }
});
