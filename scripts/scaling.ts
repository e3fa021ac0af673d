// Writes the model's part of docs/distributed-scale.md, and docs/distributed-scale.svg: `npx tsx scripts/scaling.ts`.
// `--table FILE` fits another table of the same form instead of scripts/scaling/measured.json, and prints the result. `--measure`
// does
// the same for ranks in one thread, and measures them first.
import { readFileSync, writeFileSync } from "node:fs";
import { Ranks } from "../tests/support/ranksInTurn.ts";
import { fill } from "./figures/document.ts";
import { measureOn } from "./scaling/measure.ts";
import {
  constantsTable,
  drawScaling,
  fitTable,
  memoryTable,
  speedUpTables,
} from "./scaling/page.ts";

const page = new URL("../docs/distributed-scale.md", import.meta.url);
const measured = new URL("scaling/measured.json", import.meta.url);

const read = (path: URL | string) => JSON.parse(readFileSync(path, "utf8"));

async function measureInOneThread(): Promise<Parameters<typeof fitTable>[0]> {
  const all = [];
  for (const ranks of [2, 3, 4]) {
    const [first] = await Promise.all(new Ranks(ranks).communicators.map(measureOn));
    all.push(...first!);
  }
  return { transport: "Ranks in one thread", measurements: all };
}

function write(): void {
  fill(page, "constants", constantsTable());
  fill(page, "fit", fitTable(read(measured)));
  fill(page, "speed-ups", speedUpTables());
  fill(page, "memory", memoryTable());
  writeFileSync(new URL("../docs/distributed-scale.svg", import.meta.url), drawScaling());
}

const at = process.argv.indexOf("--table");
if (at > 0) {
  console.log(fitTable(read(process.argv[at + 1]!)));
} else if (process.argv.includes("--measure")) {
  console.log(fitTable(await measureInOneThread()));
} else {
  write();
}
