/** Whether texts of the greatest size are planned, evaluated and written on the stack of a browser's worker, which is small. */
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { expect, it } from "vitest";

/** Chromium gives the scripts of a worker 500 kB. */
const stackSizeMb = 0.5;

const program = `
import { parentPort, workerData } from "node:worker_threads";
import { explain, latex, unicode } from "./src/explain/index.ts";
import { defineOptimizer, optimize, parameters } from "./src/index.ts";
import { differentiate, evaluate } from "./formulas/evaluate.ts";
import { parseFormula } from "./formulas/parse.ts";
import { slopeSource, valueSource } from "./site/playground/engine/source.ts";

const { p } = parameters({ p: [1] }, { type: "float64" });
const { rule, formula } = workerData;
const long = defineOptimizer({ name: "long", hyper: { lr: 1 }, rule })();
const optimizer = optimize({ p }, long);
optimizer.step({ p: [1] });
explain(long);
const tree = parseFormula({ what: "formula", text: formula });
const { slopes } = differentiate(tree, { x: 2 }, ["x"]);
parentPort.postMessage({
  numbers: [p.data[0], evaluate(tree, { x: 2 }), ...slopes],
  formulas: [latex(long), unicode(long)],
  sources: [valueSource(tree), slopeSource(tree, "x")],
});
`;

interface Found {
  /** What a step leads to, and the value and the slope of a formula. */
  readonly numbers: readonly number[];
  /** The rule as it is shown. */
  readonly formulas: readonly string[];
  /** The value and the slope as programs have them. */
  readonly sources: readonly string[];
}

async function inWorker(workerData: { rule: string; formula: string }): Promise<Found> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: new URL("..", import.meta.url).pathname },
    alias: { gradus: "./src/index.ts", "gradus/rule": "./src/rule/index.ts" },
    ...{ bundle: true, write: false, format: "cjs", platform: "node", logLevel: "error" },
  });
  const worker = new Worker(outputFiles[0]!.text, {
    ...{ eval: true, workerData, resourceLimits: { stackSizeMb } },
  });
  return new Promise((resolve, reject) => {
    worker.on("message", resolve);
    worker.on("error", reject);
  });
}

it.each([
  ["sums", " + ", [-1001, 2002, 1001]],
  ["differences", " - ", [999, -1998, -999]],
  ["products", " * 1 * ", [-1, 2 ** 501, 501 * 2 ** 500]],
  ["quotients", " / 1 / ", [-1, 2 ** -499, -499 * 2 ** -500]],
])("%s of a thousand operators are", async (_, operator, wanted) => {
  const count = operator.includes("1") ? 500 : 1000;
  const text = (name: string) => name + (operator + name).repeat(count);
  const { numbers, formulas, sources } = await inWorker({
    ...{ rule: `u = ${text("g")}`, formula: text("x") },
  });
  expect(numbers).toEqual(wanted);
  const [inLatex, inUnicode] = formulas.map((each) => each.match(/g(?:_t|ₜ)/g)?.length);
  expect([inLatex, inUnicode]).toEqual([count + 1, count + 1]);
  const computed = sources.map((source) => new Function("x", `return ${source};`)(2));
  expect(computed).toEqual(wanted.slice(1));
});
