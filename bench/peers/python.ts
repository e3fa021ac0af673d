/** Peers in Python, each in its own process, which waits while others run. */
import {
  onThreads,
  type Peer,
  type PeerSource,
  type ProductContestant,
  type ProductProblem,
  type RuleName,
  refuseAbove,
  type UpdateContestant,
  type UpdateProblem,
  type Ways,
} from "./peer.ts";
import { Python } from "./pythonProcess.ts";
import { convolutionContestant, denseContestant } from "./pythonTrainings.ts";

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

/** The kind of contestant and its settings, by the name of the way. */
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

/** If a step of the others takes seconds, these would take minutes. */
const slowWays = ["single tensor", "foreach"];
const mostOfSlowWays = 25e6;

/** The memory formats of the arrays of convolutions. */
const memoryFormats = ["contiguous", "channels_last"];

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
    updates: (problem) =>
      updatesOf(python, "PyTorch", threads, pytorchWays[problem.rule] ?? {}, problem),
    trainings: (problem) =>
      Object.fromEntries(
        Object.entries(threeWays).map(([title, [, way]]) => {
          const name = named(title);
          return [name, () => denseContestant(python, name, way, problem)];
        }),
      ),
    convolutions: (problem) =>
      Object.fromEntries(
        memoryFormats.map((format) => {
          const name = named(`fused, ${format}`);
          return [name, () => convolutionContestant(python, name, format, problem)];
        }),
      ),
    products: (problem) => ({ [product]: () => productContestant(python, product, problem) }),
  };
}

async function loadOptax(threads: number): Promise<Peer> {
  const [python, peer] = await load("Optax", "optimizers_of_optax.py", threads);
  const network = `Optax, jax.jit${onThreads(threads)}`;
  return {
    ...peer,
    convolutions: (problem) => ({
      [network]: () => convolutionContestant(python, network, "only", problem),
    }),
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

const waysOnGpu: Partial<Record<RuleName, PythonWays>> = {
  adam: { fused: ["update", "fused"], foreach: ["update", "foreach"] },
  realistic: {
    "fused, gradients to zero": ["realistic", "zero"],
    "fused, gradients to none": ["realistic", "none"],
  },
};

/** PyTorch with CUDA, for the benchmark on GPUs. */
export const pytorchOnGpu: PeerSource = {
  ...{ name: "PyTorch", library: "PyTorch", threads: 1, stays: true },
  load: async () => {
    const [python, peer] = await load("PyTorch", "pytorch_on_gpu.py", 1);
    return {
      ...peer,
      updates: (problem) => updatesOf(python, "PyTorch", 1, waysOnGpu[problem.rule] ?? {}, problem),
      products: (problem) => ({ PyTorch: () => productContestant(python, "PyTorch", problem) }),
    };
  },
};
