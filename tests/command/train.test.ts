import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readCheckpoint } from "../../src/checkpoint/index.ts";
import { createRandom } from "../../src/tasks/index.ts";
import { sample } from "../support/properties.ts";
import { expectMistake, gradus, once, start, taskPath, temporaryFolder } from "./gradus.ts";
import { killRepeatedly, outcomeOf, timeless } from "./runs.ts";

const bowl = taskPath("bowl.mjs");
const slow = ["--steps", "200", "--set", "pause=3", "--checkpoint-every", "10"];

/** What a slow run comes to that nobody disturbs. */
const undisturbed = once(async () => {
  const cwd = temporaryFolder();
  await gradus(["train", bowl, ...slow, "--folder", "whole"], cwd);
  return outcomeOf(join(cwd, "whole"));
});

const killed = [
  ["sgd(momentum=0.9)", "fashion-logistic", ["--lr", "0.01"]],
  ["adam", bowl, ["--lr", "0.1"]],
  ["clipByGlobalNorm(1)+adamw+ema", bowl, ["--lr", "0.1", "--seed", "3"]],
  ["scheduleFreeAdamw", bowl, ["--lr", "0.1"]],
  ["adam", bowl, ["--lr", "1e-3", "--type", "bfloat16"]],
  ["adam", bowl, ["--lr", "0.1", "--type", "float16", "--rounding", "stochastic"]],
] as const;

describe("gradus train", () => {
  it("trains, and leaves weights, checkpoints and a report", async () => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await gradus(["train", bowl, "--folder", "mine"], cwd);
    expect(code).toBe(0);
    expect(readdirSync(join(cwd, "mine")).sort()).toEqual([
      ...["checkpoints", "comparison.json", "report.html", "run.json", "weights.safetensors"],
    ]);
    expect(readdirSync(join(cwd, "mine", "checkpoints")).sort()).toEqual([
      "000007-step-140.safetensors",
      "000008-step-160.safetensors",
      "000009-step-180.safetensors",
    ]);
    expect(stdout).toMatch(/^Step 200: training squared distance [\d.]+, distance [\d.]+\n/);
    expect(stdout).toMatch(/Report: .*report\.html\nWeights: .*weights\.safetensors\n$/);
    expect(stderr).toContain("Step 20 of 200: saved.");
    const again = await gradus(["train", bowl, "--resume", "mine"], cwd);
    expect(again).toMatchObject({ code: 0, stdout: "" });
    expect(again.stderr).toContain("This run is finished: mine/weights.safetensors");
  });

  it.each(sample(killed, 2))(
    "is killed, goes on, and comes to the same with %s on %s",
    async (optimizer, task, more) => {
      const cwd = temporaryFolder();
      const own = task === bowl ? slow : ["--steps", "150", "--checkpoint-every", "5"];
      const words = (folder: string) => [
        ...["train", task, "--optimizer", optimizer, ...own, ...more, "--folder", folder],
      ];
      const whole = await gradus(words("whole"), cwd);
      expect(whole.code).toBe(0);
      const random = createRandom(optimizer.length);
      let left = 4;
      const { kills, ended } = await killRepeatedly(
        words("killed"),
        ["train", "--resume", "killed", "--task", task],
        cwd,
        "killed",
        () => (left-- > 0 ? 150 + 500 * random.uniform() : undefined),
      );
      expect(ended.code).toBe(0);
      expect(kills).toBeGreaterThan(0);
      expect(outcomeOf(join(cwd, "killed"))).toEqual(outcomeOf(join(cwd, "whole")));
      expect(existsSync(join(cwd, "killed", "lock.json"))).toBe(false);
    },
  );

  it("keeps parameters as it is asked to, and says so", async () => {
    const cwd = temporaryFolder();
    const words = (folder: string, ...more: string[]) => [
      ...["train", bowl, "--optimizer", "adam", "--type", "bfloat16", "--folder", folder, ...more],
    ];
    const { code, stdout } = await gradus(words("mine", "--rounding", "compensated"), cwd);
    expect(code).toBe(0);
    expect(stdout).not.toContain("stood still");
    const { parameters } = readCheckpoint(join(cwd, "mine", "weights.safetensors"));
    expect(parameters["w"]!.type).toBe("bfloat16");
    const reportOf = (folder: string) => readFileSync(join(cwd, folder, "report.html"), "utf8");
    expect(reportOf("mine")).toContain("8, in bfloat16, with what rounding leaves out");
    expectMistake(
      await gradus(["train", "--resume", "mine", "--type", "float16"], cwd),
      /^--type: a resumed run keeps its options/,
    );
    const still = await gradus(words("still", "--lr", "1e-5"), cwd);
    expect(still.stdout).toContain("The weights hardly moved: ");
    expect(reportOf("still")).toContain("The weights hardly moved: ");
  });

  it("stops for Ctrl-C, says how to go on, and does", async () => {
    const cwd = temporaryFolder();
    const words = ["train", bowl, ...slow, "--folder", "mine"];
    const running = start(words, cwd);
    await running.said("Step 20 of 200: saved.");
    running.process.kill("SIGINT");
    const { code, stderr } = await running.ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(
      /Stopped after step \d+\. To continue: gradus train --resume mine --task \S+bowl\.mjs\n$/,
    );
    const resumed = await gradus(["train", "--resume", "mine", "--task", bowl], cwd);
    expect(resumed.code).toBe(0);
    const [, step] = /Stopped after step (\d+)/.exec(stderr)!;
    expect(resumed.stderr).toContain(`Continuing after step ${step}.`);
    expect(outcomeOf(join(cwd, "mine"))).toEqual(await undisturbed());
  });

  it("refuses a folder that another process is at, or that has another run", async () => {
    const cwd = temporaryFolder();
    const running = start(["train", bowl, ...slow, "--folder", "mine"], cwd);
    await running.said("Step 10 of 200: saved.");
    const second = await gradus(["train", "--resume", "mine", "--task", bowl], cwd);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(
      /^gradus: process \d+ on \S+ is working on the run in .*mine: wait until it ends\n$/,
    );
    expect((await running.ended).code).toBe(0);
    const other = await gradus(["train", bowl, "--folder", "mine"], cwd);
    expectMistake(
      other,
      /^there is a run in .*mine: continue it with --resume .*mine, name another folder, or remove/,
    );
  });

  it("passes over a damaged checkpoint", async () => {
    const cwd = temporaryFolder();
    const running = start(["train", bowl, ...slow, "--folder", "mine"], cwd);
    await running.said("Step 30 of 200: saved.");
    running.process.kill("SIGKILL");
    await running.ended;
    const folder = join(cwd, "mine", "checkpoints");
    const last = join(folder, readdirSync(folder).sort().at(-1)!);
    writeFileSync(last, readFileSync(last).subarray(0, 200));
    const { code, stderr } = await gradus(["train", "--resume", "mine", "--task", bowl], cwd);
    expect(code).toBe(0);
    expect(stderr).toMatch(/Passed over: .*it was cut off/);
    expect(outcomeOf(join(cwd, "mine"))).toEqual(await undisturbed());
  });

  it("says in a line what is wrong", async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "empty"));
    expectMistake(await gradus(["train"], cwd), "which task? `gradus list` shows them");
    expectMistake(
      await gradus(["train", "--resume", "empty"], cwd),
      /^--resume .*empty: there is no run in it \(no run\.json\); a run prints its folder when it starts$/,
    );
    expectMistake(
      await gradus(["train", bowl, "--checkpoint-every", "0"], cwd),
      '--checkpoint-every must be a whole number, 1 or more, not "0"',
    );
    expectMistake(
      await gradus(["train", bowl, "--optimizer", "adm"], cwd),
      /^there is no optimizer or transform `adm`.*adam/,
    );
    expectMistake(
      await gradus(["train", "--resume", "empty", "--checkpoint-every", "5"], cwd),
      /^--checkpoint-every: a resumed run keeps its options/,
    );
  });
});

