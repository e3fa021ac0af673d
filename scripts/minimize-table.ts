/** Writes the tables of docs/minimize.md: evaluations and final values of each method, and of SciPy. npx tsx scripts/minimize-table.ts */
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
import { type Problem, problems, startsOf } from "../tests/problems/index.ts";

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

const factors = [1, 10, 100];

const outcomes = scipy.free.map((row) => {
  const problem = problems[row.problem]!;
  const start = startsOf(problem)[row.start]!;
  const ours = methods.map(
    ([, method]): Outcome => minimize(functionOf(problem), start, { method }),
  );
  const others = theirs.map(
    (name): Outcome => ({ ...row[name], value: row[name].value ?? Infinity }),
  );
  return { problem, start: row.start, all: [...ours, ...others] };
});

const names = [...methods.map(([name]) => name), ...theirs.map((name) => `SciPy's ${name}`)];

/** For these starts, a table of evaluations, and how many runs end at a known minimum. */
function tableOf(starts: readonly number[]): string[] {
  const rows = outcomes.filter(({ start }) => starts.includes(start));
  const isStandard = starts.length === 1;
  return [
    `| problem (unknowns) | ${isStandard ? "minimum" : "start"} | ${names.join(" | ")} |`,
    `|---|---|${names.map(() => "---:").join("|")}|`,
    ...rows.map(({ problem, start, all }) => {
      const second = isStandard ? shown(problem.minima[0]!.value) : `× ${factors[start]}`;
      const cells = all.map((each) => cell(problem, each)).join(" | ");
      return `| ${problem.name} (${problem.start.length}) | ${second} | ${cells} |`;
    }),
    ...starts.map((start) => {
      const some = rows.filter((row) => row.start === start);
      const reached = names.map(
        (_, i) =>
          `**${some.filter(({ problem, all }) => isMinimum(problem, all[i]!.value)).length}**`,
      );
      const second = isStandard ? "" : `**× ${factors[start]}**`;
      return `| **reached, of ${some.length}** | ${second} | ${reached.join(" | ")} |`;
    }),
  ];
}

let page = readFileSync(PAGE, "utf8");
for (const [mark, starts] of [
  ["table", [0]],
  ["far", [1, 2]],
] as const) {
  const lines = tableOf(starts);
  const marked = [`<!-- ${mark} -->`, ...lines, "<!-- end -->"].join("\n");
  page = page.replace(new RegExp(`<!-- ${mark} -->[\\s\\S]*?<!-- end -->`), () => marked);
  console.log(lines.slice(-starts.length).join("\n"));
}
writeFileSync(PAGE, page);
