/** Writes the table of docs/minimize.md: evaluations and final values of each method, beside SciPy's. npx tsx scripts/minimize-table.ts */
import { readFileSync, writeFileSync } from "node:fs";
import {
  bfgs,
  lbfgs,
  lbfgsb,
  type Method,
  minimize,
  nelderMead,
  newtonCg,
} from "../src/minimize/index.ts";
import { functionOf } from "../tests/minimize/functions.ts";
import { isMinimum } from "../tests/minimize/reached.ts";
import { scipy } from "../tests/minimize/scipy.ts";
import { type Problem, problems } from "../tests/problems/index.ts";

const PAGE = new URL("../docs/minimize.md", import.meta.url);

const methods: readonly (readonly [name: string, method: Method])[] = [
  ["`lbfgs`", lbfgs()],
  ["`lbfgsb`", lbfgsb()],
  ["`bfgs`", bfgs()],
  ["`newtonCg`", newtonCg()],
  ["`nelderMead`", nelderMead()],
];
const theirs = ["L-BFGS-B", "BFGS", "Newton-CG"] as const;

interface Outcome {
  readonly evaluations: number;
  readonly value: number;
}

const shown = (value: number): string =>
  value < 1e-18 ? "0" : value.toPrecision(2).replace(/e([+-])(\d)$/, "e$10$2");

const cell = (problem: Problem, { evaluations, value }: Outcome): string =>
  isMinimum(problem, value) ? `${evaluations}` : `*${evaluations} (${shown(value)})*`;

const outcomes = problems.map((problem, index) => {
  const ours = methods.map(
    ([, method]): Outcome => minimize(functionOf(problem), [...problem.start], { method }),
  );
  const row = scipy.free.find((each) => each.problem === index && each.start === 0)!;
  const others = theirs.map(
    (name): Outcome => ({ ...row[name], value: row[name].value ?? Infinity }),
  );
  return { problem, all: [...ours, ...others] };
});

const names = [...methods.map(([name]) => name), ...theirs.map((name) => `SciPy's ${name}`)];
const count = (column: number): number =>
  outcomes.filter(({ problem, all }) => isMinimum(problem, all[column]!.value)).length;
const lines = [
  `| problem (unknowns) | minimum | ${names.join(" | ")} |`,
  `|---|---|${names.map(() => "---:").join("|")}|`,
  ...outcomes.map(({ problem, all }) => {
    const best = shown(problem.minima[0]!.value);
    const cells = all.map((each) => cell(problem, each)).join(" | ");
    return `| ${problem.name} (${problem.start.length}) | ${best} | ${cells} |`;
  }),
  `| **reached, of ${problems.length}** | | ${names.map((_, i) => `**${count(i)}**`).join(" | ")} |`,
];
const page = readFileSync(PAGE, "utf8");
writeFileSync(
  PAGE,
  page.replace(/<!-- table -->[\s\S]*?<!-- end -->/, () =>
    ["<!-- table -->", ...lines, "<!-- end -->"].join("\n"),
  ),
);
console.log(lines.at(-1));
