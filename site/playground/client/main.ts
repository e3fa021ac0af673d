/** Opens the playground with the state that the address has. */
import { readAddress } from "../address.ts";
import type { Catalogue } from "../catalogue.ts";
import type { Request } from "../engine/messages.ts";
import { fromJson } from "../json.ts";
import { Playground } from "./playground.ts";
import { Runner } from "./runner.ts";

function makeWorker(): Worker {
  const worker = new Worker(new URL("../engine/worker.ts", import.meta.url), { type: "module" });
  const address = new URL("../data/fashion.bin", location.href).href;
  worker.postMessage({ kind: "images", address } satisfies Request);
  return worker;
}

async function open(): Promise<void> {
  const catalogue = fromJson(document.getElementById("catalogue")!.textContent!) as Catalogue;
  const element = document.querySelector<HTMLElement>(".arena")!;
  const { state, problem } = await readAddress(location.hash);
  element.hidden = false;
  const playground = new Playground(element, catalogue, new Runner(makeWorker), state);
  playground.begin();
  if (problem !== undefined) playground.say(problem);
  addEventListener("hashchange", async () => {
    const read = await readAddress(location.hash);
    playground.set(read.state);
    if (read.problem !== undefined) playground.say(read.problem);
  });
  // For tests and for the curious.
  Object.assign(element, { playground });
}

void open();
