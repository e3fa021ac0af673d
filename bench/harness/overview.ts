/** The whole run at a glance: a row a case, a column a library. */
import { table, three } from "./markdown.ts";
import type { CaseResult, Measurement } from "./results.ts";

const columns = [
  ...["plain loop", "jax-js", "TensorFlow.js"].map((library) => ({ library, threads: 1 })),
  ...[1, 2].flatMap((threads) =>
    ["PyTorch", "Optax", "C", "copy"].map((library) => ({ library, threads })),
  ),
];

/** A library's best way in a case. */
export function fastest(
  { measurements }: CaseResult,
  library: string,
  threads: number,
): Measurement | undefined {
  return measurements
    .filter((each) => each.library === library && each.threads === threads)
    .reduce<Measurement | undefined>(
      (best, each) => (best === undefined || each.ratio < best.ratio ? each : best),
      undefined,
    );
}

/** Gradus as it is without options, on so many threads. */
export function gradusOn({ measurements }: CaseResult, threads: number): Measurement | undefined {
  const name = threads === 1 ? "Gradus" : `Gradus, ${threads} threads`;
  return measurements.find((each) => each.name === name);
}

/** A library's best time by Gradus', at equal threads: above 1 Gradus is ahead. */
export function lead(result: CaseResult, library: string, threads: number): number | undefined {
  const [other, own] = [fastest(result, library, threads), gradusOn(result, threads)];
  return other && own && other.ratio / own.ratio;
}

const microseconds = (measurement: Measurement | undefined): string =>
  measurement === undefined ? "" : three(1000 * measurement.median);

function cell(ratio: number | undefined): string {
  if (ratio === undefined) {
    return "";
  }
  return ratio < 1 ? `**${three(ratio)}**` : three(ratio);
}

function rowOf(result: CaseResult): string[] {
  const allowed = result.measurements.find(({ name }) => name === "Gradus, nonFinite allow");
  const one = columns.filter(({ threads }) => threads === 1);
  const two = columns.filter(({ threads }) => threads === 2);
  const cells = (some: typeof columns) =>
    some.map(({ library, threads }) => cell(lead(result, library, threads)));
  return [
    `${result.group}: ${result.name}`,
    microseconds(gradusOn(result, 1)),
    allowed === undefined ? "" : three(allowed.ratio),
    ...cells(one),
    microseconds(gradusOn(result, 2)),
    ...cells(two),
  ];
}

/** Empty where no case has Gradus beside others. */
export function renderOverview(cases: readonly CaseResult[]): string {
  const shown = cases.filter((each) => gradusOn(each, 1) !== undefined);
  if (shown.length === 0) {
    return "";
  }
  const titles = (threads: number) =>
    columns
      .filter((each) => each.threads === threads)
      .map(({ library }) => (threads === 1 ? library : `${library} (2)`));
  const head = ["", "Gradus, µs", "allow", ...titles(1), "Gradus (2), µs", ...titles(2)];
  return [
    "Each library's best way by Gradus' time, at equal threads (the second half: two): above 1 Gradus " +
      "is ahead, below it is **behind**. _Allow_ is Gradus without the check of the gradients, by " +
      "Gradus with it. Medians of ratios within rounds.",
    table(head, shown.map(rowOf)),
  ].join("\n\n");
}
