/**
 * Compares the processor time of an iteration with SciPy, without the time of the function, in interleaved rounds:
 * npx tsx scripts/minimize-speed.ts PYTHON ROUNDS. It measures the built library.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Method } from "../src/minimize/index.ts";

const built = new URL("../dist/minimize.js", import.meta.url).href;
const { bfgs, lbfgs, minimize }: typeof import("../src/minimize/index.ts") = await import(built);

const python = process.argv[2] ?? "python3";
const rounds = Number(process.argv[3] ?? 5);

/** Milliseconds of processor time, which other processes do not change. */
const now = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const script = new URL("minimize_speed.py", import.meta.url).pathname;

type Fill = (x: Float64Array, gradient: Float64Array) => number;

function quadratic(n: number): [Fill, Float64Array] {
  const weights = Float64Array.from({ length: n }, (_, i) => 1 + (99 * i) / n);
  const f: Fill = (x, gradient) => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const way = x[i]! - 1;
      gradient[i] = weights[i]! * way;
      sum += gradient[i]! * way;
    }
    return sum / 2;
  };
  return [f, new Float64Array(n).fill(-1)];
}

function rosenbrock(n: number): [Fill, Float64Array] {
  const f: Fill = (x, gradient) => {
    let value = 0;
    for (let i = 0; i < n; i += 2) {
      const a = x[i]!;
      const valley = x[i + 1]! - a * a;
      const rest = 1 - a;
      value += 100 * valley * valley + rest * rest;
      gradient[i] = -400 * a * valley - 2 * rest;
      gradient[i + 1] = 200 * valley;
    }
    return value;
  };
  return [f, Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? -1.2 : 1))];
}

const functions = { quadratic, rosenbrock };

interface Measured {
  /** Without the time of the function. */
  readonly seconds: number;
  readonly iterations: number;
  readonly evaluations: number;
  readonly value: number;
}

interface Case {
  readonly name: keyof typeof functions;
  readonly n: number;
  readonly method: Method;
  readonly theirs: string;
  readonly iterations: number;
  readonly repeats: number;
}

const million = { n: 1_000_000, method: lbfgs(), theirs: "L-BFGS-B", iterations: 30, repeats: 1 };
const small = { iterations: 1000, repeats: 200 };
const cases: readonly Case[] = [
  { name: "quadratic", ...million },
  { name: "rosenbrock", ...million },
  { name: "rosenbrock", n: 2, method: lbfgs(), theirs: "L-BFGS-B", ...small },
  { name: "rosenbrock", n: 10, method: lbfgs(), theirs: "L-BFGS-B", ...small },
  { name: "rosenbrock", n: 2, method: bfgs(), theirs: "BFGS", ...small },
  { name: "rosenbrock", n: 10, method: bfgs(), theirs: "BFGS", ...small },
];

function ours({ name, n, method, iterations, repeats }: Case): Measured {
  const [f, start] = functions[name](n);
  let inside = 0;
  const timed: Fill = (x, gradient) => {
    const begun = now();
    const value = f(x, gradient);
    inside += now() - begun;
    return value;
  };
  // For small problems a clock would take longer than the function, so its time is included.
  const measured = n > 1000 ? timed : f;
  const options = { method, maxIterations: iterations, gradientTolerance: 1e-8, valueTolerance: 0 };
  let [done, evaluations, value] = [0, 0, 0];
  const begun = now();
  for (let i = 0; i < repeats; i++) {
    const result = minimize(measured, start, options);
    done += result.iterations;
    evaluations += result.evaluations;
    value = result.value;
  }
  const seconds = (now() - begun - inside) / 1000;
  return { seconds, iterations: done, evaluations, value };
}

const child = spawn(python, [script], { stdio: ["pipe", "pipe", "inherit"] });
const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

async function scipys({ name, n, theirs, iterations, repeats }: Case): Promise<Measured> {
  child.stdin.write(`${JSON.stringify([name, n, theirs, iterations, repeats])}\n`);
  const { value } = await answers.next();
  return JSON.parse(value as string);
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1]!;
const each = ({ seconds, iterations }: Measured): number => seconds / iterations;
const time = (seconds: number): string =>
  seconds > 1e-3 ? `${(seconds * 1e3).toFixed(1)} ms` : `${(seconds * 1e6).toFixed(2)} µs`;

for (const one of cases) {
  const pairs: [Measured, Measured][] = [];
  for (let round = 0; round < rounds; round++) {
    pairs.push([ours(one), await scipys(one)]);
  }
  const [mine, scipy] = [0, 1].map((side) => pairs.map((pair) => pair[side]!)) as [
    Measured[],
    Measured[],
  ];
  const [a, b] = [median(mine.map(each)), median(scipy.map(each))];
  const counts = [mine[0]!, scipy[0]!].map(
    ({ iterations, evaluations, value }) =>
      `${iterations / one.repeats} iterations, ${evaluations / one.repeats} evaluations, ${value.toExponential(1)}`,
  );
  console.log(
    `${one.method.name}, ${one.name}, ${one.n} unknowns: ${time(a)} an iteration (${counts[0]}); SciPy's ${one.theirs} ${time(b)} (${counts[1]}); ${(b / a).toFixed(1)} times as fast`,
  );
}
child.stdin.end();
