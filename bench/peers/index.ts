import { gradus } from "./gradus.ts";
import { jaxJs } from "./jaxJs.ts";
import type { PeerSource } from "./peer.ts";
import { plainLoop } from "./plainLoop.ts";
import { pytorch } from "./pytorch.ts";
import { tensorflowJs } from "./tensorflowJs.ts";

/** In the order of the tables. */
export const peers: readonly PeerSource[] = [gradus, plainLoop, jaxJs, tensorflowJs, pytorch];
