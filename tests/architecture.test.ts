/** The layering of the design: who may import whom, no cycles, and files that fit a screen or few. */
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findCycle, importsOf, type SourceFile, sourceFiles } from "./support/imports.ts";

const files = ["src", "charts", "formulas", "cli/src", "site"].flatMap(sourceFiles);
const code = files.filter(({ path }) => !path.endsWith(".test.ts"));

/**
 * For each folder of src, what its files may import besides their own folder: folders, or single
 * files. Types count like values. What is not named may import nothing.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  rule: [],
  explain: ["rule"],
  compilers: ["rule"],
  // What only some rules need of compilers and runtime, for those that define rules.
  "features.ts": ["compilers", "rule", "runtime"],
  "define.ts": ["features.ts", "rule"],
  "builtIn.ts": ["features.ts", "rule"],
  "storages.ts": ["compilers", "rule", "runtime"],
  optimizers: ["builtIn.ts", "rule"],
  transforms: ["builtIn.ts", "rule"],
  schedules: [],
  runtime: ["compilers", "rule"],
  // Draws as rules do, for parameters.
  init: ["runtime", "rule/graph/random.ts"],
  wrappers: ["builtIn.ts", "compilers/backend.ts", "features.ts", "runtime", "rule", "transforms"],
  checkpoint: ["runtime"],
  pytorch: ["runtime", "checkpoint/crc32.ts"],
  webgpu: ["runtime", "compilers", "rule"],
  // Its kernels are assembled by hand, on the parameters' memory.
  autodiff: [
    "runtime/memory",
    "runtime/threads",
    "compilers/backend.ts",
    "compilers/wasm/assembler",
    "compilers/wasm/width.ts",
  ],
  // Tries kernels of each kind before it trusts them.
  wide: ["compilers", "optimizers", "rule", "runtime", "storages.ts"],
  distributed: [
    "checkpoint",
    "compilers/backend.ts",
    "compilers/wasm/assembler",
    "rule",
    "runtime",
    "wrappers",
  ],
  // Variables of TensorFlow.js as parameters, rules by name and as text, and what its files keep.
  tfjs: [
    "checkpoint",
    "define.ts",
    "optimizers",
    "rule",
    "runtime",
    "schedules",
    "storages.ts",
    "transforms",
    "webgpu",
    "wrappers",
  ],
  "jax-js": ["runtime", "rule", "webgpu", "wrappers"],
  tasks: ["runtime"],
  minimize: ["runtime", "optimizers", "rule"],
  "index.ts": [
    "define.ts",
    "storages.ts",
    "optimizers",
    "transforms",
    "wrappers",
    "schedules",
    "runtime",
    "compilers",
    "rule",
  ],
};

/** Open to all; they import nothing. */
const leaves = /^((allowance|feature|legible|suggest|tag)\.ts$|numbers\/)/;

/** Folders whose files may import what is not ours. */
const packages: Readonly<Record<string, RegExp>> = {
  // Types alone: Node's modules are found without an import, for pages have none.
  checkpoint: /^node:/,
  // The one of the user.
  tfjs: /^@tensorflow\/tfjs-core$/,
  "jax-js": /^@jax-js\/jax$/,
};

/**
 * The command takes the library by its names, as users do. Of these files it has copies of its own: nothing in them is
 * made once for all, and errors are known by their names.
 */
const copied = [
  "src/autodiff/kernels/index.ts",
  "src/compilers/wasm/assembler/listing.ts",
  "src/distributed/coroutine.ts",
  "src/distributed/gather.ts",
  "src/distributed/mpi/launcher.ts",
  "src/distributed/reduce.ts",
  "src/rule/explain/explanationText.ts",
  "src/rule/formula/text.ts",
  "src/rule/hyper.ts",
  "src/rule/planning/prepare.ts",
  "src/runtime/regularFile.ts",
  "src/runtime/threads/platform.ts",
  "src/tasks/require-integer.ts",
  "src/tasks/settings.ts",
  "src/tasks/tuned.ts",
];

const folderOf = (path: string): string => path.split("/")[1]!;

/** What the command imports from the library's folders. */
const copiedOnly = (sources: readonly SourceFile[]): string[] =>
  sources.flatMap(({ path, imports }) =>
    imports
      .filter((target) => target.startsWith("src/"))
      .filter((target) => !leaves.test(target.slice("src/".length)) && !copied.includes(target))
      .map((target) => `${path} imports ${target}`),
  );

/** The imports that the layering forbids, as `file imports file`. */
function violations(sources: readonly SourceFile[]): string[] {
  return sources.flatMap(({ path, imports }) => {
    const folder = folderOf(path);
    return imports
      .filter((target) => {
        if (!target.startsWith("src/")) return !packages[folder]?.test(target);
        const inside = target.slice("src/".length);
        return (
          !leaves.test(inside) &&
          folderOf(target) !== folder &&
          !(allowed[folder] ?? []).some((each) => inside === each || inside.startsWith(`${each}/`))
        );
      })
      .map((target) => `${path} imports ${target}`);
  });
}

