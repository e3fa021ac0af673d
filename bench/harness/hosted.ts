/**
 * Hosts one library in its own process, so that its effects on the engine do not slow others. For example, after a memory
 * has grown, every typed array of its process is slower.
 */
import type { Case, Entrant } from "../cases/case.ts";
import type { Peer, PeerSource } from "../peers/peer.ts";
import type { Contestant, Times } from "./interleave.ts";

/** The parent's requests: open a case, let contestants enter, run steps, free all of them. */
export type Request =
  | { readonly kind: "open"; readonly group: string; readonly name: string; readonly peer: string }
  | { readonly kind: "enter"; readonly contestant: string }
  | { readonly kind: "run"; readonly contestant: string; readonly count: number }
  | { readonly kind: "clear" };

export type Answer =
  | {
      readonly kind: "opened";
      readonly version: string;
      /** Those that could enter. */
      readonly contestants: readonly string[];
    }
  | { readonly kind: "entered"; readonly evidence: readonly number[] }
  | { readonly kind: "ran"; readonly times: Times }
  | { readonly kind: "cleared" }
  | { readonly kind: "failed"; readonly reason: string };

/** Answers the parent's requests about these cases and peers. */
export function serve(cases: readonly Case[], peers: readonly PeerSource[]): void {
  const contestants = new Map<string, Contestant>();
  let entrants: Readonly<Record<string, () => Promise<Entrant>>> = {};
  let hosted: Peer | undefined;

  async function open(group: string, name: string, peer: string): Promise<Answer> {
    hosted ??= await peers.find((each) => each.name === peer)!.load();
    entrants = cases.find((each) => each.group === group && each.name === name)!.entrants(hosted);
    return { kind: "opened", version: hosted.version, contestants: Object.keys(entrants) };
  }

  async function answer(request: Request): Promise<Answer> {
    switch (request.kind) {
      case "open":
        return open(request.group, request.name, request.peer);
      case "enter": {
        const { contestant, evidence } = await entrants[request.contestant]!();
        contestants.set(request.contestant, contestant);
        return { kind: "entered", evidence };
      }
      case "run": {
        const times = await contestants.get(request.contestant)!.run(request.count);
        return { kind: "ran", times };
      }
      case "clear":
        contestants.clear();
        await hosted?.clear?.();
        return { kind: "cleared" };
    }
  }

  process.on("message", async (request: Request) => {
    try {
      process.send!(await answer(request));
    } catch (error) {
      const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
      process.send!({ kind: "failed", reason });
    }
  });

  process.on("disconnect", () => {
    hosted?.dispose?.();
    process.exit(0);
  });
}
