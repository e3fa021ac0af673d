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

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  ...readdirSync(new URL("docs/", root), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => `docs/${path.replaceAll("\\", "/")}`),
];

/** What GitHub makes of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\- ]/gu, "")
    .replaceAll(" ", "-");

const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, "");

const anchorsOf = (text: string): string[] =>
  [...withoutCode(text).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading!));

it.each(pages)("%s links to what exists", (page) => {
  const text = read(page);
  const folder = new URL(page, root);
  const links = [...withoutCode(text).matchAll(/(?:\]\(|src(?:set)?=")([^)":\s]+)[)"]/g)].map(
    (match) => match[1]!,
  );
  expect(links.filter((link) => !existsSync(new URL(link, folder)))).toEqual([]);
  const toHeadings = links.filter((link) => link.includes("#"));
  const lost = toHeadings.filter((link) => {
    const target = readFileSync(new URL(link, folder), "utf8");
    return !anchorsOf(target).includes(link.slice(link.indexOf("#") + 1));
  });
  expect(lost).toEqual([]);
});

// Decisions speak of files that are gone, too.
it.each(pages.filter((page) => !page.startsWith("docs/decisions/")))(
  "%s names files that exist",
  (page) => {
    const named = [
      ...read(page).matchAll(/`((?:src|docs|tests|scripts|bench|examples)\/[\w./-]+\.\w+)`/g),
    ];
    const files = named.map((match) => match[1]!).filter((path) => !path.includes("powerSign"));
    expect(files.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
  },
);

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
