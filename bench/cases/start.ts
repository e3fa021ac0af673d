/** Measures a cold start: fresh processes import the bundle, bind Adam to a small network and make the first step. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Times } from "../harness/interleave.ts";
import { type CaseResult, measurementsOf } from "../harness/results.ts";

/** The output of `starting.ts`: times since its start. */
export interface Start {
  readonly imported: Times;
  readonly bound: Times;
  readonly stepped: Times;
}

const between = (from: Times, to: Times): Times => ({
  wall: to.wall - from.wall,
  cpu: to.cpu - from.cpu,
});

const phases: Readonly<Record<string, (start: Start) => Times>> = {
  "import, bind and first step": ({ stepped }) => stepped,
  import: ({ imported }) => imported,
  bind: ({ imported, bound }) => between(imported, bound),
  "first step": ({ bound, stepped }) => between(bound, stepped),
};

export const startName = "import { adam, optimize }";

export function runStart(processes: number): CaseResult {
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
  const origins = new Map(
    Object.keys(phases).map((phase) => [phase, { library: "Gradus", threads: 1 }] as const),
  );
  const code = readFileSync(bundle);
  return {
    ...{ group: "start", name: startName, unit: "fresh process", reference: reference! },
    agreement: "nothing to compare",
    measurements: measurementsOf([samples], reference!, origins),
    absences: [],
    facts: { minifiedBytes: code.length, gzippedBytes: gzipSync(code, { level: 9 }).length },
  };
}
