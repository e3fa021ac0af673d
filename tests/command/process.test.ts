/** The process of the command: who reads it, what ends it, and what it writes. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { sample } from "../support/properties.ts";
import { gradus, once, start, taskPath, temporaryFolder } from "./gradus.ts";
import { outcomeOf, timeless } from "./runs.ts";

const bowl = taskPath("bowl.mjs");
const slow = ["--steps", "200", "--set", "pause=3", "--checkpoint-every", "10"];
const words = (folder: string) => ["train", bowl, ...slow, "--folder", folder];
const comparison = (name: string) => [
  ...["compare", bowl, "--optimizers", "sgd,adam", "--seeds", "2", "--steps", "60"],
  ...["--set", "pause=3", "--set", "chatter=true", "--jobs", "1", "--out", `${name}.html`],
];

/** What such a training comes to that nobody disturbs. */
const undisturbed = once(async () => {
  const cwd = temporaryFolder();
  await gradus(words("whole"), cwd);
  return outcomeOf(join(cwd, "whole"));
});

/** Nothing that a terminal acts on but the ends of lines, each of which is the command's own. */
function expectLegible(text: string): void {
  expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_C}/u);
  expect(text).not.toContain("\ngradus: all is well");
}

describe("a command that nobody reads", () => {
  const unread = [
    { closed: ["stderr"] },
    { closed: ["stdout"] },
    { closed: ["stderr", "stdout"] },
  ] as const;

  it.each(sample(unread, 2))(
    "trains to its end, and saves: without $closed",
    async ({ closed }) => {
      const cwd = temporaryFolder();
      const running = start(words("unread"), cwd);
      await running.said("Step 20 of 200: saved.");
      for (const name of closed) running.process[name]!.destroy();
      expect((await running.ended).code).toBe(0);
      expect(outcomeOf(join(cwd, "unread"))).toEqual(await undisturbed());
    },
  );

  it("compares to its end, and writes the report", async () => {
    const cwd = temporaryFolder();
    const running = start([...comparison("unread"), "--json"], cwd);
    await running.said("[1/4]");
    running.process.stderr!.destroy();
    running.process.stdout!.destroy();
    expect((await running.ended).code).toBe(0);
    await gradus(comparison("whole"), cwd);
    expect(timeless(join(cwd, "unread.json"))).toEqual(timeless(join(cwd, "whole.json")));
    expect(existsSync(join(cwd, "unread.html"))).toBe(true);
  });

  it("trains to its end though its terminal is gone", async () => {
    // Elsewhere `script` has no -c. The shell takes what the terminal says when it goes.
    if (process.platform !== "linux") return;
    const cwd = temporaryFolder();
    const main = new URL("../../cli/dist/main.js", import.meta.url).pathname;
    const call = [process.execPath, main, ...words("mine")].map((word) => `'${word}'`).join(" ");
    const line = `trap '' HUP; ${call}; echo $? > code.tmp; mv code.tmp code`;
    const terminal = spawn("script", ["-q", "-c", line, "/dev/null"], { cwd, stdio: "ignore" });
    const folder = join(cwd, "mine", "checkpoints");
    while (!existsSync(folder) || readdirSync(folder).length === 0) await setTimeout(50);
    terminal.kill("SIGKILL");
    while (!existsSync(join(cwd, "code"))) await setTimeout(50);
    expect(readFileSync(join(cwd, "code"), "utf8")).toBe("0\n");
    expect(outcomeOf(join(cwd, "mine"))).toEqual(await undisturbed());
  });

  it("fails where a result cannot be written, and says so", () => {
    if (!existsSync("/dev/full")) return;
    const main = new URL("../../cli/dist/main.js", import.meta.url).pathname;
    const line = `'${process.execPath}' '${main}' list > /dev/full`;
    const { status, stderr } = spawnSync("sh", ["-c", line], { encoding: "utf8" });
    expect(stderr).toMatch(/^gradus: standard output cannot be written: ENOSPC.*\n$/);
    expect(status).toBe(1);
  });
});

