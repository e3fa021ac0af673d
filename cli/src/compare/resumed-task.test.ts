import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { resumedTask } from "./resumed-task.ts";

/** A run's folder with a task in it, a task beside it, and one that only seems to be in it. */
function sent() {
  const above = mkdtempSync(join(tmpdir(), "gradus-test-"));
  onTestFinished(() => rmSync(above, { recursive: true }));
  const folder = join(above, "run");
  mkdirSync(folder);
  const [inside, outside, linked] = ["run/task.mjs", "task.mjs", "run/linked.mjs"].map((name) =>
    join(above, name),
  ) as [string, string, string];
  writeFileSync(inside, "");
  writeFileSync(outside, "");
  symlinkSync(outside, linked);
  return { folder, inside, outside, linked };
}

const module = (path: string) => ({ kind: "module", path }) as const;
const never = () => Promise.reject(new Error("it asked"));

describe("the task of a run that goes on", () => {
  it("is loaded without a question if it is built in, or was named", async () => {
    const { folder, outside } = sent();
    const builtIn = { kind: "built-in", name: "fashion-mlp" } as const;
    expect(await resumedTask(folder, builtIn, undefined, never)).toEqual(builtIn);
    expect(await resumedTask(folder, module(outside), outside, never)).toEqual(module(outside));
  });

  it("is the one that was named, if the folder comes from another place", async () => {
    const { folder, outside } = sent();
    const there = module("/somebody/else/task.mjs");
    expect(await resumedTask(folder, there, outside, never)).toEqual(module(outside));
    await expect(resumedTask(folder, module("/a/other.mjs"), outside, never)).rejects.toThrow(
      "that is a run of another task, other.mjs",
    );
  });

  it("is asked about if it lies in the folder", async () => {
    const { folder, inside } = sent();
    const answered = (answer: string | undefined) =>
      resumedTask(folder, module(inside), undefined, async (question) => {
        expect(question).toContain(inside);
        return answer;
      });
    expect(await answered("y")).toEqual(module(inside));
    expect(await answered(" YES ")).toEqual(module(inside));
    for (const answer of ["", "n", "yesterday"]) {
      await expect(answered(answer)).rejects.toThrow("was not run");
    }
    await expect(answered(undefined)).rejects.toThrow(`if you trust it, add --task ${inside}`);
  });

  it("is refused without a question if it lies outside", async () => {
    const { folder, outside, linked } = sent();
    for (const path of [outside, linked, join(folder, "..", "task.mjs"), "/no/such/task.mjs"]) {
      await expect(resumedTask(folder, module(path), undefined, never)).rejects.toThrow(
        "names a program outside of it",
      );
    }
  });
});
