import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { explain } from "../../src/explain/index.ts";
import { optimizers, type Rule } from "../../src/index.ts";
import { statePerParameter } from "../../tests/claims/memory.ts";
import { figure, table } from "../figures/document.ts";
import type { Section } from "./section.ts";

const NAMES = [
  "sgd",
  "momentum",
  "adagrad",
  "rmsprop",
  "adadelta",
  "adam",
  "adamw",
  "amsgrad",
] as const;

/** The resident bytes for each byte of parameters and gradients, measured in a new process. */
function resident(name: string): number {
  const script = fileURLToPath(new URL("./resident.ts", import.meta.url));
  return Number(execFileSync(process.execPath, ["--import", "tsx", script, name]).toString());
}

export async function memory(): Promise<Section> {
  const rows = NAMES.map((name) => {
    const rule: Rule = optimizers[name]();
    const state = statePerParameter(rule);
    const { passes, bytes } = explain(rule);
    return [`\`${name}\``, state, figure(resident(name), 3), passes.length, bytes.float32];
  });
  const head = ["", "state", "process", "passes", "bytes moved an element"];
  return { text: table(head, rows) };
}