describe("imports", () => {
  test("are read as they are written", () => {
    const text = `
      // import a from "./comment.ts";
      /* import b from "./comment.ts"; */
      import c from "./c.ts";
      import type { D } from "../d/d.ts";
      import {
        e,
        type E,
      } from "./e.ts";
      import "./f.css";
      export * from "./g.ts";
      export type { H } from "h";
      const i = await import("./i.ts");
      const from = "./not.ts";`;
    expect(importsOf("src/x/y.ts", text)).toEqual([
      "src/x/c.ts",
      "src/d/d.ts",
      "src/x/e.ts",
      "src/x/f.css",
      "src/x/g.ts",
      "h",
      "src/x/i.ts",
    ]);
    const inside = code.flatMap(({ imports }) => imports.filter((each) => each.startsWith("src/")));
    expect(inside.length).toBeGreaterThan(300);
    for (const each of new Set(inside)) expect(existsSync(each), each).toBe(true);
  });

  test("point up the list of the design, those of types too", () => {
    expect(violations(code.filter(({ path }) => path.startsWith("src/")))).toEqual([]);
    expect(copiedOnly(code.filter(({ path }) => path.startsWith("cli/")))).toEqual([]);
  });

  test("of charts are of none but themselves, and nothing of the command is the site's", () => {
    const inside = (folder: string) => code.filter(({ path }) => path.startsWith(folder));
    const of = (sources: readonly SourceFile[], foreign: RegExp) =>
      sources.flatMap(({ path, imports }) =>
        imports.filter((each) => foreign.test(each)).map((each) => `${path} imports ${each}`),
      );
    expect(of(inside("charts/"), /^(src\/(?!legible\.ts)|cli\/|site\/|node:|gradus)/)).toEqual([]);
    // Formulas are read by the rule language's parser, and used by the command and the site.
    const beside =
      /^(src\/(?!legible\.ts|suggest\.ts|rule\/language\/chain\.ts)|charts\/|cli\/|site\/|node:|gradus(?!\/rule$))/;
    expect(of(inside("formulas/"), beside)).toEqual([]);
    expect(of([...inside("src/"), ...inside("cli/")], /^site\//)).toEqual([]);
  });

  test("would be found if they did not, or came from packages", () => {
    const wrong = [
      { path: "src/rule/a.ts", text: "", imports: ["src/compilers/backend.ts"] },
      {
        path: "src/autodiff/a.ts",
        text: "",
        imports: ["src/runtime/optimizer.ts", "src/runtime/memory/memory.ts"],
      },
      { path: "src/runtime/a.ts", text: "", imports: ["node:fs", "src/index.ts"] },
      { path: "src/new/a.ts", text: "", imports: ["src/rule/graph/graph.ts"] },
    ];
    const command = { path: "cli/src/a.ts", text: "", imports: ["gradus", "src/runtime/plan.ts"] };
    expect(copiedOnly([command])).toEqual(["cli/src/a.ts imports src/runtime/plan.ts"]);
    expect(violations(wrong)).toEqual([
      "src/rule/a.ts imports src/compilers/backend.ts",
      "src/autodiff/a.ts imports src/runtime/optimizer.ts",
      "src/runtime/a.ts imports node:fs",
      "src/runtime/a.ts imports src/index.ts",
      "src/new/a.ts imports src/rule/graph/graph.ts",
    ]);
  });

  test("never come back to where they began, those of types too", () => {
    expect(findCycle(code)).toBeUndefined();
    const ring = (path: string, ...imports: string[]) => ({ path, text: "", imports });
    expect(findCycle([ring("a", "b"), ring("b", "c", "d"), ring("c"), ring("d", "b")])).toEqual([
      "b",
      "d",
      "b",
    ]);
  });

  test("of the face are of all that it re-exports, and it does nothing else", () => {
    const face = code.find(({ path }) => path === "src/index.ts")!;
    const statements = face.text.replace(/\/\*[\s\S]*?\*\//g, "").split(/(?<=;)/);
    for (const statement of statements.filter((each) => each.trim() !== "")) {
      expect(statement).toMatch(/^\s*export\b[^;]*\bfrom "[^"]+";$/);
    }
  });
});

describe("each file", () => {
  test("has at most 300 lines, or says at its head why it has more", () => {
    const long = files.filter(({ text }) => text.trimEnd().split("\n").length > 300);
    const unexplained = long.filter(({ text }) => {
      const head = /^\s*(?:\/\*[\s\S]*?\*\/|(?:\/\/.*\n)+)/.exec(text)?.[0] ?? "";
      return !/\blines\b/.test(head);
    });
    expect(unexplained.map(({ path }) => path)).toEqual([]);
  });
});

/** Lists: one file for each algorithm, found by its name. */
const lists = ["src/optimizers", "src/schedules", "src/transforms"];

test("each folder has at most 25 files beside their tests, unless it is a list", () => {
  const count = new Map<string, number>();
  for (const { path } of code) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    count.set(folder, (count.get(folder) ?? 0) + 1);
  }
  const full = [...count].filter(([folder, files]) => files > 25 && !lists.includes(folder));
  expect(full).toEqual([]);
});
