/** Runs the cases on a GPU and writes the results. */
import { mkdirSync, writeFileSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { requestDevice } from "../../src/webgpu/index.ts";
import { runCase } from "../harness/contest.ts";
import { Hosts } from "../harness/host.ts";
import { judge } from "../harness/judge.ts";
import { currentCommit, currentLoad, describeMachine } from "../harness/machine.ts";
import type { CaseResult, Results } from "../harness/results.ts";
import { renderCase, renderCircumstances, renderTargets } from "../harness/table.ts";
import { cases } from "./cases.ts";
import { describeAdapter, openDevice } from "./device.ts";
import { peers } from "./peers/index.ts";
import { renderGpuOverview, targets } from "./targets.ts";

const usage = `Usage: npm run bench:gpu -- [options]

  --software      on the CPU, with the driver that comes with Chromium, if there is no GPU
  --case TEXT     only cases whose name contains the text, such as 25M; may be repeated
  --peers NAMES   these libraries beside Gradus, with commas between them (default: all)
  --rounds N      rounds that count (default 15)
  --turn MS       milliseconds of steps in a turn (default 100)
  --memory GIB    memory that contestants may hold at once (default: half of the machine's)
  --keep NAME     also keep the results as bench/results/NAME.json and .md
  --pack FOLDER   run nothing: put all files that a machine without npm needs into the folder, with a run.sh
  --help

GRADUS_PYTHON is the path of a Python whose torch has CUDA; without it, PyTorch is absent.`;

/** `gpu.js` starts this file from the checkout's root. */
const bench = join(process.cwd(), "bench");

function readOptions() {
  const { values } = parseArgs({
    options: {
      software: { type: "boolean", default: false },
      case: { type: "string", multiple: true, default: [""] },
      peers: { type: "string" },
      rounds: { type: "string", default: "15" },
      turn: { type: "string", default: "100" },
      memory: { type: "string", default: String(totalmem() / 2 ** 31) },
      keep: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const [rounds, turn, memory] = [values.rounds, values.turn, values.memory].map(Number);
  if (![rounds, turn, memory].every((value) => value! > 0)) {
    throw new Error(`--rounds, --turn and --memory must be numbers above 0\n\n${usage}`);
  }
  return { ...values, rounds: rounds!, turn: turn!, memory: memory! * 2 ** 30 };
}

type Options = ReturnType<typeof readOptions>;

async function useSoftware(): Promise<void> {
  const { softwareDrivers } = await import("../../tests/webgpu/softwareDrivers.ts");
  const [driver] = softwareDrivers();
  if (driver === undefined) {
    throw new Error("--software: found no Chromium with a software driver");
  }
  process.env["VK_DRIVER_FILES"] = driver;
}

async function adapterName(): Promise<string> {
  const device = await openDevice({ requestDevice }).catch((error: Error) => {
    throw new Error(`${error.message}; --software runs on the CPU`);
  });
  const name = describeAdapter(device);
  device.destroy();
  return name;
}

function takingPart({ peers: asked }: Options) {
  const names = asked?.split(",");
  const unknown = names?.find((name) => !peers.some(({ library }) => library === name));
  if (unknown !== undefined) {
    throw new Error(`--peers: unknown library ${unknown}\n\n${usage}`);
  }
  return peers.filter(({ library }) => library === "Gradus" || (names?.includes(library) ?? true));
}

async function runAll(options: Options) {
  const { case: asked, rounds, turn, memory } = options;
  const results: CaseResult[] = [];
  const failures: string[] = [];
  const versions: Record<string, string> = {};
  const hosts = new Hosts(join(import.meta.dirname, "hosted.js"));
  for (const benchmark of cases.filter(({ name }) => asked.some((text) => name.includes(text)))) {
    const label = `${benchmark.group} ${benchmark.name}`;
    try {
      const contest = await runCase(benchmark, takingPart(options), hosts, {
        ...{ rounds, memory, turn, warmUp: 3 * turn, patience: 40 * turn, entering: 120_000 },
      });
      Object.assign(versions, contest.versions);
      results.push(contest.result);
      console.log(`${renderCase(contest.result)}\n`);
    } catch (error) {
      failures.push(`${label}: ${(error as Error).message}`);
      console.log(`### ${label}\n\nNothing was timed: ${(error as Error).message}\n`);
    }
  }
  await hosts.dispose();
  return { results, failures, versions };
}

function keep(name: string, results: Results): void {
  const folder = join(bench, "results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(results, undefined, 2)}\n`);
  const page = [
    "# Results of the benchmark on a GPU",
    renderCircumstances(results),
    renderGpuOverview(results.cases),
    renderTargets(results),
    ...results.cases.map(renderCase),
  ];
  writeFileSync(join(folder, `${name}.md`), `${page.join("\n\n")}\n`);
  console.log(`Kept as bench/results/${name}.json and .md.`);
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options.help) {
    console.log(usage);
    return;
  }
  if (options.software) {
    await useSoftware();
  }
  const before = currentLoad();
  const gpu = await adapterName();
  console.log(`${gpu}\n`);
  const { results: found, failures, versions } = await runAll(options);
  const results: Results = {
    date: new Date().toISOString().slice(0, 10),
    commit: process.env["GRADUS_COMMIT"] ?? currentCommit(bench),
    machine: { ...describeMachine(before), gpu },
    versions,
    cases: found,
    targets: judge(targets, found),
  };
  console.log(`${renderGpuOverview(found)}\n\n${renderTargets(results)}\n`);
  if (options.keep !== undefined) {
    keep(options.keep, results);
  }
  if (failures.length > 0) {
    throw new Error(
      `Results differ between contestants, or Gradus is missing:\n${failures.join("\n")}`,
    );
  }
}

await main().then(
  () => process.exit(),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
