/** What the command may touch: files of its own, in folders of its own, one process at a time. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { either, sample } from "../support/properties.ts";
import { expectMistake, gradus, start, taskPath, temporaryFolder } from "./gradus.ts";
import { contend } from "./owners.ts";
import { tryMany } from "./strangers.ts";

const bowl = taskPath("bowl.mjs");
const compare = ["compare", bowl, "--optimizers", "sgd", "--seeds", "1", "--steps", "3", "--quiet"];
const train = ["train", bowl, "--steps", "3", "--quiet"];

/** A folder of a run that was stopped before its end. */
async function stopped(cwd: string, name: string): Promise<string> {
  const words = ["train", bowl, "--steps", "200", "--set", "pause=3", "--checkpoint-every", "10"];
  const running = start([...words, "--folder", name], cwd);
  await running.said("Step 10 of 200: saved.");
  running.process.kill("SIGKILL");
  await running.ended;
  return join(cwd, name);
}

/** Changes what is in a run's folder under a name. */
function edit(path: string, change: (asked: Record<string, never>) => unknown): void {
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, "utf8")))));
}

describe("a new run", () => {
  it.each([
    ["results.run/thesis.txt", [...compare, "--out", "results.html"], "thesis.txt"],
    ["mine/weights.safetensors", [...train, "--folder", "mine"], "weights.safetensors"],
    ["mine/run.json", [...train, "--folder", "mine"], "run.json"],
  ])("begins in no folder that has %s", async (path, words, name) => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, path, ".."), { recursive: true });
    writeFileSync(join(cwd, path), "precious");
    expectMistake(
      await gradus(words, cwd),
      new RegExp(`is not the folder of a run: "${name}" is in the way, and stays; name a folder`),
    );
    expect(readFileSync(join(cwd, path), "utf8")).toBe("precious");
    expect(readdirSync(cwd)).toHaveLength(1);
  });

  it("leaves an empty folder that it found, and what came into it meanwhile", async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "a.run"));
    expect((await gradus([...compare, "--out", "a.html"], cwd)).code).toBe(0);
    expect(readdirSync(join(cwd, "a.run"))).toEqual([]);
    const slow = ["--set", "pause=100", "--out", "b.html"];
    const running = start([...compare.slice(0, -1), ...slow, "--set", "chatter=true"], cwd);
    await running.said("chatter");
    writeFileSync(join(cwd, "b.run", "notes.txt"), "");
    expect((await running.ended).code).toBe(0);
    expect(readdirSync(join(cwd, "b.run"))).toEqual(["notes.txt"]);
  });

  it.each([
    ["a.html", ["--out", "a.html"], "report of gradus"],
    ["a.json", ["--out", "a.html"], "comparison of gradus"],
    ["rates.json", ["--sweep", "--record", "rates.json"], "record of `gradus compare --record`"],
  ])("does not write over somebody's %s", async (name, words, kind) => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, name), "{}");
    expectMistake(
      await gradus([...compare, ...words], cwd),
      `${name} is a file that is not a ${kind}: it stays as it is; name another file, or move that one away`,
    );
    expect(readdirSync(cwd)).toEqual([name]);
  });

  it("writes over its own", async () => {
    const cwd = temporaryFolder();
    const words = [...compare, "--sweep", "--out", "a.html", "--record", "rates.json"];
    expect((await gradus(words, cwd)).code).toBe(0);
    const before = readFileSync(join(cwd, "rates.json"), "utf8");
    expect((await gradus(words, cwd)).code).toBe(0);
    expect(readFileSync(join(cwd, "rates.json"), "utf8")).not.toBe(before);
    expect(readdirSync(cwd).sort()).toEqual(["a.html", "a.json", "rates.json"]);
  });
});

