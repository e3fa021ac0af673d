/** Imports a given bundle, binds, makes a step and prints the times. Runs in its own process. */
import { pathToFileURL } from "node:url";
import { startClocks } from "../harness/interleave.ts";
import type { Start } from "./start.ts";

type Library = Pick<typeof import("../../src/index.ts"), "adam" | "optimize">;

const since = startClocks();
const { adam, optimize } = (await import(pathToFileURL(process.argv[2]!).href)) as Library;
const imported = since();
const opt = optimize({ w: new Float32Array(7840), b: new Float32Array(10) }, adam());
const bound = since();
opt.step({ w: new Float32Array(7840), b: new Float32Array(10) });
console.log(JSON.stringify({ imported, bound, stepped: since() } satisfies Start));
