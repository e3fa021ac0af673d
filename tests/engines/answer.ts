/** Answers a question here, or in a worker. */
import type { Asked } from "./engine.ts";
import { questions } from "./program.ts";

/** @param inWorker asks a new worker */
export async function answerTo(
  { question, argument, workers }: Asked,
  inWorker: (asked: Asked) => Promise<unknown>,
): Promise<unknown> {
  return workers > 0
    ? await inWorker({ question, argument, workers: workers - 1 })
    : await questions[question](argument as never);
}
