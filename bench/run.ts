/** Runs the requested cases and writes their results. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cases } from "./cases/index.ts";
import { memoryName, runMemory } from "./cases/memory.ts";
import { runStart, startName } from "./cases/start.ts";
import { renderChart } from "./harness/chart.ts";
import { runCase } from "./harness/contest.ts";
import { Hosts } from "./harness/host.ts";
import { judge } from "./harness/judge.ts";
import { currentCommit, currentLoad, describeMachine } from "./harness/machine.ts";
import type { CaseResult, Results } from "./harness/results.ts";
import { renderCase, renderCircumstances, renderSummary } from "./harness/table.ts";
import { targets } from "./harness/targets.ts";
import { peers } from "./peers/index.ts";

const groups = [...new Set(cases.map(({ group }) => group)), "start", "memory"];
const libraries = [...new Set(peers.map(({ library }) => library))];

const usage = `Usage: npm run bench -- [options]

  --only GROUP[,GROUP]      ${groups.join(", ")} (default: all)
  --case TEXT               only cases of this name, or whose name contains the text, such as 1M;
                            may be repeated
  --peers NAME[,NAME]       ${libraries.join(", ")} (default: all; Gradus always takes part)
  --rounds N                rounds that count, at least 15 for figures to quote (default 7)
  --memory GIB              memory that contestants may hold at once (default: half of the machine's)
  --keep                    also keep the results in bench/results and in bench/README.md
  --help

GRADUS_PYTHON is the path of a Python with torch, jax and optax; without it, these are absent.`;

/** `bench.js` starts this file in the checkout's root. */
const bench = join(process.cwd(), "bench");

function listOf(text: string | undefined, known: readonly string[], kind: string): string[] {
  const list = text?.split(",") ?? [...known];
  const unknown = list.find((each) => !known.includes(each));
  if (unknown !== undefined) {
    throw new Error(`unknown ${kind} ${unknown}\n\n${usage}`);
  }
  return list;
}

function numberOf(text: string, option: string): number {
  const value = Number(text);
  if (!(value > 0)) {
    throw new Error(`${option} must be a number above 0, not ${text}\n\n${usage}`);
  }
  return value;
}

const all: readonly { readonly group: string; readonly name: string }[] = [
  ...cases,
  { group: "start", name: startName },
  { group: "memory", name: memoryName },
];
const allNames = all.map(({ name }) => name);

/** Whether a name was requested: "1 x 10" is a name of its own, and does not match "1 x 100M". */
const isNamed = (name: string, asked: string): boolean =>
  allNames.includes(asked) ? name === asked : name.includes(asked);

/** @throws {Error} if a requested case does not exist in these groups */
function checkNamed(asked: readonly string[], only: readonly string[]): void {
  const names = all.flatMap(({ group, name }) => (only.includes(group) ? [name] : []));
  const unknown = asked.find((each) => !names.some((name) => isNamed(name, each)));
  if (unknown !== undefined) {
    throw new Error(
      `--case: there is no case ${unknown}; the cases are\n\n  ${names.join("\n  ")}`,
    );
  }
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      case: { type: "string", multiple: true, default: [""] },
      peers: { type: "string" },
      rounds: { type: "string", default: "7" },
      memory: { type: "string", default: String(totalmem() / 2 ** 31) },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const only = listOf(values.only, groups, "group");
  checkNamed(values.case, only);
  const asked = ["Gradus", ...listOf(values.peers, libraries, "peer")];
  return {
    isAsked: (group: string, name: string) =>
      only.includes(group) && values.case.some((asked) => isNamed(name, asked)),
    peers: peers.filter(({ library }) => asked.includes(library)),
    rounds: Math.ceil(numberOf(values.rounds, "--rounds")),
    memory: numberOf(values.memory, "--memory") * 2 ** 30,
    keep: values.keep,
    help: values.help,
  };
}

