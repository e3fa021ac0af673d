/**
 * What a start costs: fresh processes import the bundle, bind Adam to a small network and make the
 * first step.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type CaseResult, measurementsOf } from "../harness/results.ts";

/** What `starting.ts` prints: milliseconds since it began. */
export interface Start {
  readonly imported: number;
  readonly bound: number;
  readonly stepped: number;
}

const phases: Readonly<Record<string, (start: Start) => number>> = {
  "import, bind and first step": ({ stepped }) => stepped,
  import: ({ imported }) => imported,
  bind: ({ imported, bound }) => bound - imported,
  "first step": ({ bound, stepped }) => stepped - bound,
};

export const startCases: readonly string[] = ["import { adam, optimize }"];

export function runStart(name: string, processes: number): CaseResult {
  const folder = import.meta.dirname;
  const bundle = join(folder, "library.min.js");
  const starts = Array.from({ length: processes }, () => {
    const output = execFileSync(process.execPath, [join(folder, "starting.js"), bundle]);
    return JSON.parse(output.toString()) as Start;
  });
  const samples = new Map(
    Object.entries(phases).map(([phase, take]) => [phase, starts.map(take)] as const),
  );
  const [reference] = samples.keys();
  const code = readFileSync(bundle);
  return {
    ...{ group: "start", name, unit: "fresh process", reference: reference! },
    agreement: "nothing to compare",
    measurements: measurementsOf(samples, reference!),
    absences: [],
    facts: { minifiedBytes: code.length, gzippedBytes: gzipSync(code, { level: 9 }).length },
  };
}
