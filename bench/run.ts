/** Runs the cases that were asked for and writes what they found. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cases } from "./cases/index.ts";
import { runStart, startName } from "./cases/start.ts";
import { runCase } from "./harness/host.ts";
import { currentCommit, currentLoad, describeMachine } from "./harness/machine.ts";
import type { CaseResult, Results } from "./harness/results.ts";
import { renderCase, renderResults, renderTargets } from "./harness/table.ts";
import { judge } from "./harness/targets.ts";
import { peers } from "./peers/index.ts";

const groups = [...new Set(cases.map(({ group }) => group)), "start"];

const usage = `Usage: npm run bench -- [options]

  --only GROUP[,GROUP]   ${groups.join(", ")} (default: all)
  --case TEXT            only cases whose name contains the text, such as 1M
  --rounds N             rounds that count, 15 at least for figures to quote (default 21)
  --keep                 also keep the results in bench/results and in bench/README.md
  --help

GRADUS_PYTHON names a Python with torch; without it PyTorch is absent.`;

/** `bench.js` starts this file in the checkout's root. */
const bench = join(process.cwd(), "bench");

function readOptions() {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      case: { type: "string", default: "" },
      rounds: { type: "string", default: "21" },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const only = values.only?.split(",") ?? groups;
  const unknown = only.find((group) => !groups.includes(group));
  const rounds = Number(values.rounds);
  if (unknown !== undefined || !(Number.isInteger(rounds) && rounds > 0)) {
    const problem = unknown === undefined ? `--rounds ${values.rounds}` : `group ${unknown}`;
    throw new Error(`${problem}: not known\n\n${usage}`);
  }
  const isAsked = (group: string, name: string) =>
    only.includes(group) && name.includes(values.case);
  return { isAsked, rounds, keep: values.keep, help: values.help };
}

function showProgress(text: string): void {
  if (process.stderr.isTTY) {
    process.stderr.write(`\r\x1b[K${text}`);
  }
}

type Asked = (group: string, name: string) => boolean;

/** Runs the cases and prints each as soon as it is done. */
async function runAll(isAsked: Asked, rounds: number) {
  const results: CaseResult[] = [];
  const versions: Record<string, string> = {};
  const add = (result: CaseResult) => {
    showProgress("");
    results.push(result);
    console.log(`${renderCase(result)}\n`);
  };
  const worker = join(import.meta.dirname, "worker.js");
  const names = peers.map(({ name }) => name);
  for (const benchmark of cases.filter(({ group, name }) => isAsked(group, name))) {
    const label = `${benchmark.group} ${benchmark.name}`;
    showProgress(`${label}: checking`);
    const run = await runCase(benchmark, names, worker, {
      ...{ rounds, turn: 25, warmUp: 600, patience: 30_000 },
      onProgress: (done, of) => showProgress(`${label}: round ${done} of ${of}`),
    });
    Object.assign(versions, run.versions);
    add(run.result);
  }
  if (isAsked("start", startName)) {
    add(runStart(rounds));
  }
  return { results, versions };
}

const slug = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, "-");

function write(results: Results, keep: boolean): void {
  const json = `${JSON.stringify(results, undefined, 2)}\n`;
  mkdirSync(join(bench, "results"), { recursive: true });
  writeFileSync(join(bench, "results", "latest.json"), json);
  console.log("Written to bench/results/latest.json.");
  if (!keep) {
    return;
  }
  const { processor, cores } = results.machine;
  const file = `${results.date}-${slug(processor)}-${cores}-cores.json`;
  writeFileSync(join(bench, "results", file), json);
  const readme = join(bench, "README.md");
  const [before] = readFileSync(readme, "utf8").split("## Last results\n");
  const source = `From [results/${file}](results/${file}).`;
  writeFileSync(readme, `${before}## Last results\n\n${source} ${renderResults(results)}\n`);
  console.log(`Kept as bench/results/${file}, and in bench/README.md.`);
}

async function main(): Promise<void> {
  const { isAsked, rounds, keep, help } = readOptions();
  if (help) {
    console.log(usage);
    return;
  }
  const before = currentLoad();
  if (before > 1) {
    console.log(`The load is ${before.toFixed(1)}: other processes will disturb the figures.\n`);
  }
  const { results: found, versions } = await runAll(isAsked, rounds);
  const results: Results = {
    date: new Date().toISOString().slice(0, 10),
    commit: currentCommit(bench),
    machine: describeMachine(before),
    versions,
    cases: found,
    targets: judge(found),
  };
  if (results.targets.length > 0) {
    console.log(`${renderTargets(results)}\n`);
  }
  write(results, keep);
}

await main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
