/** An overview of the run: a row for each case, a column for each library. */
import { table, three } from "./markdown.ts";
import type { CaseResult, Measurement } from "./results.ts";

const columns = [
  ...["plain loop", "jax-js", "TensorFlow.js"].map((library) => ({ library, threads: 1 })),
  ...[1, 2].flatMap((threads) =>
    ["PyTorch", "Optax", "C", "copy"].map((library) => ({ library, threads })),
  ),
];

/** A library's fastest contestant in a case. */
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

/** Gradus' engines: the oldest supported Node with the package as it is, and a current Node with `gradus/wide`. */
const engines = [
  { gradus: "Gradus", title: "On Node 20" },
  { gradus: "Gradus on Node 26 at 256 bits", title: "On Node 26, with `gradus/wide`" },
] as const;

/** Gradus without options, on so many threads. */
export function gradusOn(
  { measurements }: CaseResult,
  threads: number,
  gradus: string = engines[0].gradus,
): Measurement | undefined {
  const name = threads === 1 ? gradus : `${gradus}, ${threads} threads`;
  return measurements.find((each) => each.name === name);
}

/** A library's best time divided by Gradus' time, on equally many threads. Above 1, Gradus is faster. */
export function lead(
  result: CaseResult,
  library: string,
  threads: number,
  gradus?: string,
): number | undefined {
  const [other, own] = [fastest(result, library, threads), gradusOn(result, threads, gradus)];
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

function rowOf(result: CaseResult, gradus: string): string[] {
  const own = gradusOn(result, 1, gradus);
  const allowed = result.measurements.find(({ name }) => name === `${gradus}, nonFinite allow`);
  const cells = (wanted: number) =>
    columns
      .filter(({ threads }) => threads === wanted)
      .map(({ library, threads }) => cell(lead(result, library, threads, gradus)));
  return [
    `${result.group}: ${result.name}`,
    microseconds(own),
    allowed === undefined || own === undefined ? "" : three(allowed.ratio / own.ratio),
    ...cells(1),
    microseconds(gradusOn(result, 2, gradus)),
    ...cells(2),
  ];
}

function tableOf(cases: readonly CaseResult[], gradus: string): string {
  const titles = (threads: number) =>
    columns
      .filter((each) => each.threads === threads)
      .map(({ library }) => (threads === 1 ? library : `${library} (2)`));
  const head = ["", "Gradus, µs", "allow", ...titles(1), "Gradus (2), µs", ...titles(2)];
  return table(
    head,
    cases.map((each) => rowOf(each, gradus)),
  );
}

/** Empty if no case compares Gradus with others. */
export function renderOverview(cases: readonly CaseResult[]): string {
  const tables = engines.flatMap(({ gradus, title }) => {
    const shown = cases.filter((each) => gradusOn(each, 1, gradus) !== undefined);
    return shown.length === 0 ? [] : [`#### ${title}`, tableOf(shown, gradus)];
  });
  if (tables.length === 0) {
    return "";
  }
  return [
    "Each library's best time, divided by Gradus' time at equal threads (in the second half: two). Above 1 Gradus " +
      "is ahead, below 1 it is **behind**. _Allow_ is Gradus without the check of the gradients, divided by " +
      "Gradus with it; no other library checks them. Medians of the ratios within rounds.",
    ...tables,
  ].join("\n\n");
}
