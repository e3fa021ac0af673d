/** Of every loop, and of every tile, V8 joins the vectors into 256 bits: its own trace says so. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bundled } from "../support/bundled.ts";
import { engines, nameOf } from "./engines.ts";
import type { Compiled } from "./joinedEntry.ts";

const program = await bundled(join(import.meta.dirname, "joinedEntry.ts"));

/** Loops that call a function, which takes vectors of 128 bits, run on these as before. */
const excepted = [/^madgrad,/, /^noisySgd,/];
/** V8 of Node 24 joins no conversion to whole numbers, which powers of two in e^x take. */
const exceptedIn24 = [...excepted, /kernels: (gelu|geluTanh|sigmoid|tanh)(Gradient)?$/];

/** All code is optimized at once, on one thread, so that traces stand behind one another. */
const flags = [
  ...["--no-liftoff", "--single-threaded", "--no-wasm-lazy-compilation"],
  ...["--experimental-wasm-revectorize", "--trace-wasm-revectorize"],
];

const begins = "Begin revec function wasm-function#";

/** The loops that were not joined. */
function apart(path: string): string[] {
  const file = `${program}.json`;
  const { stdout, status } = spawnSync(path, [...flags, program, file], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  expect(status).toBe(0);
  const compiled: Compiled[] = JSON.parse(readFileSync(file, "utf8"));
  const modules = stdout.split(`${begins}99\n`).slice(1);
  expect(modules).toHaveLength(compiled.length);
  return compiled.flatMap(({ name, functions, narrows }, index) => {
    const traces = new Map(
      modules[index]!.split(begins).map((text) => [Number.parseInt(text, 10), text]),
    );
    // What it would save against what it would cost is how V8 decides.
    const isJoined = (text = "") => {
      const [, saved = 0, cost = 0] = /Save: (\d+), cost: (\d+)/.exec(text) ?? [];
      // What is narrowed is joined up to there: its stores begin no tree.
      const failed = !narrows && /uild(?:ing SLP)? tree failed/.test(text);
      return Number(saved) > Number(cost) && !failed;
    };
    return functions.flatMap((each, i) =>
      each.joins && !isJoined(traces.get(i)) ? [`${name}: ${each.name}`] : [],
    );
  });
}

const withTrace = engines.filter(({ label }) => label === "Node, 256 bits");

it.each(withTrace.map((known) => [nameOf(known), known.program()]))("in %s", (name, path) => {
  const exceptions = / 24\./.test(name) ? exceptedIn24 : excepted;
  const left = apart(path);
  expect(left.filter((each) => !exceptions.some((pattern) => pattern.test(each)))).toEqual([]);
  // Those are left apart, and the trace says it.
  for (const pattern of exceptions) expect(left.some((each) => pattern.test(each))).toBe(true);
});
