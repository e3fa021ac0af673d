/** The project's targets on a GPU, and an overview of the run. */
import { atLeast, by, ratioIn, type Target, worst } from "../harness/judge.ts";
import { table, three } from "../harness/markdown.ts";
import { lead } from "../harness/overview.ts";
import type { CaseResult } from "../harness/results.ts";

/** Gradus as it is, and without the check of gradients, which none of the others makes. */
const ways = [
  // The check reads the gradients again: 4 bytes for each element, besides the 28 that all move.
  { name: "Gradus", means: "", bytes: 32 },
  { name: "Gradus, nonFinite allow", means: " without the check", bytes: 28 },
] as const;

const big = (cases: readonly CaseResult[]): CaseResult[] =>
  cases.filter(({ group, name }) => group === "adam" && ["1 x 25M", "1 x 250M"].includes(name));

const copyOf = (result: CaseResult): number | undefined => {
  const ratios = ["copy by command", "copy by shader"].flatMap(
    (name) => ratioIn(result, name) ?? [],
  );
  return ratios.length > 0 ? Math.min(...ratios) : undefined;
};

const rivals = [
  { rival: "PyTorch, fused", limit: atLeast(1) },
  { rival: "hand-written WGSL", limit: undefined },
] as const;

export const targets: readonly Target[] = ways.flatMap(({ name, means, bytes }) => [
  {
    text: `Adam, 25M and 250M: bytes per second / the faster copy's${means}`,
    limit: atLeast(0.9),
    measure: (_, cases) =>
      worst(big(cases), (result) => {
        const time = by(copyOf(result), ratioIn(result, name));
        return time && (time * bytes) / 28;
      }),
  },
  ...rivals.map(
    ({ rival, limit }): Target => ({
      text: `Adam, all cases: the time of ${rival} / Gradus' time${means}`,
      ...(limit === undefined ? {} : { limit }),
      measure: (_, cases) =>
        worst(cases, (result) => by(ratioIn(result, rival), ratioIn(result, name))),
    }),
  ),
  {
    text: `clip, AdamW, average, zeroing: PyTorch's best time / Gradus' time${means}`,
    limit: atLeast(1),
    measure: (_, cases) =>
      worst(
        cases.filter(({ group }) => group === "realistic"),
        (result) => by(lead(result, "PyTorch", 1), ratioIn(result, name)),
      ),
  },
]);

const libraries = ["hand-written WGSL", "jax-js", "TensorFlow.js", "PyTorch", "copy"];

/** One row for each case, one column for each library: its best time divided by Gradus' time. */
export function renderGpuOverview(cases: readonly CaseResult[]): string {
  const shown = (ratio: number | undefined) => (ratio === undefined ? "" : three(ratio));
  const rows = cases.map((result) => [
    `${result.group}: ${result.name}`,
    three(1000 * result.measurements.find(({ name }) => name === "Gradus")!.median),
    shown(ratioIn(result, "Gradus, nonFinite allow")),
    ...libraries.map((library) => shown(lead(result, library, 1))),
  ]);
  return table(["", "Gradus, µs", "allow", ...libraries], rows);
}
