/** Peers in Python, each in a process of its own, which waits while others run. */
import { join } from "node:path";
import type { Contestant, Times } from "../harness/interleave.ts";
import {
  type FloatArray,
  onThreads,
  type Peer,
  type PeerSource,
  type ProductContestant,
  type ProductProblem,
  type RuleName,
  refuseAbove,
  type TrainingContestant,
  type TrainingProblem,
  type UpdateContestant,
  type UpdateProblem,
  type Ways,
} from "./peer.ts";
import { LineProcess } from "./process.ts";

interface Answer {
  readonly error?: string;
  readonly version?: string;
  readonly wall?: number;
  readonly cpu?: number;
  readonly loss?: number;
  readonly distance?: number;
  readonly sample?: readonly number[];
}

type Request = Readonly<Record<string, unknown>>;

/** A script of `python/`, run by the Python that `GRADUS_PYTHON` names. */
class Python {
  readonly #process: LineProcess;
  readonly #library: string;

  constructor(library: string, script: string, threads: number) {
    const executable = process.env["GRADUS_PYTHON"];
    if (executable === undefined) {
      throw new Error(`GRADUS_PYTHON names no Python with ${library}`);
    }
    this.#library = library;
    const count = String(threads);
    // XLA takes NPROC as the number of processors that it has.
    const env = { OMP_NUM_THREADS: count, MKL_NUM_THREADS: count, NPROC: count };
    this.#process = new LineProcess(
      executable,
      [join("bench", "peers", "python", script), count],
      env,
      `the Python process of GRADUS_PYTHON ended; is ${library} installed there?`,
    );
  }

  async ask(request: Request): Promise<Answer> {
    const answer = JSON.parse(await this.#process.ask(JSON.stringify(request))) as Answer;
    if (answer.error !== undefined) {
      throw new Error(`${this.#library}: ${answer.error}`);
    }
    return answer;
  }

  /** Asks about arrays, which travel in files that are gone afterwards. */
  async askAbout(
    arrays: readonly (FloatArray | Uint8Array)[],
    request: (paths: readonly string[]) => Request,
  ): Promise<Answer> {
    const paths = arrays.map((array) => this.#process.file(array));
    try {
      return await this.ask(request(paths));
    } finally {
      this.#process.forget(...paths);
    }
  }

  runner(name: string): Contestant["run"] {
    return async (count): Promise<Times> => {
      const { wall, cpu } = await this.ask({ kind: "run", name, count });
      return { wall: wall!, cpu: cpu! };
    };
  }

  sampler(name: string): UpdateContestant["sample"] {
    return async (count) => (await this.ask({ kind: "sample", name, count })).sample!;
  }

  dispose(): void {
    this.#process.dispose();
  }
}

async function updateContestant(
  python: Python,
  name: string,
  [what, way]: readonly [string, string],
  { start, ...problem }: UpdateProblem,
): Promise<UpdateContestant> {
  await python.askAbout([start], ([path]) => ({
    ...{ kind: "make", what, name, way, ...problem, start: path },
  }));
  return {
    name,
    run: python.runner(name),
    sample: python.sampler(name),
    setGradients: async (tile) => {
      await python.askAbout([tile], ([path]) => ({ kind: "gradients", name, path }));
    },
    distance: async (expected) => {
      const request = ([path]: readonly string[]) => ({ kind: "distance", name, path });
      return (await python.askAbout([expected], request)).distance ?? Number.NaN;
    },
  };
}

async function trainingContestant(
  python: Python,
  name: string,
  way: string,
  problem: TrainingProblem,
): Promise<TrainingContestant> {
  const { sizes, batch, hyper, weights, biases, batches } = problem;
  const layers = weights.length;
  const arrays = [
    ...weights,
    ...biases,
    ...batches.map(({ inputs }) => inputs),
    ...batches.map(({ labels }) => labels),
  ];
  await python.askAbout(arrays, (paths) => ({
    ...{ kind: "make", what: "training", name, way, sizes, batch, hyper },
    weights: paths.slice(0, layers),
    biases: paths.slice(layers, 2 * layers),
    batches: batches.map((_, index) => ({
      inputs: paths[2 * layers + index],
      labels: paths[2 * layers + batches.length + index],
    })),
  }));
  return {
    name,
    run: python.runner(name),
    loss: async () => (await python.ask({ kind: "loss", name })).loss!,
  };
}

async function productContestant(
  python: Python,
  name: string,
  { size, a, b }: ProductProblem,
): Promise<ProductContestant> {
  const request = ([first, second]: readonly string[]) => ({
    ...{ kind: "make", what: "product", name, size, a: first, b: second },
  });
  await python.askAbout([a, b], request);
  return { name, run: python.runner(name), sample: python.sampler(name) };
}

/** By what a way is called, the kind of contestant and how it is set. */
type PythonWays = Readonly<Record<string, readonly [string, string]>>;

const threeWays: PythonWays = {
  "single tensor": ["update", "single"],
  foreach: ["update", "foreach"],
  fused: ["update", "fused"],
};

const pytorchWays: Partial<Record<RuleName, PythonWays>> = {
  adam: threeWays,
  adamw: threeWays,
  sgd: threeWays,
  momentum: threeWays,
  realistic: {
    "fused, gradients to zero": ["realistic", "zero"],
    "fused, gradients to none": ["realistic", "none"],
  },
  adafactor: { "single tensor": ["update", "single"], foreach: ["update", "foreach"] },
  muon: { bfloat16: ["update", "only"] },
};

/** Where their steps take seconds, these would take minutes of a run. */
const slowWays = ["single tensor", "foreach"];
const mostOfSlowWays = 25e6;

const mostOfMuon = 512 ** 2;

const optaxWays: PythonWays = { "jax.jit": ["update", "only"] };

function updatesOf(
  python: Python,
  library: string,
  threads: number,
  ways: PythonWays,
  problem: UpdateProblem,
): Ways<UpdateContestant> {
  return Object.fromEntries(
    Object.entries(ways).map(([title, way]) => {
      const name = `${library}, ${title}${onThreads(threads)}`;
      return [
        name,
        () => {
          if (slowWays.includes(title)) {
            refuseAbove(mostOfSlowWays, problem);
          }
          return updateContestant(python, name, way, problem);
        },
      ];
    }),
  );
}

async function load(library: string, script: string, threads: number): Promise<[Python, Peer]> {
  const python = new Python(library, script, threads);
  const { version } = await python.ask({ kind: "version" });
  const peer = {
    version: version!,
    clear: async () => {
      await python.ask({ kind: "clear" });
    },
    dispose: () => python.dispose(),
  };
  return [python, peer];
}

async function loadPytorch(threads: number): Promise<Peer> {
  const [python, peer] = await load("PyTorch", "pytorch.py", threads);
  const named = (way: string) => `PyTorch, ${way}${onThreads(threads)}`;
  const product = `PyTorch${onThreads(threads)}`;
  return {
    ...peer,
    updates: (problem) => {
      if (problem.rule === "muon") {
        // Its products in bfloat16 take seconds a step at 512 where the processor has none of its own.
        refuseAbove(mostOfMuon, problem);
      }
      return updatesOf(python, "PyTorch", threads, pytorchWays[problem.rule] ?? {}, problem);
    },
    trainings: (problem) =>
      Object.fromEntries(
        Object.entries(threeWays).map(([title, [, way]]) => {
          const name = named(title);
          return [name, () => trainingContestant(python, name, way, problem)];
        }),
      ),
    products: (problem) => ({ [product]: () => productContestant(python, product, problem) }),
  };
}

async function loadOptax(threads: number): Promise<Peer> {
  const [python, peer] = await load("Optax", "optimizers_of_optax.py", threads);
  return {
    ...peer,
    updates: (problem) =>
      problem.rule === "adafactor" ? {} : updatesOf(python, "Optax", threads, optaxWays, problem),
  };
}

const both = [1, 2] as const;

export const pytorch: readonly PeerSource[] = both.map((threads) => ({
  ...{ name: `PyTorch${onThreads(threads)}`, library: "PyTorch", threads, stays: true },
  load: () => loadPytorch(threads),
}));

export const optax: readonly PeerSource[] = both.map((threads) => ({
  ...{ name: `Optax${onThreads(threads)}`, library: "Optax", threads, stays: true },
  load: () => loadOptax(threads),
}));
