/** The entry for pages: it fetches questions and posts answers; in a worker both are messages. */
import { answerTo } from "./answer.ts";
import type { Asked } from "./engine.ts";

interface Answer {
  readonly answer?: unknown;
  readonly error?: string;
}

const inWorker = (asked: Asked) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(import.meta.url, { type: "module" });
    worker.onmessage = ({ data: { answer, error } }: MessageEvent<Answer>) => {
      worker.terminate();
      if (error === undefined) resolve(answer);
      else reject(new Error(error));
    };
    worker.onerror = ({ message }) => reject(new Error(`a worker failed: ${message}`));
    worker.postMessage(asked);
  });

async function answerOf(asked: Asked): Promise<Answer> {
  try {
    return { answer: await answerTo(asked, inWorker) };
  } catch (error) {
    const { message, stack } = error as Error;
    return { error: `${message}\n${stack}` };
  }
}

async function serve(): Promise<void> {
  let response = await fetch("question");
  while (response.ok) {
    const { visit, ...asked } = await response.json();
    if (visit !== undefined) {
      location.href = visit;
      return;
    }
    const body = JSON.stringify(await answerOf(asked));
    response = await fetch("answer", { method: "POST", body });
  }
}

if (typeof document === "object") await serve();
else addEventListener("message", async ({ data }) => postMessage(await answerOf(data)));
