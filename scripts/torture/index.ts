// `npm run torture`: tests what may happen to a run, for real and at length. Prints figures; fails at the first broken promise.
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { argumentPart } from "./arguments.ts";
import { checkpointPart } from "./checkpoints.ts";
import { endingPart } from "./endings.ts";
import { faultPart } from "./faults.ts";
import { folderPart } from "./folders.ts";
import { fuzzingPart } from "./fuzzing.ts";
import { longPart } from "./long.ts";
import { outerPart } from "./outer.ts";
import type { Finding, Part, Scale } from "./part.ts";
import { rankPart } from "./ranks.ts";
import { rulePart } from "./rules.ts";
import { runPart } from "./runs.ts";
import { togetherPart } from "./together.ts";

const parts: readonly Part[] = [
  ...[checkpointPart, togetherPart, runPart, endingPart, folderPart, faultPart, longPart],
  ...[rankPart, outerPart, argumentPart, rulePart, fuzzingPart],
];

const page = new URL("../../docs/reliability.md", import.meta.url);
const heading = "## Figures\n";

const usage = `Usage: npm run torture -- [options]

  --only NAME[,NAME]   ${parts.map(({ name }) => name).join(", ")} (default: all)
  --kills N            of trainings by the library, and as many of the command, and half as many other endings (default 200)
  --calls N            of the command among files of others (default 2000)
  --rounds N           in which processes want one folder (default 500)
  --inputs N           for each reader, and calls of public functions (default 1000000)
  --seed N             of inputs and moments (default 1)
  --keep               also write the figures to docs/reliability.md`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      kills: { type: "string", default: "200" },
      calls: { type: "string", default: "2000" },
      rounds: { type: "string", default: "500" },
      inputs: { type: "string", default: "1000000" },
      seed: { type: "string", default: "1" },
      keep: { type: "boolean", default: false },
    },
  });
  const names = values.only?.split(",") ?? parts.map(({ name }) => name);
  const { kills, calls, rounds, inputs, seed } = values;
  const counts = { kills: +kills, calls: +calls, rounds: +rounds, inputs: +inputs, seed: +seed };
  const known = names.every((name) => parts.some((part) => part.name === name));
  if (!known || !Object.values(counts).every((value) => value > 0)) throw new Error(usage);
  const scale: Scale = { ...counts, steps: 1_000_000, optimizers: 10_000 };
  return { names, scale, keep: values.keep };
}

const row = ({ what, times, figures }: Finding) =>
  `| ${what} | ${times.toLocaleString("en")} | ${figures} |`;

function keepFigures(findings: readonly Finding[], minutes: number): void {
  const [before] = readFileSync(page, "utf8").split(heading);
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${availableParallelism()} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`;
  const lines = [
    `${heading}\n${date}, ${machine}; ${minutes.toFixed(0)} minutes.\n`,
    "| what was done | times | result |",
    "| --- | ---: | --- |",
    ...findings.map(row),
  ];
  writeFileSync(page, `${before}${lines.join("\n")}\n`);
}

const { names, scale, keep } = readOptions();
const findings: Finding[] = [];
const start = performance.now();
for (const part of parts.filter(({ name }) => names.includes(name))) {
  console.log(`\n── ${part.name}`);
  await part.run(scale, (finding) => {
    findings.push(finding);
    console.log(`${finding.what}: ${finding.times.toLocaleString("en")} times; ${finding.figures}`);
  });
}
const minutes = (performance.now() - start) / 60_000;
console.log(`\nAll as promised, in ${minutes.toFixed(1)} minutes.`);
if (keep) keepFigures(findings, minutes);
process.exit();
