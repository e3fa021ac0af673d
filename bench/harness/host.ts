/** Lets contestants that live in other processes take turns in one case. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Case, Testimony } from "../cases/case.ts";
import type { Answer, Request } from "../worker.ts";
import { type Contestant, type InterleaveOptions, interleave } from "./interleave.ts";
import { type Absence, type CaseResult, measurementsOf } from "./results.ts";

/** A library's process. */
class Host {
  readonly #child: ChildProcess;

  constructor(worker: string) {
    this.#child = fork(worker);
  }

  /** @throws {Error} with the reason where the process fails to answer */
  async ask(request: Request): Promise<Answer> {
    const ended = new AbortController();
    const { signal } = ended;
    const exit = once(this.#child, "exit", { signal }).then(([code]) => {
      throw new Error(`its process ended with code ${code}`);
    });
    const message = once(this.#child, "message", { signal });
    this.#child.send(request);
    try {
      const [answer] = (await Promise.race([message, exit])) as [Answer];
      if (answer.kind === "failed") {
        throw new Error(answer.reason);
      }
      return answer;
    } finally {
      exit.catch(() => {});
      message.catch(() => {});
      ended.abort();
    }
  }

  dispose(): void {
    if (this.#child.connected) {
      this.#child.disconnect();
    }
  }
}

interface Field {
  readonly contestants: Contestant[];
  readonly testimonies: Testimony[];
  readonly absences: Absence[];
  readonly versions: Record<string, string>;
}

function contestantIn(host: Host, name: string): Contestant {
  return {
    name,
    run: async (count) => {
      const answer = await host.ask({ kind: "run", contestant: name, count });
      if (answer.kind !== "ran") {
        throw new Error(`${name}: unexpected answer ${answer.kind}`);
      }
      return answer.times;
    },
  };
}

async function enter({ group, name }: Case, peer: string, host: Host, field: Field): Promise<void> {
  try {
    const answer = await host.ask({ kind: "enter", group, name, peer });
    if (answer.kind === "entered") {
      field.versions[peer] = answer.version;
      field.testimonies.push(...answer.testimonies);
      field.contestants.push(...answer.testimonies.map((each) => contestantIn(host, each.name)));
    }
  } catch (error) {
    field.absences.push({ name: peer, reason: (error as Error).message });
  }
}

export interface CaseRun {
  readonly result: CaseResult;
  /** Versions of the libraries that were there. */
  readonly versions: Readonly<Record<string, string>>;
}

/** @throws {Error} where contestants disagree; nothing was timed then */
export async function runCase(
  benchmark: Case,
  peers: readonly string[],
  worker: string,
  options: InterleaveOptions,
): Promise<CaseRun> {
  const field: Field = { contestants: [], testimonies: [], absences: [], versions: {} };
  const { contestants, testimonies, absences, versions } = field;
  const hosts: Host[] = [];
  try {
    for (const peer of peers) {
      const host = new Host(worker);
      hosts.push(host);
      await enter(benchmark, peer, host, field);
    }
    const { group, name, reference } = benchmark;
    if (!testimonies.some((each) => each.name === reference)) {
      throw new Error(`${group} ${name}: ${absences[0]?.reason ?? `${reference} is missing`}`);
    }
    const agreement = benchmark.agree(testimonies);
    const samples = await interleave(contestants, options);
    const measurements = measurementsOf(samples, reference);
    const result = { group, name, unit: "step", reference, agreement, measurements, absences };
    return { result, versions };
  } finally {
    for (const host of hosts) {
      host.dispose();
    }
  }
}
