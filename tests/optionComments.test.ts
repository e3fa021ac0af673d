/** Editors show what an option means, what it may be and what it is by default: the built declarations say so. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { optimizers, type RuleFactory, transforms } from "../src/index.ts";

const dist = new URL("../dist/types/", import.meta.url);

/** What an option's comment says, by name. */
function commentsOf(folder: string, name: string): Map<string, string> {
  const text = readFileSync(new URL(`${folder}/${name}.d.ts`, dist), "utf8");
  const matches = text.matchAll(/^\t\/\*\* (.*) \*\/\n\treadonly (\w+)\?: /gm);
  return new Map([...matches].map(([, comment, option]) => [option!, comment!]));
}

const factories = [
  ...Object.entries(optimizers).map((each) => ["optimizers", ...each] as const),
  ...Object.entries(transforms).map((each) => ["transforms", ...each] as const),
] as unknown as [folder: string, name: string, factory: RuleFactory][];

describe.each(factories)("%s %s", (folder, name, { definition }) => {
  const comments = commentsOf(folder, name);

  it("says of each option what it may be, and what it is by default", () => {
    const ranges = (definition.ranges ?? {}) as Readonly<Record<string, string>>;
    expect([...comments.keys()]).toEqual(Object.keys(definition.hyper));
    for (const [option, usual] of Object.entries(definition.hyper)) {
      const comment = comments.get(option)!;
      const said = /; default ([^ ]+)\.(?: A bare number sets it\.)?$/.exec(comment)![1]!;
      if (typeof usual === "number") {
        expect(Number(said)).toBe(usual);
        expect(comment).toContain(`number in ${ranges[option]!.replace("whole ", "")}, or`);
        expect(comment.includes("whole number in ")).toBe(ranges[option]!.startsWith("whole"));
      } else {
        expect(said).toBe(String(usual));
      }
    }
  });

  it("says it in whole sentences, the default once", () => {
    for (const comment of comments.values()) {
      expect(comment).toMatch(/^[A-Z]/);
      expect(comment.match(/default/g)).toHaveLength(1);
      expect(comment).not.toMatch(/[,;( ]\.|\b(?:and|which)\. |as in `/i);
    }
  });
});

it("says of nearly all what they mean", () => {
  const all = factories.flatMap(([folder, name]) => [...commentsOf(folder, name)]);
  expect(all.length).toBeGreaterThan(250);
  const without = all.filter(([, comment]) => /^(A |True)/.test(comment));
  expect(without.map(([option]) => option)).toEqual([]);
});

it("is what an editor shows where an option is written", () => {
  // The language service of editors up to TypeScript 6, from the package that checks declarations: 7 has none to call.
  const checker = new URL("../node_modules/@arethetypeswrong/core/package.json", import.meta.url);
  const ts = createRequire(checker)("typescript");
  const file = fileURLToPath(new URL("editor.ts", import.meta.url));
  const text = `import { adam, optimize } from "../dist/types/index.js";
    optimize({ w: [1] }, adam({ beta1: 0.9 }));`;
  const service = ts.createLanguageService({
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name: string) =>
      ts.ScriptSnapshot.fromString(name === file ? text : (ts.sys.readFile(name) ?? "")),
    getCurrentDirectory: () => fileURLToPath(dist),
    getCompilationSettings: () => ({ module: ts.ModuleKind.NodeNext, strict: true }),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
  });
  const shown = (option: string) =>
    ts.displayPartsToString(
      service.getQuickInfoAtPosition(file, text.indexOf(option)).documentation,
    );
  expect(shown("beta1")).toBe(
    "Decay of the mean of gradients. A number in [0, 1), or a schedule; default 0.9.",
  );
});
