/** Runs the cases that were asked for, each in a process of its own, and writes what they found. */
import { fork } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type CaseRun, groups } from "./cases/index.ts";
import { currentCommit, currentLoad, describeMachine } from "./harness/machine.ts";
import type { Results } from "./harness/results.ts";
import { renderCase, renderResults, renderTargets } from "./harness/table.ts";
import { judge } from "./harness/targets.ts";
import type { Order } from "./worker.ts";

const usage = `Usage: npm run bench -- [options]

  --only GROUP[,GROUP]   ${Object.keys(groups).join(", ")} (default: all)
  --case TEXT            only cases whose name contains the text, such as 1M
  --rounds N             rounds that count, 15 at least for figures to quote (default 21)
  --keep                 also keep the results in bench/results and in bench/README.md
  --help

GRADUS_PYTHON names a Python with torch; without it PyTorch is absent.`;

/** `bench.js` starts this file in its own folder. */
const bench = process.cwd();

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
  const only = values.only?.split(",") ?? Object.keys(groups);
  const unknown = only.find((group) => !(group in groups));
  const rounds = Number(values.rounds);
  if (unknown !== undefined || !(Number.isInteger(rounds) && rounds > 0)) {
    const problem = unknown === undefined ? `--rounds ${values.rounds}` : `group ${unknown}`;
    throw new Error(`${problem}: not known\n\n${usage}`);
  }
  const cases = only.flatMap((group) =>
    groups[group]!.filter((name) => name.includes(values.case)).map((name) => ({ group, name })),
  );
  return { cases, rounds, keep: values.keep, help: values.help };
}

type Message = { readonly run: CaseRun } | { readonly done: number; readonly of: number };

function showProgress(text: string): void {
  if (process.stderr.isTTY) {
    process.stderr.write(`\r\x1b[K${text}`);
  }
}

function runInProcess(order: Order): Promise<CaseRun> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, "worker.js"));
    let run: CaseRun | undefined;
    child.on("message", (message: Message) => {
      if ("run" in message) {
        run = message.run;
      } else {
        showProgress(`${order.group} ${order.name}: round ${message.done} of ${message.of}`);
      }
    });
    child.on("exit", (code) => {
      showProgress("");
      if (run === undefined) {
        reject(new Error(`${order.group} ${order.name} ended with code ${code}`));
      } else {
        resolve(run);
      }
    });
    child.send(order);
  });
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
  const { cases, rounds, keep, help } = readOptions();
  if (help) {
    console.log(usage);
    return;
  }
  const before = currentLoad();
  if (before > 1) {
    console.log(`The load is ${before.toFixed(1)}: other processes will disturb the figures.\n`);
  }
  const options = { rounds, turn: 25, warmUp: 600, patience: 30_000 };
  const runs: CaseRun[] = [];
  for (const each of cases) {
    const run = await runInProcess({ ...each, options });
    runs.push(run);
    console.log(`${renderCase(run.result)}\n`);
  }
  const results: Results = {
    date: new Date().toISOString().slice(0, 10),
    commit: currentCommit(bench),
    machine: describeMachine(before),
    versions: Object.assign({}, ...runs.map(({ versions }) => versions)),
    cases: runs.map(({ result }) => result),
    targets: judge(runs.map(({ result }) => result)),
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
