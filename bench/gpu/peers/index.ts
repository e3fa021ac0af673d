import type { PeerSource } from "../../peers/peer.ts";
import { pytorchOnGpu } from "../../peers/python.ts";
import { copies } from "./copies.ts";
import { gradus } from "./gradus.ts";
import { handWritten } from "./handWritten.ts";
import { jaxJs } from "./jaxJs.ts";
import { tensorflowJs } from "./tensorflowJs.ts";

/** The peers in the order of the tables. */
export const peers: readonly PeerSource[] = [
  ...[gradus, handWritten, jaxJs, tensorflowJs, pytorchOnGpu, copies],
];