describe("a signal", () => {
  it.each([
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("ends a training with a checkpoint: %s", async (signal, expected) => {
    const cwd = temporaryFolder();
    const running = start(words("mine"), cwd);
    await running.said("Step 20 of 200: saved.");
    running.process.kill(signal);
    running.process.kill(signal);
    const { code, stderr } = await running.ended;
    expect(code).toBe(expected);
    const [, step] = /Stopped after step (\d+)\. To continue: gradus train/.exec(stderr)!;
    const resumed = await gradus(["train", "--resume", "mine", "--task", bowl], cwd);
    expect(resumed.stderr).toContain(`Continuing after step ${step}.`);
    expect(outcomeOf(join(cwd, "mine"))).toEqual(await undisturbed());
  });

  it("ends a comparison with the report of what is finished", async () => {
    const cwd = temporaryFolder();
    const running = start(comparison("mine"), cwd);
    await running.said("[1/4]");
    running.process.kill("SIGTERM");
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(143);
    expect(stderr).toContain("Stopped: ");
    expect(stdout).toContain("Report: ");
    const resume = ["compare", "--resume", "mine.run", "--task", bowl, "--out", "mine.html"];
    expect((await gradus(resume, cwd)).code).toBe(0);
    await gradus(comparison("whole"), cwd);
    expect(timeless(join(cwd, "mine.json"))).toEqual(timeless(join(cwd, "whole.json")));
  });
});

const clearing = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202e\ngradus: all is well";

/** A task whose every text clears the screen. */
function hostileTask(cwd: string): string {
  const path = join(cwd, "hostile.mjs");
  const bad = JSON.stringify(clearing);
  writeFileSync(
    path,
    `import bowl from ${JSON.stringify(pathToFileURL(bowl).href)};
    const texts = ["name", "title", "summary", "lossName", "metricName"];
    export default { ...bowl, ...Object.fromEntries(texts.map((name) => [name, name + ${bad}])),
      load: async () => (run) => {
        if (run.settings.failAt === 1) throw new Error(${bad});
        if (run.settings.failAt === 2) throw { toString: 5, why: ${bad} };
        if (run.settings.failAt === 3) Promise.reject(new Error(${bad}));
        return made(run);
      } };
    const made = await bowl.load();`,
  );
  return path;
}

describe("what a task, a file or an error says", () => {
  it("reaches no terminal as it is: the names of a task", async () => {
    const cwd = temporaryFolder();
    const task = hostileTask(cwd);
    for (const more of [[], ["--json"]]) {
      const ended = await gradus(
        ["compare", task, "--optimizers", "adam", "--out", "a.html", ...more],
        cwd,
      );
      expect(ended.code).toBe(0);
      expectLegible(ended.stdout);
      expectLegible(ended.stderr);
      if (more.length > 0) {
        expect(JSON.parse(ended.stdout)).toEqual(
          JSON.parse(readFileSync(join(cwd, "a.json"), "utf8")),
        );
      }
    }
    const page = readFileSync(join(cwd, "a.html"), "utf8");
    expect(page).not.toMatch(/[^\P{Cc}\n\t]|\p{Bidi_C}/u);
    expect(page).toContain("\\u001b[2J");
    const { stdout, stderr, code } = await gradus(["train", task], cwd);
    expect(code).toBe(0);
    expectLegible(stdout + stderr);
  });

  const ways = ["1", "2", "3"].flatMap((failAt) =>
    ["compare", "train"].flatMap((command) =>
      ["", "1"].map((debug) => ({ failAt, command, debug })),
    ),
  );

  it.each(sample(ways, 3))("reaches no terminal as it is: its errors, %o", async (way) => {
    const cwd = temporaryFolder();
    const call = [way.command, hostileTask(cwd), "--set", `failAt=${way.failAt}`];
    const { code, stderr } = await start(call, cwd, { GRADUS_DEBUG: way.debug }).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^gradus: .*\\(u001b|x1B)\[2J/m);
    expectLegible(stderr);
  });

  it("reaches no terminal as it is: a run that somebody sends", async () => {
    const cwd = temporaryFolder();
    const running = start(words("mine"), cwd);
    await running.said("Step 10 of 200: saved.");
    running.process.kill("SIGKILL");
    await running.ended;
    const file = join(cwd, "mine", "run.json");
    const asked = JSON.parse(readFileSync(file, "utf8"));
    asked.options.rule.label = `adam${clearing}`;
    writeFileSync(file, JSON.stringify(asked));
    const { code, stderr } = await gradus(["train", "--resume", "mine"], cwd);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^gradus: .*run\.json: `options\.rule\.label` is "adam\\u001b\[2J.*; it must be an optimizer, or a chain of rules\n$/,
    );
    expectLegible(stderr);
  });
});

it("refuses a named pipe as data, rather than wait for it", () => {
  const cwd = temporaryFolder();
  for (const name of ["a", "b"]) writeFileSync(join(cwd, `${name}.txt`), `${name}${name}\n`);
  expect(spawnSync("mkfifo", [join(cwd, "c.txt")]).status).toBe(0);
  const main = new URL("../../cli/dist/main.js", import.meta.url).pathname;
  const call = [main, "train", "words-sparse", "--data", cwd];
  // It would never end by itself.
  const { status, stderr } = spawnSync(process.execPath, call, {
    cwd,
    encoding: "utf8",
    timeout: 600_000,
  });
  expect(stderr).toMatch(
    /^gradus: .*c\.txt: it cannot be read as a file \(it is not a file but a named pipe\)/,
  );
  expect(status).toBe(1);
});
