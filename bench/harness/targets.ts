/** The project's targets on a CPU. */
import { BUDGET } from "../../scripts/budget.ts";
import { atLeast, atMost, by, type Find, ratioIn, type Target, worst } from "./judge.ts";
import { fastest, gradusOn, lead } from "./overview.ts";
import type { CaseResult, Measurement } from "./results.ts";

const million = "1 x 1M";
const convolutional = "fashion-cnn, batch 128";
const paperMlp = "784-1000-1000-10, batch 128";

const isAdam = ({ group }: CaseResult): boolean => group === "adam" || group === "adamw";

const big = (cases: readonly CaseResult[]): CaseResult[] =>
  cases.filter(({ group, name }) => group === "adam" && ["1 x 25M", "1 x 100M"].includes(name));

const medianOf = (measurement: Measurement | undefined): number | undefined =>
  measurement && measurement.median * 1000;

/** Billions of operations a second in the fastest turn, since the machine may be busy. */
function gflops(find: Find, contestant: string): number | undefined {
  const measurement = find("gemm", "1000x1000x1000")?.measurements.find(
    ({ name }) => name === contestant,
  );
  return measurement && 2e9 / (1e6 * measurement.lowest);
}

const earlier: readonly Target[] = [
  {
    text: "Adam, 1M: the plain loop's time (the paper's formula) / Gradus' time",
    limit: atLeast(8),
    measure: (find) => ratioIn(find("adam", million), "plain loop, the paper's formula"),
  },
  {
    text: "Adam, 1M: time with foreign parameters / time with own arrays",
    limit: atMost(1.3),
    measure: (find) => ratioIn(find("adam", million), "Gradus, foreign parameters"),
  },
  {
    text: "Adam, 1M: time with foreign parameters and gradients / time with own arrays",
    limit: atMost(1.3),
    measure: (find) => ratioIn(find("adam", million), "Gradus, foreign parameters and gradients"),
  },
  // A gather of arbitrary rows is not a copy. Its own table compares it.
  ...(
    [
      ["to other arrays", "copy to a new memory"],
      ["in their arrays", "copy to arrays in use"],
    ] as const
  ).map(
    ([where, copy]): Target => ({
      text: `remap of a million rows in order, ${where}: the time of a ${copy} / Gradus' time`,
      limit: atLeast(0.5),
      measure: (_, cases) =>
        worst(
          cases.filter(({ group, name }) => group === "remap" && !name.startsWith("shuffle")),
          (result) => by(ratioIn(result, copy), ratioIn(result, `Gradus, ${where}`)),
        ),
    }),
  ),
  {
    text: "import { adam, optimize }, minified and gzipped: bytes",
    limit: atMost(BUDGET),
    measure: (_, cases) => cases.find(({ group }) => group === "start")?.facts?.["gzippedBytes"],
  },
];

/** Gradus as it is, and without the check of gradients, which none of the others makes. */
const policies = [
  { suffix: "", means: "" },
  { suffix: ", nonFinite allow", means: " without the check" },
] as const;

type Policy = (typeof policies)[number];

const onThreads = (threads: number): string => (threads === 1 ? "" : `, ${threads} threads`);

/** A contestant's time divided by Gradus' time. */
function leadOver(
  result: CaseResult,
  contestant: string,
  threads: number,
  { suffix }: Policy,
): number | undefined {
  return by(ratioIn(result, contestant), ratioIn(result, `Gradus${onThreads(threads)}${suffix}`));
}

const againstFloor = (policy: Policy): Target[] => [
  {
    text: `Adam, 25M and 100M, one thread: the C loop's time / Gradus' time${policy.means}`,
    limit: atLeast(0.95),
    measure: (_, cases) => worst(big(cases), (result) => leadOver(result, "C loop", 1, policy)),
  },
  {
    text: `Adam, 25M and 100M, two threads: the copy's time / Gradus' time${policy.means}`,
    limit: atLeast(0.9),
    measure: (_, cases) =>
      worst(big(cases), (result) =>
        leadOver(result, "copy of 4 arrays to 3, 2 threads", 2, policy),
      ),
  },
  ...[1, 2].map((threads) => ({
    text: `Adam and AdamW, all cases, threads: ${threads}: PyTorch fused's time / Gradus' time${policy.means}`,
    limit: atLeast(1),
    measure: (_: Find, cases: readonly CaseResult[]) =>
      worst(cases.filter(isAdam), (result) =>
        leadOver(result, `PyTorch, fused${onThreads(threads)}`, threads, policy),
      ),
  })),
];

