/** Answers with values and gradients of the test problems, for scipy_minimize.py: a line of JSON for each. */
import { createInterface } from "node:readline";
import { gradientOf, problems, sumOfSquares as squaresOf, startsOf } from "../problems/index.ts";

console.log(JSON.stringify(problems.map((each) => ({ name: each.name, starts: startsOf(each) }))));
for await (const line of createInterface({ input: process.stdin })) {
  const [index, x] = JSON.parse(line) as [number, number[]];
  const problem = problems[index]!;
  console.log(JSON.stringify([squaresOf(problem, x), ...gradientOf(problem, x)]));
}
