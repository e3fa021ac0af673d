/** Writes the tables of docs/least-squares.md, which compare Gradus with SciPy. `npx tsx scripts/least-squares.ts` */
import { readFileSync, writeFileSync } from "node:fs";
import { reference } from "../tests/leastSquares/reference.ts";
import {
  type Digits,
  isRight,
  median,
  problemRuns,
  type Run,
  regressionRuns,
} from "../tests/leastSquares/runs.ts";

const page = new URL("../docs/least-squares.md", import.meta.url);

const shownDigits = ({ parameters, standardErrors, residualSumOfSquares }: Digits): string =>
  [parameters, standardErrors, residualSumOfSquares].map((each) => each.toFixed(1)).join(" / ");

function regressionTable(): string {
  const runs = regressionRuns();
  const rows = runs.map(
    ({ regression, start, digits, theirs, reason, evaluations }) =>
      `| ${regression.name} | ${regression.difficulty.toLowerCase()} | ${start} | ${shownDigits(digits)} | ${shownDigits(theirs)} | ${reason} | ${evaluations} |`,
  );
  const counts = [1, 2].map((start) => {
    const some = runs.filter((run) => run.start === start);
    const ours = some.filter(({ digits }) => isRight(digits)).length;
    const theirs = some.filter((run) => isRight(run.theirs)).length;
    return `from start ${start} Gradus ${ours} of 27 and SciPy ${theirs}`;
  });
  return [
    `All to at least six digits: ${counts.join("; ")}.`,
    "",
    `| data | difficulty | start | Gradus | SciPy ${reference.scipy} | Gradus's reason | evaluations |`,
    "|---|---|--:|---|---|---|--:|",
    ...rows,
  ].join("\n");
}

const shownValue = ({ value, solved }: { value: number; solved: boolean }): string => {
  const text = value === 0 ? "0" : value.toExponential(5);
  return solved ? text : `*${text}*`;
};

function problemTable(): string {
  const runs = problemRuns("given");
  const forward = problemRuns("forward");
  const rows = runs.map(
    ({ problem, factor, ours, theirs }) =>
      `| ${problem.number} | ${problem.name} | ${problem.start.length} | ${factor} | ${ours.evaluations} | ${theirs.evaluations} | ${shownValue(ours)} | ${shownValue(theirs)} |`,
  );
  return [
    `${summary("With given derivatives", runs)} ${summary("With forward differences", forward)}`,
    "",
    `| | problem | n | start | evaluations | SciPy ${reference.scipy} | value | SciPy |`,
    "|--:|---|--:|--:|--:|--:|--:|--:|",
    ...rows,
  ].join("\n");
}

function summary(how: string, runs: readonly Run[]): string {
  const solved = (who: "ours" | "theirs", some: readonly Run[]) =>
    some.filter((run) => run[who].solved).length;
  const standard = runs.filter(({ factor }) => factor === 1);
  const both = runs.filter(({ ours, theirs }) => ours.solved && theirs.solved);
  const ratio = median(both.map(({ ours, theirs }) => ours.evaluations / theirs.evaluations));
  return `${how}, known minima are reached from the standard start by Gradus in ${solved("ours", standard)} of ${standard.length} and by SciPy in ${solved("theirs", standard)}; from all starts in ${solved("ours", runs)} and ${solved("theirs", runs)} of ${runs.length}; the median of Gradus's evaluations over SciPy's is ${ratio.toFixed(2)}.`;
}

const tables = { regressions: regressionTable(), problems: problemTable() };
const written = Object.entries(tables).reduce(
  (text, [name, table]) =>
    text.replace(
      new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- end -->)`),
      (_, start: string, end: string) => `${start}\n${table}\n\n${end}`,
    ),
  readFileSync(page, "utf8"),
);
writeFileSync(page, written);
