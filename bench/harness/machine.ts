/** The machine that a run was made on. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** As the system states it, such as `32768K`; of the last level, where it can be told. */
  readonly cache: string | undefined;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly v8: string;
  /** The adapter, where cases ran on one. */
  readonly gpu?: string;
  /** Processes that wanted to run in the last minute, before the run and after it. */
  readonly load: { readonly before: number; readonly after: number };
}

function lastCache(): string | undefined {
  for (const index of [3, 2]) {
    try {
      return readFileSync(`/sys/devices/system/cpu/cpu0/cache/index${index}/size`, "utf8").trim();
    } catch {}
  }
  return undefined;
}

export const currentLoad = (): number => loadavg()[0]!;

export function describeMachine(before: number): Machine {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    cache: lastCache(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    v8: process.versions.v8,
    load: { before, after: currentLoad() },
  };
}

/** The commit that was measured, with a plus sign where files had been changed since. */
export function currentCommit(folder: string): string {
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: "pipe" }).trim();
  try {
    const changed = git("status", "--porcelain", "--", "../src", ".") !== "";
    return git("rev-parse", "--short", "HEAD") + (changed ? "+" : "");
  } catch {
    return "unknown";
  }
}
