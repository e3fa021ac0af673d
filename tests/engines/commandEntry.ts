/** The entry for command lines: it reads a question and prints the answer; in a worker both are messages. */
import process from "node:process";
import { text } from "node:stream/consumers";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { answerTo } from "./answer.ts";
import type { Asked } from "./engine.ts";

const inWorker = (asked: Asked) =>
  new Promise((resolve, reject) => {
    new Worker(new URL(import.meta.url), { workerData: asked })
      .on("message", resolve)
      .on("error", reject);
  });

const asked = isMainThread ? JSON.parse(await text(process.stdin)) : workerData;
const answer = await answerTo(asked, inWorker);
if (isMainThread) console.log(JSON.stringify(answer));
else parentPort!.postMessage(answer);
