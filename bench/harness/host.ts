/** A library's process, and the requests that it answers. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { PeerSource } from "../peers/peer.ts";
import type { Answer, Request } from "./hosted.ts";
import type { Contestant } from "./interleave.ts";

type AnswerTo<K extends Answer["kind"]> = Extract<Answer, { kind: K }>;

export class Host {
  readonly #child: ChildProcess;
  /** The time limit in milliseconds that was exceeded. */
  #late: number | undefined;

  /** @throws {Error} if the Node that the peer needs is not installed */
  constructor(worker: string, { executable }: PeerSource) {
    const execPath = executable === undefined ? process.execPath : executable();
    if (execPath === undefined) {
      throw new Error("its version of Node is not installed");
    }
    this.#child = fork(worker, { execPath });
  }

  /**
   * @param patience milliseconds after which the process is ended
   * @throws {Error} with the reason, if the process does not answer
   */
  async ask<K extends Answer["kind"]>(
    expected: K,
    request: Request,
    patience = 120_000,
  ): Promise<AnswerTo<K>> {
    const timeout = setTimeout(() => {
      this.#late = patience;
      this.#child.kill("SIGKILL");
    }, patience);
    const ended = new AbortController();
    const { signal } = ended;
    const exit = once(this.#child, "exit", { signal }).then(([code, killed]) => {
      throw new Error(
        this.#late === undefined
          ? `its process ended with ${killed ?? `code ${code}`}`
          : `took more than ${this.#late / 1000} s`,
      );
    });
    const message = once(this.#child, "message", { signal });
    this.#child.send(request);
    try {
      const [answer] = (await Promise.race([message, exit])) as [Answer];
      if (answer.kind === "failed") {
        throw new Error(answer.reason);
      }
      if (answer.kind !== expected) {
        throw new Error(`unexpected answer ${answer.kind}`);
      }
      return answer as AnswerTo<K>;
    } finally {
      clearTimeout(timeout);
      exit.catch(() => {});
      message.catch(() => {});
      ended.abort();
    }
  }

  get alive(): boolean {
    return this.#child.connected;
  }

  /** A contestant that has entered. */
  contestant(name: string): Contestant {
    return {
      name,
      run: async (count) => (await this.ask("ran", { kind: "run", contestant: name, count })).times,
    };
  }

  /** Ends the process, and waits until its memory is free. */
  async dispose(): Promise<void> {
    if (this.#child.connected) {
      const exit = once(this.#child, "exit");
      this.#child.disconnect();
      await exit;
    }
  }
}

/** The processes of a run. Those of peers that start slowly serve several cases. */
export class Hosts {
  readonly #worker: string;
  readonly #staying = new Map<string, Host>();

  constructor(worker: string) {
    this.#worker = worker;
  }

  get(source: PeerSource): Host {
    const known = this.#staying.get(source.name);
    if (known?.alive) {
      return known;
    }
    const host = new Host(this.#worker, source);
    if (source.stays) {
      this.#staying.set(source.name, host);
    }
    return host;
  }

  /** Frees the memory of a process: ends it, unless it stays. */
  async release(source: PeerSource, host: Host): Promise<void> {
    if (!source.stays || !host.alive) {
      this.#staying.delete(source.name);
      await host.dispose();
      return;
    }
    try {
      await host.ask("cleared", { kind: "clear" });
    } catch {
      this.#staying.delete(source.name);
      await host.dispose();
    }
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#staying.values()].map((host) => host.dispose()));
    this.#staying.clear();
  }
}
