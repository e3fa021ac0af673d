/** PyTorch in a Python process of its own, which waits while others run. `GRADUS_PYTHON` names it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Times } from "../harness/interleave.ts";
import type {
  AdamContestant,
  AdamProblem,
  MlpContestant,
  MlpProblem,
  Peer,
  PeerSource,
} from "./peer.ts";

interface Answer {
  readonly error?: string;
  readonly version?: string;
  readonly threads?: number;
  readonly wall?: number;
  readonly cpu?: number;
  readonly loss?: number;
}

/** The process, and the files that arrays travel through. */
class Python {
  readonly #child: ChildProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), "gradus-bench-"));
  readonly #answers: AsyncIterator<string>;
  #files = 0;

  constructor(python: string, script: string, threads: number) {
    const count = String(threads);
    this.#child = spawn(python, [script, count], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, OMP_NUM_THREADS: count, MKL_NUM_THREADS: count },
    });
    // What went wrong shows in the answer that does not come.
    this.#child.on("error", () => {});
    this.#child.stdin!.on("error", () => {});
    this.#answers = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  async ask(request: Readonly<Record<string, unknown>>): Promise<Answer> {
    this.#child.stdin!.write(`${JSON.stringify(request)}\n`);
    const { done, value } = await this.#answers.next();
    if (done) {
      throw new Error("the Python process of GRADUS_PYTHON ended; is torch installed there?");
    }
    const answer = JSON.parse(value) as Answer;
    if (answer.error !== undefined) {
      throw new Error(`PyTorch: ${answer.error}`);
    }
    return answer;
  }

  file(array: Float32Array | Uint8Array): string {
    const path = join(this.#folder, `${this.#files++}.bin`);
    writeFileSync(path, array);
    return path;
  }

  dispose(): void {
    this.#child.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function runSteps(python: Python, name: string, count: number): Promise<Times> {
  const { wall, cpu } = await python.ask({ kind: "run", name, count });
  return { wall: wall!, cpu: cpu! };
}

async function adamContestant(
  python: Python,
  name: string,
  way: string,
  { parameters, hyper }: AdamProblem,
): Promise<AdamContestant> {
  const lengths = parameters.map(({ length }) => length);
  const paths = parameters.map((array) => python.file(array));
  await python.ask({ kind: "update", name, way, hyper, lengths, parameters: paths });
  return {
    name,
    run: (count) => runSteps(python, name, count),
    setGradients: async (gradients) => {
      for (const [index, array] of gradients.entries()) {
        writeFileSync(paths[index]!, array);
      }
      await python.ask({ kind: "gradients", name, paths });
    },
    read: async () => {
      await python.ask({ kind: "write", name, paths });
      return paths.map((path) => {
        const bytes = readFileSync(path);
        return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4).slice();
      });
    },
  };
}

async function mlpContestant(
  python: Python,
  name: string,
  way: string,
  problem: MlpProblem,
): Promise<MlpContestant> {
  const { sizes, batch, hyper } = problem;
  await python.ask({
    ...{ kind: "training", name, way, sizes, batch, hyper },
    weights: problem.weights.map((array) => python.file(array)),
    biases: problem.biases.map((array) => python.file(array)),
    batches: problem.batches.map(({ inputs, labels }) => ({
      inputs: python.file(inputs),
      labels: python.file(labels),
    })),
  });
  return {
    name,
    run: (count) => runSteps(python, name, count),
    loss: async () => (await python.ask({ kind: "loss", name })).loss!,
  };
}

const ways = ["single", "foreach", "fused"];

async function load(): Promise<Peer> {
  const executable = process.env["GRADUS_PYTHON"];
  if (executable === undefined) {
    throw new Error("GRADUS_PYTHON names no Python with torch");
  }
  const python = new Python(executable, join("bench", "peers", "pytorch.py"), 1);
  const { version, threads } = await python.ask({ kind: "version" });
  const each = <C>(make: (name: string, way: string) => C): Record<string, C> =>
    Object.fromEntries(
      ways.map((way) => {
        const name = `PyTorch, ${way === "single" ? "single tensor" : way}`;
        return [name, make(name, way)];
      }),
    );
  return {
    version: `${version}, ${threads} thread`,
    adam: each((name, way) => (problem) => adamContestant(python, name, way, problem)),
    mlp: each((name, way) => (problem) => mlpContestant(python, name, way, problem)),
    dispose: () => python.dispose(),
  };
}

export const pytorch: PeerSource = { name: "PyTorch", load };
