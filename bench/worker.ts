/**
 * Hosts one library in a process of its own. What one does to the engine must not slow another: a
 * memory that grows, for one, makes every typed array of its process slower from then on.
 */
import { cases } from "./cases/index.ts";
import type { Contestant, Times } from "./harness/interleave.ts";
import { peers } from "./peers/index.ts";
import type { Peer } from "./peers/peer.ts";

/** What the parent asks: first to enter a case, then to run steps. */
export type Request =
  | { readonly kind: "enter"; readonly group: string; readonly name: string; readonly peer: string }
  | { readonly kind: "run"; readonly contestant: string; readonly count: number };

export type Answer =
  | {
      readonly kind: "entered";
      readonly version: string;
      readonly testimonies: readonly {
        readonly name: string;
        readonly evidence: readonly number[];
      }[];
    }
  | { readonly kind: "ran"; readonly times: Times }
  | { readonly kind: "failed"; readonly reason: string };

const contestants = new Map<string, Contestant>();
let hosted: Peer | undefined;

async function answer(request: Request): Promise<Answer> {
  if (request.kind === "run") {
    const times = await contestants.get(request.contestant)!.run(request.count);
    return { kind: "ran", times };
  }
  const { group, name } = request;
  const source = peers.find((each) => each.name === request.peer)!;
  hosted = await source.load();
  const entrants = await cases
    .find((each) => each.group === group && each.name === name)!
    .enter(hosted);
  for (const { contestant } of entrants) {
    contestants.set(contestant.name, contestant);
  }
  const testimonies = entrants.map(({ contestant, evidence }) => ({
    name: contestant.name,
    evidence,
  }));
  return { kind: "entered", version: hosted.version, testimonies };
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
