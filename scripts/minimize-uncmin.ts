/**
 * Compares the processor time of an iteration with uncmin of numeric.js, on small problems, in interleaved rounds. The time of the
 * function is included. npm pack numeric@1.2.6, unpack it, build the library, and
 * npx tsx scripts/minimize-uncmin.ts FOLDER/numeric-1.2.6.js ROUNDS.
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Method } from "../src/minimize/index.ts";

interface Numeric {
  uncmin(
    f: (x: number[]) => number,
    start: number[],
    tolerance: number,
    gradient: (x: number[]) => number[],
  ): { iterations: number; f: number };
}

const built = new URL("../dist/minimize.js", import.meta.url).href;
const { bfgs, lbfgs, minimize }: typeof import("../src/minimize/index.ts") = await import(built);
const { default: numeric }: { default: Numeric } = await import(
  pathToFileURL(resolve(process.argv[2]!)).href
);
const rounds = Number(process.argv[3] ?? 9);
/** Runs in a round: many, because one takes only some tens of microseconds. */
const runs = 500;

function value(x: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < x.length; i += 2) {
    const valley = x[i + 1]! - x[i]! * x[i]!;
    sum += 100 * valley * valley + (1 - x[i]!) ** 2;
  }
  return sum;
}

function gradient(x: readonly number[]): number[] {
  const found = new Array<number>(x.length);
  for (let i = 0; i < x.length; i += 2) {
    const valley = x[i + 1]! - x[i]! * x[i]!;
    found[i] = -400 * x[i]! * valley - 2 * (1 - x[i]!);
    found[i + 1] = 200 * valley;
  }
  return found;
}

const both = (x: readonly number[]) => ({ value: value(x), gradient: gradient(x) });

function fill(x: Float64Array, into: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i += 2) {
    const valley = x[i + 1]! - x[i]! * x[i]!;
    sum += 100 * valley * valley + (1 - x[i]!) ** 2;
    into[i] = -400 * x[i]! * valley - 2 * (1 - x[i]!);
    into[i + 1] = 200 * valley;
  }
  return sum;
}

/** Returns the number of iterations. */
type Runner = (start: number[]) => number;

const lists =
  (method: Method): Runner =>
  (start) =>
    minimize(both, start, { method }).iterations;
const filled =
  (method: Method): Runner =>
  (start) =>
    minimize(fill, Float64Array.from(start), { method }).iterations;

const runners: Readonly<Record<string, Runner>> = {
  uncmin: (start) => numeric.uncmin(value, start, 1e-8, gradient).iterations,
  "`bfgs()`, lists": lists(bfgs()),
  "`bfgs()`, filled in": filled(bfgs()),
  "`lbfgs()`, filled in": filled(lbfgs()),
};

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** The processor time of an iteration in microseconds. */
function timed(run: Runner, start: number[]): number {
  const begun = process.cpuUsage();
  let iterations = 0;
  for (let i = 0; i < runs; i++) {
    iterations += run(start);
  }
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / iterations;
}

console.log(`| unknowns | ${Object.keys(runners).join(" | ")} |`);
console.log(
  `|---:|${Object.keys(runners)
    .map(() => "---:|")
    .join("")}`,
);
for (const unknowns of [2, 4, 6, 10]) {
  const start = Array.from({ length: unknowns }, (_, i) => (i % 2 === 0 ? -1.2 : 1));
  const all = Object.values(runners);
  // Runs once first, so that the code is compiled.
  for (const run of all) timed(run, start);
  const times = all.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, run] of all.entries()) times[i]!.push(timed(run, start));
  }
  const [theirs, ...ours] = times.map(median);
  const cells = ours.map((each) => `${each.toFixed(2)} (${(theirs! / each).toFixed(1)} times)`);
  console.log(`| ${unknowns} | ${theirs!.toFixed(2)} | ${cells.join(" | ")} |`);
}
