/** The pages of the documentation run, block by block; each optimizer and transform says what it is, on a screen. */
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { makeExampleFolder } from "../scripts/examples/folder.ts";
import { blocksOf, pages, runBlock } from "../scripts/examples/pages.ts";
import type { Module } from "../scripts/examples/run.ts";
import { optimizers, type RuleFactory, transforms } from "../src/index.ts";
import { testDevice } from "./webgpu/adapter.ts";

const root = new URL("../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

const factories = Object.entries({ ...optimizers, ...transforms }) as unknown as [
  string,
  RuleFactory,
][];
const fileOf = (name: string) =>
  `src/${Object.hasOwn(optimizers, name) ? "optimizers" : "transforms"}/${name}.ts`;

describe.each(factories)("%s", (name, { definition }) => {
  const text = read(fileOf(name));
  const [comment = ""] =
    new RegExp(`/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\s*export const ${name}\\b`).exec(text) ?? [];

  it("has a title, a summary, a source and all its options in its documentation", () => {
    expect(definition).toMatchObject({ name, title: /./, summary: /\.$/ });
    for (const hyper of Object.keys(definition.hyper)) {
      expect(comment, `${name} says nothing of ${hyper}`).toContain(`\`${hyper}\``);
    }
  });

  it("fits on a screen", () => {
    expect(text.split("\n").length).toBeLessThanOrEqual(85);
  });
});

/** Of its own, for examples that write files. */
const folder = makeExampleFolder();
afterAll(() => folder.remove());

/** What is imported; a device is the one that tests have. */
const load = async (name: string): Promise<Module> => {
  const module: Module = await import(name);
  return name === "gradus/webgpu" ? { ...module, requestDevice: testDevice } : module;
};

describe.each(pages)("%s", (page) => {
  it.each(blocksOf(page))("%s", async (code) => {
    const compared = await runBlock(code, { load, folder: folder.path });
    expect(compared.filter(({ isSo }) => !isSo)).toEqual([]);
  });
});
