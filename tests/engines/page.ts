/** Engines of browsers: each opens a page that fetches questions and posts answers, so that none needs a driver. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { bundle } from "./bundle.ts";
import type { Engine, Question } from "./engine.ts";

interface Asked {
  readonly question: Question;
  readonly argument: unknown;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Threads need a page that is isolated. */
const headers = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** Hands questions to a page, one after another. */
class Questions {
  readonly #waiting: Asked[] = [];
  #answering: Asked | undefined;
  #page: ServerResponse | undefined;
  #closed = false;

  ask(question: Question, argument: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new Error("the browser ended"));
        return;
      }
      this.#waiting.push({ question, argument, resolve, reject });
      this.#send();
    });
  }

  /** The page waits for the next question. */
  wait(response: ServerResponse): void {
    this.#page = response;
    this.#send();
  }

  answered({ answer, error }: { readonly answer?: unknown; readonly error?: string }): void {
    if (error === undefined) this.#answering?.resolve(answer);
    else this.#answering?.reject(new Error(error));
    this.#answering = undefined;
  }

  /** The browser has ended. */
  end(): void {
    this.#closed = true;
    for (const { reject } of [...(this.#answering ? [this.#answering] : []), ...this.#waiting]) {
      reject(new Error("the browser ended"));
    }
    this.#page?.writeHead(410).end();
  }

  #send(): void {
    if (this.#closed || this.#page === undefined || this.#waiting.length === 0) return;
    const asked = this.#waiting.shift()!;
    this.#answering = asked;
    const { question, argument } = asked;
    this.#page.end(JSON.stringify({ question, argument }));
    this.#page = undefined;
  }
}

/**
 * @param start the browser's command, for an address and a folder of its own
 */
export async function pageEngine(
  start: (address: string, folder: string) => readonly [command: string, words: readonly string[]],
): Promise<Engine> {
  const script = await bundle("page");
  const questions = new Questions();
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (request.url === "/question") {
      questions.wait(response);
    } else if (request.url === "/answer") {
      questions.answered(JSON.parse(await text(request)));
      questions.wait(response);
    } else if (request.url === "/program.js") {
      response.setHeader("content-type", "text/javascript").end(script);
    } else if (request.url?.startsWith("/dist/")) {
      const module = readFileSync(new URL(`../..${request.url}`, import.meta.url));
      response.setHeader("content-type", "text/javascript").end(module);
    } else {
      response
        .setHeader("content-type", "text/html")
        .end(
          '<!doctype html><title>Gradus</title><script type="module" src="program.js"></script>',
        );
    }
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const folder = mkdtempSync(join(tmpdir(), "gradus-engine-"));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const [command, words] = start(address, folder);
  // A group of its own: browsers are many processes.
  const browser: ChildProcess = spawn(command, words, { stdio: "ignore", detached: true });
  const ended = new Promise<void>((resolve) => browser.on("close", resolve));
  void ended.then(() => questions.end());
  return {
    ask: (question, argument = null) => questions.ask(question, argument),
    async close() {
      try {
        process.kill(-browser.pid!, "SIGKILL");
      } catch {
        // It has ended.
      }
      await ended;
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
