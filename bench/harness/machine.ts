/** Describes the machine of a run. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** As the system writes it, such as `32768K`; the last-level cache if it is known. */
  readonly cache: string | undefined;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly v8: string;
  /** The adapter, if cases ran on a GPU. */
  readonly gpu?: string;
  /** The number of processes that wanted to run, averaged over the last minute, before and after the run. */
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

/** The commit that was measured, with a plus sign if files were changed since. */
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
