/** Runs one case in a process of its own, so that no case inherits another's heap or compiled code. */
import { runCase } from "./cases/index.ts";
import type { InterleaveOptions } from "./harness/interleave.ts";

/** What the parent sends, once. */
export interface Order {
  readonly group: string;
  readonly name: string;
  readonly options: Omit<InterleaveOptions, "onProgress">;
}

process.once("message", async (order: Order) => {
  const { group, name, options } = order;
  const run = await runCase(group, name, {
    ...options,
    onProgress: (done, of) => process.send!({ done, of }),
  });
  process.send!({ run }, () => process.exit(0));
});
