/** The figures that the project has promised, looked up in a run. */
import type { CaseResult, Measurement, TargetResult } from "./results.ts";

type Find = (group: string, name: string, contestant: string) => Measurement | undefined;

interface Target {
  readonly text: string;
  readonly atMost: number;
  readonly measure: (find: Find, cases: readonly CaseResult[]) => number | undefined;
}

const million = "1 x 1M";
const paperMlp = "784-1000-1000-10, batch 128";

/** How long `contestant` takes compared with the case's reference. */
const adamRatio = (contestant: string) => (find: Find) => find("adam", million, contestant)?.ratio;

const inverse = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : 1 / value;

function fastest(result: CaseResult | undefined, library: string): number | undefined {
  const ratios = (result?.measurements ?? [])
    .filter(({ name }) => name.startsWith(library))
    .map(({ ratio }) => ratio);
  return ratios.length > 0 ? Math.min(...ratios) : undefined;
}

const targets: readonly Target[] = [
  {
    text: "Adam, 1M parameters, own arrays: time relative to the plain loop with the paper's formula",
    atMost: 1 / 8,
    measure: (find) => inverse(adamRatio("plain loop, the paper's formula")(find)),
  },
  {
    text: "Adam, 1M parameters, foreign parameters: time relative to own arrays",
    atMost: 1.3,
    measure: adamRatio("Gradus, foreign parameters"),
  },
  {
    text: "Adam, 1M parameters, foreign parameters and gradients: time relative to own arrays",
    atMost: 1.3,
    measure: adamRatio("Gradus, foreign parameters and gradients"),
  },
  {
    text: "the paper's MLP, whole step: time relative to jax-js's fastest way",
    atMost: 1,
    measure: (_, cases) =>
      inverse(
        fastest(
          cases.find(({ group, name }) => group === "mlp" && name === paperMlp),
          "jax-js",
        ),
      ),
  },
  {
    text: "import { adam, optimize }, minified and gzipped: kB",
    atMost: 15,
    measure: (_, cases) => {
      const bytes = cases.find(({ group }) => group === "start")?.facts?.["gzippedBytes"];
      return bytes === undefined ? undefined : bytes / 1000;
    },
  },
];

/** Those whose cases ran. */
export function judge(cases: readonly CaseResult[]): TargetResult[] {
  const find: Find = (group, name, contestant) =>
    cases
      .find((each) => each.group === group && each.name === name)
      ?.measurements.find((each) => each.name === contestant);
  return targets.flatMap(({ text: target, atMost, measure }) => {
    const measured = measure(find, cases);
    return measured === undefined ? [] : [{ target, atMost, measured, holds: measured <= atMost }];
  });
}
