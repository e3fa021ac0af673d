/** The floor: a loop in C, and copies of the same bytes. Compiled here, if there is a `cc`. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lengthOf } from "./arrays.ts";
import {
  type FloatArray,
  onThreads,
  type Peer,
  type PeerSource,
  type UpdateContestant,
  type UpdateProblem,
  type Ways,
} from "./peer.ts";
import { LineProcess } from "./process.ts";

const source = join("bench", "peers", "c", "floor.c");
const flags = ["-O3", "-march=native", "-fno-math-errno", "-fopenmp"];

let made = 0;

/** @throws {Error} with the program's message */
async function ask(program: LineProcess, ...words: readonly (string | number)[]): Promise<string> {
  const answer = await program.ask(words.join(" "));
  if (answer.startsWith("error")) {
    throw new Error(answer);
  }
  return answer;
}

async function contestant(
  program: LineProcess,
  name: string,
  kind: string,
  { hyper, type, shapes, start }: UpdateProblem,
): Promise<UpdateContestant> {
  const id = made++ % 64;
  const { lr, beta1, beta2, eps, weightDecay } = hyper;
  const values = [lr, beta1, beta2, eps, weightDecay];
  const path = program.file(start);
  await ask(program, "make", id, kind, type, ...values, path, ...shapes.map(lengthOf));
  program.forget(path);
  const withFile = async (command: string, array: FloatArray) => {
    const file = program.file(array);
    const answer = await ask(program, command, id, file);
    program.forget(file);
    return answer;
  };
  return {
    name,
    run: async (count) => {
      const [wall, cpu] = (await ask(program, "run", id, count)).split(" ").map(Number);
      return { wall: wall!, cpu: cpu! };
    },
    setGradients: async (tile) => {
      await withFile("gradients", tile);
    },
    distance: async (expected) => Number(await withFile("distance", expected)),
    sample: () => [],
  };
}

type Kinds = Readonly<Record<string, string>>;

function updates(
  program: LineProcess,
  kinds: Kinds,
  threads: number,
  problem: UpdateProblem,
): Ways<UpdateContestant> {
  const { rule } = problem;
  if (rule !== "adam" && rule !== "adamw") {
    return {};
  }
  return Object.fromEntries(
    Object.entries(kinds).map(([title, kind]) => {
      const name = `${title}${onThreads(threads)}`;
      const does = kind === "rule" ? rule : kind;
      return [name, () => contestant(program, name, does, problem)];
    }),
  );
}

/** @throws {Error} if there is no compiler */
function compile(folder: string): { binary: string; version: string } {
  const binary = join(folder, "floor");
  try {
    const [version] = execFileSync("cc", ["--version"], { encoding: "utf8" }).split("\n");
    execFileSync("cc", [...flags, source, "-o", binary, "-lm"], { stdio: "pipe" });
    return { binary, version: version! };
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: Buffer };
    const reason = code === "ENOENT" ? "there is no `cc`" : String(stderr).split("\n")[0];
    throw new Error(reason);
  }
}

async function load(kinds: Kinds, threads: number): Promise<Peer> {
  const folder = mkdtempSync(join(tmpdir(), "gradus-bench-c-"));
  const { binary, version } = compile(folder);
  const program = new LineProcess(binary, [String(threads)], {}, "the compiled program ended");
  return {
    version: `${version}, ${flags.join(" ")}`,
    updates: (problem) => updates(program, kinds, threads, problem),
    clear: async () => {
      await ask(program, "clear");
    },
    dispose: () => {
      program.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const both = [1, 2] as const;

export const cLoop: readonly PeerSource[] = both.map((threads) => ({
  ...{ name: `C${onThreads(threads)}`, library: "C", threads, stays: true },
  load: () => load({ "C loop": "rule" }, threads),
}));

/** Reads and writes what Adam does without computing, and the C library's copy of as many bytes. */
export const copies: readonly PeerSource[] = both.map((threads) => ({
  ...{ name: `copy${onThreads(threads)}`, library: "copy", threads, stays: true },
  load: () => load({ "copy of 4 arrays to 3": "copy", memcpy: "memcpy" }, threads),
}));
