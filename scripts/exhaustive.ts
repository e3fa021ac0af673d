// `npm run exhaustive`: compares tens of thousands of random compositions with the simulator of tests/compositions. For each one
// that differs it prints the smallest program that does. With `--tests`, it runs the tests in their long form.
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { SingleBar } from "cli-progress";
import { generate } from "../tests/compositions/generator.ts";
import { generateForGpu } from "../tests/compositions/gpu.ts";
import { programOf } from "../tests/compositions/program.ts";
import type { Answer, Question } from "./exhaustiveWorker.ts";
import { runTool } from "./setup.js";

const usage = `Usage: npm run exhaustive -- [options]

  --tests        the tests instead: properties 20 times as often, all pairs, whole trajectories
  --gpu          on a device: in software, unless GRADUS_GPU=hardware
  --wide         with vectors of 256 bits, where this Node has them, all code optimized
  --count N      compositions (default 20000, of a device 2000)
  --seed N       of all of them (default 1)
  --only INDEX   one of them alone, and its program
  --processes N  that share the work (default 2)
  --most N       failures after which it ends (default 10)
  --help         prints this`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      tests: { type: "boolean", default: false },
      gpu: { type: "boolean", default: false },
      wide: { type: "boolean", default: false },
      count: { type: "string" },
      seed: { type: "string", default: "1" },
      only: { type: "string" },
      processes: { type: "string", default: "2" },
      most: { type: "string", default: "10" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const [count, seed, processes, most] = [
    ...[values.count ?? (values.gpu ? 2000 : 20_000), values.seed, values.processes, values.most],
  ].map(Number) as [number, number, number, number];
  const only = values.only === undefined ? undefined : Number(values.only);
  const whole = [count, seed, processes, most, only ?? 1].every(Number.isSafeInteger);
  if (!whole || count < 1 || processes < 1) throw new Error(usage);
  const { gpu, wide, tests } = values;
  return { count, seed, processes, most, only, gpu, wide, tests };
}

type Options = ReturnType<typeof readOptions>;

interface Totals {
  done: number;
  refused: number;
  loose: number;
  failures: number;
}

/** Without a terminal, a line for each tenth. */
function progressOf(total: number): { tell: (done: number) => void; end: () => void } {
  if (!process.stderr.isTTY) {
    const tenth = Math.ceil(total / 10);
    const tell = (done: number) => {
      if (done % tenth === 0) console.error(`${done} of ${total}`);
    };
    return { tell, end: () => {} };
  }
  const bar = new SingleBar({ format: "{bar} {value} of {total}, {eta_formatted} left" });
  bar.start(total, 0);
  return { tell: (done) => bar.update(done), end: () => bar.stop() };
}

/** Options of Node for vectors of 256 bits, which its baseline compiler lacks. */
const optimized = [
  "--no-liftoff",
  "--import",
  fileURLToPath(new URL("../src/wide/index.ts", import.meta.url)),
];

/** Hands out numbers until there are no more, or enough of them have failed. */
function share(indices: readonly number[], { seed, processes, most, gpu, wide }: Options) {
  const totals: Totals = { done: 0, refused: 0, loose: 0, failures: 0 };
  const progress = progressOf(indices.length);
  let next = 0;
  const work = (worker: ChildProcess) =>
    new Promise<void>((resolve, reject) => {
      const ask = () => {
        if (next >= indices.length || totals.failures >= most) worker.disconnect();
        else worker.send({ seed, index: indices[next++]!, gpu } satisfies Question);
      };
      worker.on("message", ({ failure, refused, loose }: Answer) => {
        totals.done++;
        totals.refused += Number(refused);
        totals.loose += Number(loose);
        if (failure !== undefined) {
          totals.failures++;
          // Printed at once, so that a long run can be stopped without losing it.
          console.log(`\n${failure}\n`);
        }
        progress.tell(totals.done);
        ask();
      });
      worker.on("exit", (code) => {
        if (code === 0) resolve();
        else reject(new Error(`a process ended with ${code}`));
      });
      ask();
    });
  const path = fileURLToPath(new URL("exhaustiveWorker.ts", import.meta.url));
  const workers = Array.from({ length: Math.min(processes, indices.length) }, () =>
    work(fork(path, { execArgv: ["--import", "tsx", ...(wide ? optimized : [])] })),
  );
  return Promise.all(workers).then(() => {
    progress.end();
    return totals;
  });
}

/** @returns whether all agree with the formulas */
async function examine(options: Options): Promise<boolean> {
  const { count, seed, only, gpu } = options;
  const start = performance.now();
  if (only !== undefined)
    console.log(`${programOf((gpu ? generateForGpu : generate)(seed, only))}\n`);
  const indices = only === undefined ? Array.from({ length: count }, (_, index) => index) : [only];
  const totals = await share(indices, options);
  const minutes = ((performance.now() - start) / 60_000).toFixed(1);
  const figures = `${totals.done} compositions (seed ${seed}) in ${minutes} minutes: ${totals.refused} refused, ${totals.loose} compared loosely`;
  if (totals.failures === 0) console.log(`All as the formulas say. ${figures}.`);
  else console.log(`${totals.failures} are not as the formulas say. ${figures}.`);
  return totals.failures === 0;
}

const options = readOptions();
if (options.tests) {
  const environment = { GRADUS_RUNS: "20", GRADUS_SEED: `${options.seed}` };
  const projects = ["source", "built"].flatMap((name) => ["--project", name]);
  process.exitCode = await runTool("vitest", ["run", ...projects], environment);
} else {
  process.exitCode = (await examine(options)) ? 0 : 1;
}
