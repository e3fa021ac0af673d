/** For tests: the command in their own process, with what it writes. */
import { vi } from "vitest";
import { run } from "./program.ts";

export interface Written {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs what was typed after `gradus`. */
export async function typed(...words: readonly string[]): Promise<Written> {
  const output = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((chunk) => {
      output[name] += chunk;
      return true;
    }),
  );
  try {
    return { code: await run(words, "0.0.0"), ...output };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
