import { cLoop, copies } from "./cLoop.ts";
import { gradus } from "./gradus.ts";
import { jaxJs } from "./jaxJs.ts";
import { jaxJsAdapter } from "./jaxJsAdapter.ts";
import type { PeerSource } from "./peer.ts";
import { plainLoop } from "./plainLoop.ts";
import { optax, pytorch } from "./python.ts";
import { tensorflowJs } from "./tensorflowJs.ts";

/** The peers in the order of the tables. */
export const peers: readonly PeerSource[] = [
  ...gradus,
  plainLoop,
  jaxJs,
  jaxJsAdapter,
  tensorflowJs,
  ...pytorch,
  ...optax,
  ...cLoop,
  ...copies,
];
