/**
 * The line that the command prints for each mistake. That the built command prints it too, and ends with the exit code, is
 * tested for some of each kind in tests/command/mistakes.test.ts.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { expectMistake } from "../../tests/command/gradus.ts";
import { typed } from "./typed.ts";

const bowl = fileURLToPath(new URL("../../tests/command/tasks/bowl.mjs", import.meta.url));

const gradus = (words: readonly string[]) => typed(...words);

/** The typed words, and the line that is printed. All are mistakes in the call. */
const mistakes: readonly (readonly [string, readonly string[], string | RegExp])[] = [
  ["an unknown option", ["list", "--jsn"], "unknown option '--jsn' (Did you mean --json?)"],
  ["a missing name", ["explain"], "missing required argument 'name'"],
  ["an unlikely optimizer", ["explain", "xyzzy"], /`xyzzy`; `gradus list` shows them all/],
  [
    "an ambiguous one",
    ["explain", "clipByGlobalNorm,adam", "--set", "eps=1"],
    /write clipByGlobalNorm\.eps or adam\.eps/,
  ],
  [
    "one in parentheses",
    ["explain", "adam(bta1=0.9)"],
    /adam has no hyperparameter `bta1`; did you mean `beta1`/,
  ],
  [
    "a value that is no number",
    ["explain", "adam(lr=fast)"],
    /`lr` must be a number, true or false, not "fast"/,
  ],
  [
    "a switch that is a number",
    ["explain", "sgd(nesterov=1)"],
    /`nesterov` must be true or false, not 1/,
  ],
  [
    "a value out of range",
    ["explain", "adam", "--set", "beta1=1"],
    /adam: `beta1` must be a number in \[0, 1\) or a schedule, not 1/,
  ],
  ["open parentheses", ["explain", "adam(lr=1"], /"adam\(lr=1" is not a rule/],
  [
    "two formats",
    ["explain", "adam", "--wat", "--latex"],
    "--latex and --wat cannot be used together",
  ],
  ["a kernel of no optimizer", ["explain", "ema", "--wat"], /ema changes no parameter/],
  [
    "an unknown element type",
    ["explain", "adam", "--wat", "--type", "int8"],
    /Allowed choices are float32, float64/,
  ],
  [
    "an unknown type of parameters",
    ["train", bowl, "--type", "int8"],
    /'int8' is invalid\. Allowed choices are float32, float64, bfloat16, float16/,
  ],
  [
    "an unknown rounding",
    ["train", bowl, "--type", "bfloat16", "--rounding", "up"],
    /'up' is invalid\. Allowed choices are nearest, stochastic, compensated, master/,
  ],
  [
    "a rounding of nothing",
    ["train", bowl, "--rounding", "master"],
    "--rounding master is of parameters in 16 bits: it wants --type bfloat16 or float16",
  ],
  [
    "a rounding of a wide type",
    ["train", bowl, "--type", "float64", "--rounding", "stochastic"],
    "--rounding stochastic is of parameters in 16 bits: it wants --type bfloat16 or float16, not float64",
  ],
  [
    "an unlikely task",
    ["compare", "xyzzy"],
    /there are fashion-mlp, fashion-cnn, fashion-logistic, words-sparse, and your own/,
  ],
  ["a missing module", ["compare", "./gone.ts"], "there is no file ./gone.ts"],
  [
    "a module of another kind",
    ["compare", fileURLToPath(new URL("../package.json", import.meta.url))],
    /a task is a module/,
  ],
  [
    "a transform alone",
    ["compare", bowl, "--optimizers", "ema"],
    /ema changes no parameter; join it with an optimizer by \+, as in ema\+adam/,
  ],
  [
    "an optimizer twice",
    ["compare", bowl, "--optimizers", "adam,sgd,adam"],
    "--optimizers: adam is listed twice",
  ],
  ["no optimizer", ["compare", bowl, "--optimizers", ","], "--optimizers: the list is empty"],
  [
    "a rate that is none",
    ["compare", bowl, "--lr", "quick"],
    '--lr: a learning rate must be a number above 0, not "quick"',
  ],
  ["a rate below zero", ["compare", bowl, "--lr", "adam=-1"], /not "-1"/],
  [
    "a rate for nobody",
    ["compare", bowl, "--lr", "adan=1"],
    "--lr: `adan` is not compared; did you mean `adam`?",
  ],
  [
    "a rate and a sweep",
    ["compare", bowl, "--lr", "1", "--sweep"],
    /--lr and --sweep cannot be used together/,
  ],
  ["a record without a sweep", ["compare", bowl, "--record", "a.json"], /give --sweep as well/],
  [
    "half a step",
    ["compare", bowl, "--steps", "0.5"],
    '--steps must be a whole number, 1 or more, not "0.5"',
  ],
  ["no seed", ["compare", bowl, "--seeds", "0"], /--seeds must be a whole number, 1 or more/],
  [
    "more seeds than are compared",
    ["compare", bowl, "--seeds", "1001"],
    '--seeds is how many runs of each optimizer, at most 1000, not "1001": their seeds are 1, 2 and so on, and those after 1000 choose learning rates',
  ],
  [
    "a seed in the place of their number",
    ["compare", bowl, "--seeds", "99999999999"],
    /^--seeds is how many runs of each optimizer, at most 1000, not "99999999999"/,
  ],
  ["no batch", ["compare", bowl, "--batch", "many"], /--batch must be a whole number/],
  ["no jobs", ["compare", bowl, "--jobs", "-1"], /--jobs must be a whole number/],
  ["more jobs than there are cores", ["compare", bowl, "--jobs", "1e12"], /^--jobs is at most 256/],
  ["more steps than can be counted", ["train", bowl, "--steps", "1e18"], /not "1e18"/],
  [
    "more examples than there are",
    ["train", "words-sparse", "--batch", "1e12"],
    /^a run with batch 1000000000000 cannot be set up: batch is 1000000000000; it must be/,
  ],
  ["a device", ["train", "/dev/zero"], "/dev/zero is not a file: a task is a module"],
  ["a folder", ["train", tmpdir()], /is not a file: a task is a module/],
  [
    "a report that is no page",
    ["compare", bowl, "--out", "report.pdf"],
    /the report's name ends with \.html/,
  ],
  [
    "an unknown setting",
    ["compare", bowl, "--set", "puase=1"],
    "--set: bowl has no setting `puase`; did you mean `pause`?",
  ],
  [
    "a setting without a value",
    ["compare", bowl, "--set", "pause"],
    "--set pause: write it as name=value",
  ],
];

