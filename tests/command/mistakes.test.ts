import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { expectMistake, gradus, start, taskPath, temporaryFolder } from "./gradus.ts";

const bowl = taskPath("bowl.mjs");

/** One for each way to an error; the other mistakes need no process (cli/src/mistakes.test.ts). */
const mistakes: readonly (readonly [string, readonly string[], string | RegExp])[] = [
  ["an unknown command", ["lsit"], "unknown command 'lsit' (Did you mean list?)"],
  [
    "an unknown optimizer",
    ["explain", "adamq"],
    /no optimizer or transform `adamq`; did you mean `adam/,
  ],
  [
    "an unknown hyperparameter",
    ["explain", "adam", "--set", "bta1=1"],
    /no hyperparameter `bta1`; did you mean `beta1`/,
  ],
  [
    "an unknown task",
    ["compare", "fashion-mpl"],
    "there is no task `fashion-mpl`; did you mean `fashion-mlp`?",
  ],
  [
    "a setting that the task refuses",
    ["compare", "fashion-mlp", "--quiet", "--set", "hidden=wide"],
    /hidden is "wide"; it must be a list of positive whole numbers/,
  ],
];

describe("a mistake in the call", () => {
  it.each(mistakes)("gets one line: %s", async (_, words, message) => {
    expectMistake(await gradus(words), message);
  });

  it("is not made where nothing was asked for: help is the answer", async () => {
    const { code, stdout, stderr } = await gradus([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("compare [options] [task]");
  });

  it("shows where it comes from if GRADUS_DEBUG is set", async () => {
    const { ended } = start(["explain", "adamq"], temporaryFolder(), { GRADUS_DEBUG: "1" });
    const { code, stderr } = await ended;
    expect(code).toBe(2);
    expect(stderr).toMatch(/UsageError: .*\n +at /);
  });
});

/** A module with this source, in a folder of its own. */
function moduleOf(source: string): string {
  const path = join(temporaryFolder(), "mine.mjs");
  writeFileSync(path, source);
  return path;
}

describe("a task of one's own that cannot be used", () => {
  it.each([
    [
      "an error in it",
      "throw new Error('not today');",
      /^mine\.mjs cannot be loaded: not today \((mine|\S*[\\/]mine)\.mjs:1:7\)$/,
    ],
  ])("is refused: %s", async (_, source, message) => {
    const { code, stdout, stderr } = await gradus(["compare", moduleOf(source)]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^gradus: .*\n$/);
    expect(stderr.slice("gradus: ".length).trimEnd()).toMatch(message);
  });

  it("ends the comparison with its own words, and keeps what is finished", async () => {
    const cwd = temporaryFolder();
    const words = ["compare", bowl, "--optimizers", "sgd", "--seeds", "1", "--set", "failAt=5"];
    const { code, stdout, stderr } = await gradus(words, cwd);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^gradus: the bowl broke \(\S+bowl\.mjs:\d+:\d+\)\n$/);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it.each([["train"], ["compare", "--optimizers", "adam", "--seeds", "1"]])(
    "is found by its line, from the folder where it is, in whatever thread it failed: %s",
    async (...words) => {
      const path = moduleOf(
        `import bowl from ${JSON.stringify(pathToFileURL(bowl).href)};
        const load = async () => (run) => ({
          parameters: { w: new Float32Array(2) },
          attach() {},
          gradients() {
            return run.gone.length;
          },
        });
        export default { ...bowl, load };`,
      );
      const { code, stderr } = await gradus([...words, "mine.mjs", "--quiet"], dirname(path));
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^gradus: Cannot read properties of undefined \(reading 'length'\) \(mine\.mjs:6:29\)\n$/,
      );
    },
  );
});

/**
 * A task whose own copy of the library refuses some rules, as the library refuses those in which a part
 * does nothing; `broken` refuses all. It says so where it is trained.
 */
function taskWithLibrary(broken: boolean): string {
  const path = moduleOf(
    `import bowl from ${JSON.stringify(pathToFileURL(bowl).href)};
    const load = async () => {
      const make = await bowl.load();
      return (run) => {
        const training = make(run);
        return { ...training, gradients() { console.log("trained"); return training.gradients(1); } };
      };
    };
    export default { ...bowl, load };`,
  );
  const folder = join(dirname(path), "node_modules", "gradus");
  mkdirSync(folder, { recursive: true });
  const manifest = { name: "gradus", type: "module", exports: "./index.mjs" };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  const library = new URL("../../dist/node.js", import.meta.url).href;
  writeFileSync(
    join(folder, "index.mjs"),
    `export * from ${JSON.stringify(library)};
    import { BindingError, optimize as bind } from ${JSON.stringify(library)};
    export function optimize(source, rule, options) {
      if (${broken} || rule.parts.length > 1) throw new BindingError("optimize: a part does nothing");
      return bind(source, rule, options);
    }`,
  );
  return path;
}

describe("a rule that the library refuses", () => {
  it("is named in one line before anything is trained, and leaves nothing", async () => {
    const cwd = temporaryFolder();
    const words = ["--optimizers", "sgd,clipByGlobalNorm+adam", "--out", "mine.html"];
    const ended = await gradus(["compare", taskWithLibrary(false), ...words], cwd);
    expectMistake(ended, "clipByGlobalNorm+adam: optimize: a part does nothing");
    expect(readdirSync(cwd)).toEqual([]);
  });

  it("is so for a single run", async () => {
    const cwd = temporaryFolder();
    const words = ["--optimizer", "clipByGlobalNorm+adam", "--folder", "mine"];
    const ended = await gradus(["train", taskWithLibrary(false), ...words], cwd);
    expectMistake(ended, "clipByGlobalNorm+adam: optimize: a part does nothing");
    expect(readdirSync(cwd)).toEqual([]);
  });

  it("is the task's fault where it refuses every rule", async () => {
    const ended = await gradus(["compare", taskWithLibrary(true), "--optimizers", "sgd"]);
    expect(ended).toEqual({
      ...{ code: 1, stdout: "", stderr: "gradus: optimize: a part does nothing\n" },
    });
  });
});

describe("data that cannot be used", () => {
  it("says which folder is missing", async () => {
    const { code, stdout, stderr } = await gradus([
      "compare",
      "fashion-mlp",
      "--quiet",
      "--data",
      "/no/such",
    ]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^gradus: \/no\/such: there is no such folder\. .*\n$/);
  });

  it.each(["train", "compare"])("leaves no folder behind: %s", async (command) => {
    const cwd = temporaryFolder();
    expect((await gradus([command, "fashion-mlp", "--data", "/no/such"], cwd)).code).toBe(1);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it("says which file is cut short", async () => {
    const folder = temporaryFolder();
    cpSync(fileURLToPath(new URL("../../cli/data/fashion-mnist", import.meta.url)), folder, {
      recursive: true,
    });
    const file = join(folder, "t10k-images-idx3-ubyte.gz");
    writeFileSync(file, readFileSync(file).subarray(0, 10_000));
    const { code, stderr } = await gradus(["compare", "fashion-mlp", "--quiet", "--data", folder]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^gradus: .*t10k-images-idx3-ubyte\.gz: .*\n$/);
  });
});