type Options = ReturnType<typeof readOptions>;

function showProgress(text: string): void {
  if (process.stderr.isTTY) {
    process.stderr.write(`\r\x1b[K${text}`);
  }
}

/** Runs the cases and prints each as soon as it is done. A case that fails does not end the run. */
async function runAll({ isAsked, peers: asked, rounds, memory }: Options) {
  const results: CaseResult[] = [];
  const failures: string[] = [];
  const versions: Record<string, string> = {};
  const add = (result: CaseResult) => {
    showProgress("");
    results.push(result);
    console.log(`${renderCase(result)}\n`);
  };
  const hosts = new Hosts(join(import.meta.dirname, "hosted.js"));
  for (const benchmark of cases.filter(({ group, name }) => isAsked(group, name))) {
    const label = `${benchmark.group} ${benchmark.name}`;
    showProgress(`${label}: checking`);
    try {
      const contest = await runCase(benchmark, asked, hosts, {
        ...{ rounds, memory, turn: 15, warmUp: 200, patience: 2500, entering: 60_000 },
        onProgress: (done, of) => showProgress(`${label}: round ${done} of ${of}`),
      });
      Object.assign(versions, contest.versions);
      add(contest.result);
    } catch (error) {
      failures.push(`${label}: ${(error as Error).message}`);
      console.log(`### ${label}\n\nNothing was timed: ${(error as Error).message}\n`);
    }
  }
  await hosts.dispose();
  if (isAsked("start", startName)) {
    add(runStart(3 * rounds));
  }
  if (isAsked("memory", memoryName)) {
    add(runMemory());
  }
  return { results, failures, versions };
}

const slug = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, "-");

/** Tables of all cases are a page of their own: the README keeps what is seen at a glance. */
function keepResults(results: Results, save: (name: string) => void): void {
  const { processor, cores } = results.machine;
  const name = `${results.date}-${slug(processor)}-${cores}-cores`;
  save(name);
  const circumstances = renderCircumstances(results);
  const page = ["# Results of the benchmark", circumstances, ...results.cases.map(renderCase)];
  writeFileSync(join(bench, "results", `${name}.md`), `${page.join("\n\n")}\n`);
  const readme = join(bench, "README.md");
  const [before] = readFileSync(readme, "utf8").split("## Last results\n");
  const summary = [
    "## Last results",
    circumstances,
    `[All cases](results/${name}.md), [as JSON](results/${name}.json).`,
    `![Each library's time relative to Gradus', by case](results/${name}.svg)`,
    renderSummary(results),
  ];
  writeFileSync(readme, `${before}${summary.join("\n\n")}\n`);
  console.log(`Kept as bench/results/${name}.json, .svg and .md, and in bench/README.md.`);
}

function write(results: Results, keep: boolean): void {
  const folder = join(bench, "results");
  const save = (name: string) => {
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(results, undefined, 2)}\n`);
    writeFileSync(join(folder, `${name}.svg`), renderChart(results));
  };
  mkdirSync(folder, { recursive: true });
  save("latest");
  console.log("Written to bench/results/latest.json and latest.svg.");
  if (keep) {
    keepResults(results, save);
  }
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options.help) {
    console.log(usage);
    return;
  }
  const before = currentLoad();
  if (before > 1) {
    console.log(`The load is ${before.toFixed(1)}: other processes will disturb the figures.\n`);
  }
  const { results: found, failures, versions } = await runAll(options);
  const results: Results = {
    date: new Date().toISOString().slice(0, 10),
    commit: currentCommit(bench),
    machine: describeMachine(before),
    versions,
    cases: found,
    targets: judge(targets, found),
  };
  console.log(`${renderSummary(results)}\n`);
  write(results, options.keep);
  if (failures.length > 0) {
    throw new Error(
      `Results differ between contestants, or Gradus is missing:\n${failures.join("\n")}`,
    );
  }
}

await main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
