import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { FolderLock } from "./lock.ts";
import { lifeOf, type Owner, thisProcess } from "./owner.ts";

function folderFor(name = ""): string {
  const folder = mkdtempSync(join(tmpdir(), "gradus-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, name), { recursive: true });
  return join(folder, name);
}

const id = "01234567-89ab-cdef-0123-456789abcdef";

/** Leaves a lock behind. */
function leave(folder: string, owner: object): void {
  writeFileSync(join(folder, "lock.json"), JSON.stringify(owner));
}

/** The number of a process that has ended. */
async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "close");
  return child.pid!;
}

describe("FolderLock", () => {
  it("has one owner at a time, and leaves nothing", async () => {
    const folder = folderFor();
    const lock = await FolderLock.take(folder);
    await expect(FolderLock.take(folder)).rejects.toThrow(
      `process ${process.pid} on ${hostname()} is working on the run in ${folder}: wait until it ends`,
    );
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
    (await FolderLock.take(folder)).release();
  });

  it("does so if a path is longer than sockets allow", async () => {
    const folder = folderFor(`${"long ".repeat(30)}\n`);
    const lock = await FolderLock.take(folder);
    await expect(FolderLock.take(folder)).rejects.toThrow("is working on the run in");
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("releases only its own lock", async () => {
    const folder = folderFor();
    const lock = await FolderLock.take(folder);
    // Somebody removed the lock by hand, and another process took the folder.
    const other = { ...thisProcess(id, false) };
    leave(folder, other);
    lock.release();
    expect(JSON.parse(readFileSync(join(folder, "lock.json"), "utf8"))).toEqual(other);
  });

  it.each([
    [
      "of its own number, as in every container",
      () => ({ process: process.pid, host: hostname() }),
    ],
    [
      "of a process that has ended",
      async () => ({ process: await endedProcess(), host: hostname() }),
    ],
    [
      "of a number that is another process's now",
      () => ({ ...thisProcess(id, false), process: process.ppid }),
    ],
    [
      "whose socket nobody answers",
      () => ({ ...thisProcess(id, true), numbers: "of another container" }),
    ],
    [
      "of the time before this machine was started",
      () => ({ ...thisProcess(id, false), machine: "before" }),
    ],
  ])("takes over a lock %s", async (_, owner) => {
    const folder = folderFor();
    leave(folder, await owner());
    (await FolderLock.take(folder)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ["nothing", "", "is not a lock of a run: `process` is missing"],
    ["something else", `{"process": -1, "host": "a"}`, "`process` is -1"],
    ["a path as its name", `{"process": 1, "host": "a", "id": "../../x"}`, "it must be a UUID"],
    ["too much", "1".repeat(20_000), "20000 bytes"],
  ])("refuses a lock that says %s", async (_, text, message) => {
    const folder = folderFor();
    writeFileSync(join(folder, "lock.json"), text);
    await expect(FolderLock.take(folder)).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual(["lock.json"]);
  });

  it("finds the owner that was killed before it had removed the previous one", async () => {
    const folder = folderFor();
    const next = id.replace("0", "f");
    leave(folder, { ...thisProcess(id, true) });
    writeFileSync(join(folder, `lock-after-${id}.json`), JSON.stringify(thisProcess(next, true)));
    writeFileSync(join(folder, `lock-${next}.json`), "half");
    const lock = await FolderLock.take(folder);
    expect(readdirSync(folder)).toHaveLength(2);
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("an owner of unknown state", () => {
  const here = thisProcess(id, false);
  it.each<[string, Owner]>([
    ["in a container without sockets", { ...here, numbers: "pid:[1]" }],
    [
      "where the system does not say when a process began",
      { id, process: process.ppid, host: hostname() },
    ],
  ])("is unknown, and never counts as ended: %s", async (_, owner) => {
    const folder = folderFor();
    expect(await lifeOf(folder, owner)).toBe("unknown");
    leave(folder, owner);
    await expect(FolderLock.take(folder)).rejects.toThrow(
      `if it has ended, remove ${join(folder, "lock.json")}`,
    );
  });

  it("runs, if it is this process", async () => {
    expect(await lifeOf(folderFor(), here)).toBe("runs");
  });
});
