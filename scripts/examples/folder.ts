/** The folder in which examples read and write files. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adam, optimize, parameters } from "gradus";
import { torchStates, writeTorch } from "gradus/pytorch";

/** Makes a folder with `there.pt`, a file as PyTorch saves it, and `train.js`, a program for threads. */
export function makeExampleFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "gradus-examples-"));
  const optimizer = optimize(parameters({ w: [2, 3], b: [3] }), adam());
  const names = { "0.weight": "w", "0.bias": "b" };
  writeFileSync(join(path, "there.pt"), writeTorch(torchStates(optimizer, { names })));
  writeFileSync(join(path, "train.js"), "process.argv.includes('--steps') || process.exit(1);");
  return { path, remove: () => rmSync(path, { recursive: true }) };
}
