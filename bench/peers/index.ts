import type { Absence } from "../harness/results.ts";
import { gradus } from "./gradus.ts";
import { jaxJs } from "./jaxJs.ts";
import type { Peer, PeerSource } from "./peer.ts";
import { plainLoop } from "./plainLoop.ts";
import { pytorch } from "./pytorch.ts";
import { tensorflowJs } from "./tensorflowJs.ts";

const sources: readonly PeerSource[] = [gradus, plainLoop, jaxJs, tensorflowJs, pytorch];

/** Those that are there, by name, and why the others are not. */
export interface Field {
  readonly peers: ReadonlyMap<string, Peer>;
  readonly absences: readonly Absence[];
}

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0]!;

export async function loadPeers(): Promise<Field> {
  const peers = new Map<string, Peer>();
  const absences: Absence[] = [];
  for (const { name, load } of sources) {
    try {
      peers.set(name, await load());
    } catch (error) {
      absences.push({ name, reason: messageOf(error) });
    }
  }
  return { peers, absences };
}

/** Makes the contestants of one kind; those that fail are absent, with the reason. */
export async function enter<P, C>(
  { peers, absences }: Field,
  problem: P,
  kind: (peer: Peer) => Readonly<Record<string, (problem: P) => C | Promise<C>>>,
): Promise<{ contestants: C[]; absences: Absence[] }> {
  const contestants: C[] = [];
  const failed = [...absences];
  for (const peer of peers.values()) {
    for (const [name, make] of Object.entries(kind(peer))) {
      try {
        contestants.push(await make(problem));
      } catch (error) {
        failed.push({ name, reason: messageOf(error) });
      }
    }
  }
  return { contestants, absences: failed };
}