const throughput: readonly Target[] = [
  ...policies.flatMap(againstFloor),
  {
    text: "Adam, 1M: TensorFlow.js wasm's time / Gradus' time, one thread each",
    limit: atLeast(20),
    measure: (find) => ratioIn(find("adam", million), "TensorFlow.js wasm"),
  },
  {
    text: "Adam, 1M: TensorFlow.js wasm's time / Gradus' time on two threads",
    measure: (find) => {
      const result = find("adam", million);
      return by(ratioIn(result, "TensorFlow.js wasm"), result && gradusOn(result, 2)?.ratio);
    },
  },
  {
    text: "Adam, 200 x 64: microseconds a step",
    limit: atMost(15),
    measure: (find) => {
      const result = find("adam", "200 x 64");
      return result && medianOf(gradusOn(result, 1));
    },
  },
  ...[1, 2].map((threads) => ({
    text: `clip, AdamW, average, zeroing, 25M, threads: ${threads}: PyTorch's time / Gradus' time`,
    limit: atLeast(1.4),
    measure: (find: Find) => {
      const result = find("realistic", "1 x 25M");
      return result && lead(result, "PyTorch", threads);
    },
  })),
];

const others: readonly Target[] = [
  {
    text: "a bound Adam, 1M: memory beyond its state, of kernels and heap: MB",
    limit: atMost(1),
    measure: (find) => {
      const facts = find("memory", "Adam, 1 x 1M")?.facts;
      return facts && (facts["kernelMemoryBeyondStateBytes"]! + facts["heapBytes"]!) / 1e6;
    },
  },
  {
    text: "product of matrices of 1000, one thread, without fused multiply-add: GFLOPS",
    limit: atLeast(20),
    measure: (find) => gflops(find, "Gradus"),
  },
  {
    text: "the same with fused multiply-add: GFLOPS",
    limit: atLeast(30),
    measure: (find) => gflops(find, "Gradus on Node 26"),
  },
  {
    text: "the same: time on one thread / time on two",
    limit: atLeast(1.8),
    measure: (find) => by(1, ratioIn(find("gemm", "1000x1000x1000"), "Gradus, 2 threads")),
  },
  {
    text: "Muon, all cases: the step's time / its products' time",
    limit: atMost(1.2),
    measure: (_, cases) => {
      const muon = cases.filter(({ group }) => group === "muon");
      const figure = worst(muon, (result) => ratioIn(result, "Gradus, Muon's products alone"));
      return figure && { ...figure, measured: 1 / figure.measured };
    },
  },
  ...[
    { library: "jax-js", limit: atLeast(2) },
    { library: "TensorFlow.js", limit: atLeast(2.5) },
    { library: "PyTorch", limit: undefined },
  ].map(({ library, limit }) => ({
    text: `the paper's MLP, whole step: ${library}'s best time / Gradus' time`,
    ...(limit === undefined ? {} : { limit }),
    measure: (find: Find) => {
      const result = find("mlp", paperMlp);
      return result && fastest(result, library, 1)?.ratio;
    },
  })),
];

const convolutions: readonly Target[] = [
  { library: "TensorFlow.js", threads: 1 },
  { library: "PyTorch", threads: 1 },
  { library: "PyTorch", threads: 2 },
].map(({ library, threads }) => ({
  text: `the convolutional network, whole step, threads: ${threads}: ${library}'s best time / Gradus' time`,
  measure: (find: Find) => {
    const result = find("cnn", convolutional);
    return result && lead(result, library, threads);
  },
}));

export const targets: readonly Target[] = [...earlier, ...throughput, ...others, ...convolutions];