describe("gradus compare --resume", () => {
  const words = (folder: string) => [
    ...["compare", bowl, "--optimizers", "sgd,adam", "--seeds", "3", "--steps", "60"],
    ...["--set", "pause=3", "--jobs", "1", "--out", `${folder}.html`],
  ];

  it("makes the runs that are missing, to the same report", async () => {
    const cwd = temporaryFolder();
    expect((await gradus(words("whole"), cwd)).code).toBe(0);
    expect(existsSync(join(cwd, "whole.run"))).toBe(false);
    const resume = [
      ...["compare", "--resume", "killed.run", "--task", bowl, "--jobs", "1"],
      ...["--out", "killed.html"],
    ];
    for (const [command, until] of [
      [words("killed"), "[2/6]"],
      [resume, "[1/"],
    ] as const) {
      const running = start(command, cwd);
      await running.said(until);
      running.process.kill("SIGKILL");
      expect((await running.ended).code).toBe(null);
    }
    expect((await gradus(resume, cwd)).code).toBe(0);
    expect(timeless(join(cwd, "killed.json"))).toEqual(timeless(join(cwd, "whole.json")));
    // Whoever goes on may have it from somebody else: nothing of it is removed.
    expect(readdirSync(join(cwd, "killed.run")).sort()).toEqual(["run.json", "runs.jsonl"]);
  });

  it("keeps what is finished, but for a line that was cut off", async () => {
    const cwd = temporaryFolder();
    const running = start(words("mine"), cwd);
    await running.said("[3/6]");
    running.process.kill("SIGKILL");
    await running.ended;
    const journal = join(cwd, "mine.run", "runs.jsonl");
    const text = readFileSync(journal, "utf8");
    const lines = text.trimEnd().split("\n");
    writeFileSync(journal, text.slice(0, -20));
    const { code, stderr } = await gradus(["compare", bowl, "--resume", "mine.run"], cwd);
    expect(code).toBe(0);
    expect(stderr).toContain(`${lines.length - 1} runs are there already.`);
    expect(existsSync(join(cwd, "mine.run", "report.html"))).toBe(true);
    const again = await gradus(["compare", bowl, "--resume", "mine.run"], cwd);
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toContain("6 runs are there already.");
  });

  it("takes no other options, and no other task", async () => {
    const cwd = temporaryFolder();
    const running = start(words("mine"), cwd);
    await running.said("[1/6]");
    running.process.kill("SIGINT");
    const { code, stderr } = await running.ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(
      /The others: gradus compare --resume mine\.run --task \S+bowl\.mjs --out mine\.html\n/,
    );
    const resume = ["compare", "--resume", "mine.run", "--task", bowl];
    expectMistake(
      await gradus([...resume, "--steps", "5"], cwd),
      /^--steps: a resumed comparison keeps/,
    );
    expectMistake(
      await gradus(["compare", "fashion-mlp", "--resume", "mine.run"], cwd),
      /another task/,
    );
    expectMistake(
      await gradus(["train", "--resume", "mine.run"], cwd),
      /a run of `gradus compare`/,
    );
    expect((await gradus(resume, cwd)).code).toBe(0);
  });
});
