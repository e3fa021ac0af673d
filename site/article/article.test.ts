import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { adagrad } from "gradus";
import { describe, expect, it } from "vitest";
import { readState } from "../figures/address.ts";
import { figures } from "../figures/list.ts";
import { run } from "../figures/run.ts";
import { rules } from "./rules.ts";

const folder = import.meta.dirname;
const texts = readdirSync(folder).filter((name) => name.endsWith(".md"));
const links = texts.flatMap((name) =>
  [
    ...readFileSync(join(folder, name), "utf8").matchAll(/\(\/article\/\?([^)#]*)#figure-(\w+)\)/g),
  ].map(([, query, figure]) => ({ file: name, query: query!, name: figure! })),
);

describe("links that set a figure", () => {
  it("are there", () => {
    expect(links.length).toBeGreaterThan(10);
  });

  it.each(links)(
    "$file: $query sets controls that $name has, to valid values",
    async ({ query, name }) => {
      const { figure } = await figures[name]!();
      const asked = new URLSearchParams(query);
      const state: Readonly<Record<string, unknown>> = readState(asked, name, figure.controls);
      for (const [key, text] of asked) {
        expect(key).toMatch(`${name}.`);
        const value = state[key.slice(name.length + 1)];
        expect(typeof value === "boolean" ? String(Number(value)) : String(value)).toBe(text);
      }
    },
  );
});

describe("rules", () => {
  it("that the article defines equal the library's", () => {
    const way = (rule: (typeof rules)[string]) =>
      run(rule, ([x], t) => [3 * x! + Math.sin(t)], [2], 50).map(({ parameters }) => parameters[0]);
    expect(way(rules["adagrad"]!)).toEqual(way(adagrad()));
  });
});
