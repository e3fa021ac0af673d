/** Asks browser engines: each opens a page that fetches questions and posts answers, so that no driver is needed. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Build, bundle } from "./bundle.ts";
import type { Asked, Engine } from "./engine.ts";

/** The folders of the two pages. */
const isolated = "/";
const plain = "/plain/";

interface Waiting {
  /** The folder of the page that should answer. */
  readonly folder: string;
  readonly asked: Asked;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The headers that isolate a page, which threads require. */
const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** The shipped files include a file for workers, which must be found. A bundle has no such file, and works without. */
const headers: Readonly<Record<Build, Readonly<Record<string, string>>>> = {
  shipped: { ...isolation, "content-security-policy": "worker-src 'self'" },
  bundled: isolation,
};

/** Passes questions to a page, one after the other. */
class Questions {
  readonly #waiting: Waiting[] = [];
  #answering: Waiting | undefined;
  #page: { readonly folder: string; readonly response: ServerResponse } | undefined;
  #closed = false;

  ask(folder: string, asked: Asked): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new Error("the browser ended"));
        return;
      }
      this.#waiting.push({ folder, asked, resolve, reject });
      this.#send();
    });
  }

  /** The page waits for the next question. */
  wait(folder: string, response: ServerResponse): void {
    this.#page = { folder, response };
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
    this.#page?.response.writeHead(410).end();
  }

  #send(): void {
    if (this.#closed || this.#page === undefined || this.#waiting.length === 0) return;
    const { response, folder } = this.#page;
    this.#page = undefined;
    const [next] = this.#waiting as [Waiting];
    if (next.folder !== folder) {
      response.end(JSON.stringify({ visit: next.folder }));
      return;
    }
    this.#answering = this.#waiting.shift();
    response.end(JSON.stringify(next.asked));
  }
}

export type Command = readonly [program: string, words: readonly string[]];

/** @param start the browser's command, for an address and a profile folder */
export async function pageEngine(
  start: (address: string, folder: string) => Command,
  build: Build,
): Promise<Engine> {
  const script = await bundle("page", build);
  const questions = new Questions();
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const url = request.url!;
    const page = url.startsWith(plain) ? plain : isolated;
    for (const [name, value] of page === plain ? [] : Object.entries(headers[build])) {
      response.setHeader(name, value);
    }
    if (url === `${page}question`) {
      questions.wait(page, response);
    } else if (url === `${page}answer`) {
      questions.answered(JSON.parse(await text(request)));
      questions.wait(page, response);
    } else if (url === `${page}program.js`) {
      response.setHeader("content-type", "text/javascript").end(script);
    } else if (url.startsWith("/dist/")) {
      const module = readFileSync(new URL(`../..${url}`, import.meta.url));
      response.setHeader("content-type", "text/javascript").end(module);
    } else if (url !== page) {
      response.writeHead(404).end();
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
  // In its own process group, because browsers have many processes.
  const browser: ChildProcess = spawn(command, words, { stdio: "ignore", detached: true });
  const ended = new Promise<void>((resolve) => browser.on("close", resolve));
  void ended.then(() => questions.end());
  return {
    ask: (question, argument = null, place = {}) =>
      questions.ask(place.plain ? plain : isolated, {
        question,
        argument,
        workers: place.workers ?? 0,
      }),
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
