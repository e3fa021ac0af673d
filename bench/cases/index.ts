import type { InterleaveOptions } from "../harness/interleave.ts";
import type { CaseResult } from "../harness/results.ts";
import { loadPeers } from "../peers/index.ts";
import { adamCases, runAdam } from "./adam.ts";
import { mlpCases, runMlp } from "./mlp.ts";
import { runStart, startCases } from "./start.ts";

/** The names of the cases in each group. */
export const groups: Readonly<Record<string, readonly string[]>> = {
  adam: Object.keys(adamCases),
  mlp: Object.keys(mlpCases),
  start: startCases,
};

const timedGroups = { adam: runAdam, mlp: runMlp };

export interface CaseRun {
  readonly result: CaseResult;
  /** Versions of the peers that were there. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Runs one case in this process. */
export async function runCase(
  group: string,
  name: string,
  options: InterleaveOptions,
): Promise<CaseRun> {
  if (group === "start") {
    return { result: runStart(name, options.rounds), versions: {} };
  }
  const field = await loadPeers();
  try {
    const result = await timedGroups[group as keyof typeof timedGroups](name, field, options);
    const versions = [...field.peers].map(([peer, { version }]) => [peer, version] as const);
    return { result, versions: Object.fromEntries(versions) };
  } finally {
    for (const { dispose } of field.peers.values()) {
      dispose?.();
    }
  }
}
