/** What a bound optimizer keeps in memory: Adam on 1M parameters, in a fresh process. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { CaseResult } from "../harness/results.ts";

/** Bytes, without parameters and gradients. */
export interface Bound {
  /** In the memory of the kernels: state, call records, partial results. */
  readonly kernels: number;
  /** What the heap of JavaScript grew by. */
  readonly heap: number;
  /** What the process grew by in the system's view: code that was loaded or compiled counts. */
  readonly resident: number;
  /** Of these, what the rule needs to keep. */
  readonly state: number;
}

export const memoryName = "Adam, 1 x 1M";

export function runMemory(): CaseResult {
  const script = join(import.meta.dirname, "binding.js");
  const output = execFileSync(process.execPath, ["--expose-gc", script, "1000000"]);
  const { kernels, heap, resident, state } = JSON.parse(output.toString()) as Bound;
  return {
    ...{ group: "memory", name: memoryName, unit: "optimizer", reference: "Gradus" },
    agreement: "nothing to compare",
    measurements: [],
    absences: [],
    facts: {
      stateBytes: state,
      kernelMemoryBeyondStateBytes: kernels - state,
      heapBytes: heap,
      residentBeyondStateBytes: resident - state,
    },
  };
}
