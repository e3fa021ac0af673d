import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { plot } from "../../scripts/figures/plot.ts";

const docs = new URL("../../docs/", import.meta.url);
const page = readFileSync(new URL("claims.md", docs), "utf8");

test("each place for figures in docs/claims.md is filled", () => {
  const places = [...page.matchAll(/<!-- (\w+) -->([\s\S]*?)<!-- \/\1 -->/g)];
  const scripts = readFileSync(new URL("../scripts/claims.ts", docs), "utf8");
  expect(places.length).toBe(9);
  for (const [, name, figures] of places) {
    expect(scripts).toContain(`./claims/${name}.ts`);
    expect(figures).toMatch(/\| [-−∞\d]/);
    expect(figures).not.toMatch(/NaN|undefined/);
  }
});

test("each plot is shown, and each plot that is shown is there", () => {
  const shown = [...page.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map((match) => match[1]!);
  expect(shown.filter((path) => !existsSync(new URL(path, docs)))).toEqual([]);
  const plots = readdirSync(new URL("claims/", docs)).map((file) => `claims/${file}`);
  expect(shown.sort()).toEqual(plots.sort());
});

test("a plot has a line and a name for each series, in colours for light and dark", () => {
  const svg = plot({
    title: "a < b",
    x: { label: "steps", log: false, format: "integer" },
    y: { label: "loss", log: true, format: "number" },
    lines: [
      { label: "one", x: [1, 2, 3], y: [1, 0.1, 0.01] },
      { label: "two & three", x: [1, 2, 3], y: [1, 2, Number.POSITIVE_INFINITY] },
    ],
  });
  expect(svg).toContain('aria-label="a &lt; b"');
  expect(svg).toContain("prefers-color-scheme:dark");
  expect(svg).toContain(">two &amp; three</text>");
  expect(svg.match(/class="line"/g)).toHaveLength(2);
  expect(svg.match(/class="over"/g)).toHaveLength(1);
  expect(svg).not.toMatch(/NaN|undefined|null/);
});