describe("a mistake in the call", () => {
  it.each(mistakes)("gets one line: %s", async (_, words, message) => {
    expectMistake(await gradus(words), message);
  });
});

describe("a quoted part of a mistake", () => {
  const hostile = [
    "\x1b]0;owned\x07\x1b[2J",
    "\x9b31m",
    "a\ngradus: all is well",
    "\u202egnp\r",
    "\0\t\u2028",
  ];

  it.each(mistakes)("never reaches a terminal unescaped: %s", async (_, words) => {
    for (const text of [...hostile, "x".repeat(100_000)]) {
      for (const at of words.keys()) {
        const changed = words.map((word, i) => (i === at ? `${word}${text}` : word));
        const { code, stdout, stderr } = await gradus(changed);
        expect(code).toBe(2);
        expect(stdout).toBe("");
        expect(stderr).toMatch(/^gradus: [^\p{Cc}\p{Bidi_C}\u2028]*\n$/u);
        expect(stderr.length).toBeLessThan(4000);
      }
    }
  });
});

/** Writes a module with this source into a new folder. */
function moduleOf(source: string): string {
  const folder = mkdtempSync(join(tmpdir(), "gradus-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "mine.mjs");
  writeFileSync(path, source);
  return path;
}

describe("a user's task that cannot be used", () => {
  it.each([
    [
      "no default export",
      "export const task = {};",
      "mine.mjs: its default export must be a task, but there is none",
    ],
    [
      "a function",
      "export default () => {};",
      "mine.mjs: its default export must be a task, but there is a function",
    ],
    [
      "a missing field",
      "export default { name: 'a' };",
      "mine.mjs: the task's `title` is missing; it must be a title",
    ],
    [
      "a wrong field",
      `export { t as default }; import bowl from ${JSON.stringify(bowl)}; const t = { ...bowl, defaults: { ...bowl.defaults, steps: -1 } };`,
      "mine.mjs: the task's `defaults.steps` is -1; it must be a whole number, 1 or more",
    ],
    [
      "a field that JSON does not have",
      "export default { name: 10n };",
      "mine.mjs: the task's `name` is 10n; it must be a name",
    ],
    [
      "a name that clears the screen",
      "throw new Error('\\x1b[2J');",
      "mine.mjs cannot be loaded: \\u001b[2J",
    ],
    [
      "something else than an error",
      "throw Object.create(null);",
      "mine.mjs cannot be loaded: [Object: null prototype] {}",
    ],
  ])("is refused: %s", async (_, source, message) => {
    const { code, stdout, stderr } = await gradus(["compare", moduleOf(source)]);
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^gradus: .*\n$/),
    });
    expect(stderr).toContain(`gradus: ${message}`);
  });
});