describe("a run that goes on", () => {
  it("names weights that are not its own, and trains once they are away", async () => {
    const cwd = temporaryFolder();
    await gradus([...train, "--folder", "other"], cwd);
    const folder = await stopped(cwd, "mine");
    const weights = join(folder, "weights.safetensors");
    cpSync(join(cwd, "other", "weights.safetensors"), weights);
    const resume = ["train", bowl, "--resume", "mine"];
    const { code, stderr } = await gradus(resume, cwd);
    expect(code).toBe(1);
    expect(stderr).toContain(`${weights} is damaged, or not from this run`);
    renameSync(weights, join(cwd, "away"));
    expect((await gradus(resume, cwd)).code).toBe(0);
    expect((await gradus(resume, cwd)).stderr).toContain("This run is finished");
  });

  it("runs no program that its folder names, and writes where it was told to now", async () => {
    const cwd = temporaryFolder();
    const folder = await stopped(cwd, "mine");
    const program = `import { writeFileSync } from "node:fs"; writeFileSync("executed", "");`;
    const victim = join(cwd, "victim.json");
    writeFileSync(victim, "precious");
    for (const path of [join(folder, "task.mjs"), join(cwd, "task.mjs")]) {
      writeFileSync(path, program);
      edit(join(folder, "run.json"), (asked) => ({ ...asked, task: { kind: "module", path } }));
      expectMistake(
        await gradus(["train", "--resume", "mine"], cwd),
        /if you trust it, add --task/,
      );
    }
    expect(existsSync(join(cwd, "executed"))).toBe(false);
    edit(join(folder, "run.json"), (asked) => ({
      ...{ ...asked, kind: "compare", task: { kind: "module", path: bowl } },
      options: {
        optimizers: "sgd",
        sweep: true,
        seeds: "1",
        steps: "3",
        record: victim,
        out: victim,
      },
    }));
    expect((await gradus(["compare", "--resume", "mine", "--task", bowl], cwd)).code).toBe(0);
    expect(readFileSync(victim, "utf8")).toBe("precious");
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(["report.html", "comparison.json"]));
  });

  const written = ["runs.jsonl", "report.html", "checkpoints", "weights.safetensors", "run.json"];

  it.each(sample(written, 2))("follows no link in its folder: %s", async (name) => {
    const cwd = temporaryFolder();
    const folder = await stopped(cwd, "mine");
    const elsewhere = join(cwd, "elsewhere");
    if (existsSync(join(folder, name))) renameSync(join(folder, name), elsewhere);
    else writeFileSync(elsewhere, "precious");
    symlinkSync(elsewhere, join(folder, name));
    const { code, stderr } = await gradus(["train", bowl, "--resume", "mine"], cwd);
    expect(code).toBe(1);
    expect(stderr).toContain(join("mine", name));
  });

  it("names its folder's file where that is not what a run writes", async () => {
    const cwd = temporaryFolder();
    const folder = await stopped(cwd, "mine");
    const file = join(folder, "run.json");
    const text = readFileSync(file, "utf8");
    const options = (more: object) => (asked: Record<string, object>) => ({
      ...asked,
      options: { ...asked["options"], ...more },
    });
    const changes = [
      () => ({ version: 1, kind: "train" }),
      () => ({ version: 1, kind: "train", date: "", command: "", task: 1, options: null }),
      options({ steps: -1 }),
      options({ batch: "many" }),
      options({ rule: { label: "adam(beta1=7)" } }),
      options({ settings: null }),
    ];
    for (const change of sample<(typeof changes)[number]>(changes, 2)) {
      edit(file, change as never);
      const { code, stderr } = await gradus(["train", bowl, "--resume", "mine"], cwd);
      expect({ code, stderr }).toMatchObject({ code: 1 });
      expect(stderr).toMatch(/^gradus: .*mine\/run\.json: .*\n$/);
      writeFileSync(file, text);
    }
    edit(file, options({ steps: Number.MAX_SAFE_INTEGER }) as never);
    const running = start(["train", bowl, "--resume", "mine"], cwd);
    await running.said("Continuing after step");
    running.process.kill("SIGINT");
    expect((await running.ended).code).toBe(130);
    rmSync(folder, { recursive: true });
  });
});

describe("whatever is there", () => {
  it("stays as it is among runs that are refused, finished or killed", async () => {
    const wanted = either(6, 24);
    const { calls, refused } = await tryMany(wanted, 7, 2);
    expect(calls).toBeGreaterThanOrEqual(wanted);
    expect(refused).toBeGreaterThan(0);
  });

  it("has one owner at a time", async () => {
    const rounds = either(4, 8);
    const { owned, kills } = await contend(rounds);
    expect(owned).toBeGreaterThanOrEqual(rounds);
    expect(kills).toBeGreaterThanOrEqual(rounds);
  });
});
