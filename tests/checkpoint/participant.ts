/** One of several processes that begin, resume and save in one folder at the same time, for together.ts. */
import fs from "node:fs";
import { CheckpointError, checkpoints } from "../../src/checkpoint/index.ts";
import { makeOptimizer, step } from "./training.ts";

/** The elements of each parameter: few, so that most of the time is spent on file names. */
export const elements = 500;

export interface Round {
  readonly folder: string;
  readonly keep: number | "all";
  readonly saves: number;
  /** Whether the file system has hard links. */
  readonly links: boolean;
  /** The delay in milliseconds. */
  readonly late: number;
}

export interface Saved {
  readonly path: string;
  readonly step: number;
}

export interface Report {
  readonly saved: readonly Saved[];
  /** How many times another run was detected. */
  readonly refused: number;
  /** Messages about broken promises. */
  readonly faults: readonly string[];
}

function play({ folder, keep, saves, late }: Round): Report {
  const [saved, faults]: [Saved[], string[]] = [[], []];
  let refused = 0;
  const optimizer = makeOptimizer(elements);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, late);
  const begin = () => {
    const run = checkpoints(folder, { keep: keep === "all" ? Number.POSITIVE_INFINITY : keep });
    run.resume(optimizer);
    return run;
  };
  let run: ReturnType<typeof begin> | undefined;
  while (saved.length + refused < saves) {
    try {
      run ??= begin();
      step(optimizer);
      const path = run.save(optimizer, { metadata: { who: process.pid } });
      saved.push({ path, step: optimizer.steps });
    } catch (error) {
      if (!(error instanceof CheckpointError)) faults.push(String((error as Error).stack));
      refused += 1;
      run = undefined;
    }
  }
  optimizer.dispose();
  return { saved, refused, faults };
}

export function takePart(): void {
  const real = fs.linkSync;
  process.on("message", (round: Round) => {
    fs.linkSync = round.links
      ? real
      : () => {
          throw Object.assign(new Error("EPERM: no links"), { code: "EPERM" });
        };
    process.send!(play(round));
  });
}
