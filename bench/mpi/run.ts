/**
 * `npm run bench:mpi`: the communicator's allReduce and reduceScatter beside MPI's own from C, on the same library, in turns.
 *
 *     npm run bench:mpi -- --ranks 2 --rounds 7 --most 400000000
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  type Implementation,
  implementations,
  startRanks,
} from "../../tests/distributed/mpirun.ts";

const { values } = parseArgs({
  options: {
    ranks: { type: "string", default: "2" },
    rounds: { type: "string", default: "7" },
    most: { type: "string", default: "400000000" },
  },
});
const [ranks, rounds, most] = [Number(values.ranks), Number(values.rounds), Number(values.most)];
const sizes = [4096, 65_536, 1_048_576, 16_777_216, 400_000_000].filter((size) => size <= most);

/** About 0.2 s each, by a guess of 10 microseconds and 2 GB/s. */
const timesOf = (bytes: number): number => Math.max(2, Math.round(0.2 / (1e-5 + bytes / 2e9)));

const words = ["allReduce", "reduceScatter"].flatMap((operation) =>
  sizes.map((bytes) => `${operation}:${bytes}:${timesOf(bytes)}`),
);

const folder = mkdtempSync(join(tmpdir(), "gradus-mpi-"));
const compilers: Readonly<Record<Implementation, string>> = {
  "Open MPI": "mpicc.openmpi",
  MPICH: "mpicc.mpich",
};

interface Measured {
  readonly seconds: number;
  readonly sum: string;
}

/** What rank 0 has printed, by operation and size. */
function read(output: string): ReadonlyMap<string, Measured> {
  const lines = output
    .trim()
    .split("\n")
    .map((line) => line.split(" "));
  return new Map(
    lines.map(([name, bytes, seconds, sum]) => [
      `${name} ${bytes}`,
      { seconds: Number(seconds), sum: sum! },
    ]),
  );
}

async function once(
  implementation: Implementation,
  program: readonly string[],
): Promise<ReadonlyMap<string, Measured>> {
  const { code, output } = await startRanks(implementation, ranks, program).ended;
  if (code !== 0) throw new Error(`${program[0]} has failed: ${output}`);
  return read(output);
}

const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
};

const inUnits = (bytes: number): string => {
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return `${Math.round(bytes / 1e3)} kB`;
};

/** Rounds of C and of this, in turns: each has the machine to itself meanwhile. */
async function contest(implementation: Implementation): Promise<void> {
  const program = join(folder, compilers[implementation]);
  const source = join("bench", "mpi", "collectives.c");
  execFileSync(compilers[implementation], ["-O3", "-march=native", source, "-o", program]);
  const own = [process.execPath, join(import.meta.dirname, "rank.js")];
  const found: { c: ReadonlyMap<string, Measured>; own: ReadonlyMap<string, Measured> }[] = [];
  for (let round = 0; round < rounds; round++) {
    const c = await once(implementation, [program, ...words]);
    found.push({ c, own: await once(implementation, [...own, ...words]) });
  }
  console.log(`\n${implementation}, ${ranks} ranks, medians of ${rounds} rounds\n`);
  console.log("| | C, ms | Gradus, ms | C's time / Gradus' |\n|---|---:|---:|---:|");
  for (const name of found[0]!.c.keys()) {
    const times = found.map(({ c, own }) => [c.get(name)!, own.get(name)!] as const);
    if (times.some(([c, own]) => c.sum !== own.sum)) throw new Error(`${name}: sums differ`);
    const milliseconds = (side: 0 | 1) =>
      (1000 * median(times.map((pair) => pair[side].seconds))).toPrecision(3);
    const ratio = median(times.map(([c, own]) => c.seconds / own.seconds)).toFixed(2);
    const [operation, bytes] = name.split(" ");
    console.log(
      `| ${operation} ${inUnits(Number(bytes))} | ${milliseconds(0)} | ${milliseconds(1)} | ${ratio} |`,
    );
  }
}

/** The overhead of a data-parallel step over what it computes and what it says to other ranks. */
async function overhead(implementation: Implementation): Promise<void> {
  const program = [process.execPath, join(import.meta.dirname, "step.js"), `${3 * rounds}`];
  const { code, output } = await startRanks(implementation, ranks, program).ended;
  if (code !== 0) throw new Error(`step.js has failed: ${output}`);
  const found = output
    .trim()
    .split("\n")
    .map((line) => line.split(" ").map(Number));
  const [alone, spoken, together, own] = [0, 1, 2, 3].map((part) =>
    median(found.map((round) => round[part]!)),
  );
  const over = median(found.map(([a, b, c]) => c! / (a! + b!) - 1));
  const share = median(found.map(([a, b, , d]) => d! / (a! + b!)));
  console.log(
    `\nA step of 784-1000-1000-10, ${ranks} ranks, medians of ${found.length} rounds: alone ${alone!.toFixed(1)} ms, ` +
      `one allReduce of its gradients ${spoken!.toFixed(1)} ms, data parallel ${together!.toFixed(1)} ms: ${(100 * over).toFixed(1)} % more than both. ` +
      `Beside speaking and waiting a rank takes ${own!.toFixed(2)} ms of its processor for it, ${(100 * share).toFixed(1)} % of both`,
  );
}

console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.versions.node}`);
try {
  for (const implementation of implementations) {
    await contest(implementation);
    await overhead(implementation);
  }
} finally {
  rmSync(folder, { recursive: true });
}
