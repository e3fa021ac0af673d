/**
 * Answers questions about the problems, one JSON line each, so that other libraries can be run on exactly the same functions:
 * `{ "set": "problems", "index": 0, "what": "residuals", "x": [1, 2] }`. `what` may also be `jacobian` or `facts`.
 * `npx tsx tests/problems/answer.ts`; tests/reference/problems.py asks.
 */
import { createInterface } from "node:readline";
import { boxes } from "./boxes.ts";
import { otherDimensions, type Problem, problems, startsOf } from "./index.ts";
import { type Regression, regressions } from "./nist/sets.ts";

interface Question {
  readonly set: "problems" | "regressions" | "boxes";
  readonly index: number;
  readonly what: "facts" | "residuals" | "jacobian" | "count";
  readonly x: readonly number[];
}

const all = [...problems, ...otherDimensions];

function ofProblem(problem: Problem, { what, x }: Question): unknown {
  if (what === "residuals") return problem.residuals(x);
  if (what === "jacobian") return problem.jacobian(x);
  return {
    name: problem.name,
    number: problem.number,
    starts: startsOf(problem),
    minima: problem.minima,
  };
}

function ofRegression(
  { model, x: places, y, ...facts }: Regression,
  { what, x }: Question,
): unknown {
  if (what === "residuals") return places.map((place, i) => model(place, x) - y[i]!);
  return facts;
}

function answer(question: Question): unknown {
  const { set, index, what } = question;
  const sets = { problems: all, regressions, boxes };
  if (what === "count") return sets[set].length;
  if (set === "regressions") return ofRegression(regressions[index]!, question);
  if (set === "problems") return ofProblem(all[index]!, question);
  const { problem, ...facts } = boxes[index]!;
  return what === "facts" ? { name: problem.name, ...facts } : ofProblem(problem, question);
}

// JSON has no infinities for residuals that overflow.
const written = (_: string, value: unknown) =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(answer(JSON.parse(line)), written));
}
