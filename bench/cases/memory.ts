/** Measures the memory of a bound optimizer: Adam on 1M parameters, in a fresh process. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { CaseResult } from "../harness/results.ts";

/** The memory in bytes, without parameters and gradients. */
export interface Bound {
  /** The memory of the kernels: state, call records, partial results. */
  readonly kernels: number;
  /** The growth of the JavaScript heap. */
  readonly heap: number;
  /** The growth of the process as the system measures it: loaded and compiled code counts. */
  readonly resident: number;
  /** The part of it that the rule's state needs. */
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
