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
  /** The state of the address. What is wrong with a link stays to be read until another one is opened. */
  const read = async () => {
    const { state, problem = "" } = await readAddress(location.hash);
    element.querySelector(".link-says")!.textContent = problem;
    return state;
  };
  const state = await read();
  element.hidden = false;
  const playground = new Playground(element, catalogue, new Runner(makeWorker), state);
  playground.begin();
  addEventListener("hashchange", async () => playground.set(await read()));
  // For tests and for the curious.
  Object.assign(element, { playground });
}

void open();
