import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { tasks } from "../../cli/src/tasks/index.ts";
import { optimizers, schedules, transforms } from "../../src/index.ts";
import { COMMAND, gradus, start, temporaryFolder } from "./gradus.ts";

const registries = { optimizers, transforms, schedules, tasks };

describe("gradus list", () => {
  it("has every entry of the registries, each with a summary", async () => {
    const { code, stdout, stderr } = await gradus(["list", "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const listing: Record<string, { name: string; summary: string }[]> = JSON.parse(stdout);
    for (const [kind, registry] of Object.entries(registries)) {
      expect(listing[kind]!.map(({ name }) => name).sort()).toEqual(Object.keys(registry).sort());
    }
    for (const { name, summary } of Object.values(listing).flat()) {
      expect(summary, name).toMatch(/^[A-Z].*\.$/);
    }
  });

  it("lines its summaries up", async () => {
    const { stdout } = await gradus(["list"]);
    const entries = stdout.split("\n").filter((line) => line.startsWith("  "));
    const starts = entries.map((line) => /^ {2}\S+ +/.exec(line)![0].length);
    expect(new Set(starts).size).toBe(1);
    expect(entries.length).toBe(Object.values(registries).flatMap(Object.keys).length);
  });

  it("keeps to a narrow terminal", async () => {
    const wide = (await gradus(["list"])).stdout;
    const { ended } = start(["list"], temporaryFolder(), { COLUMNS: "60" });
    const { stdout } = await ended;
    expect(stdout.split("\n").filter((line) => line.length > 60)).toEqual([]);
    expect(stdout.replace(/\s+/g, " ")).toBe(wide.replace(/\s+/g, " "));
  });

  it("ends quietly when its reader does", () => {
    const { status, stderr } = spawnSync(
      "bash",
      ["-c", `set -o pipefail; "${process.execPath}" "${COMMAND}" explain adam --wat | head -1`],
      { encoding: "utf8" },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});
