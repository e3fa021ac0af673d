// Checks the sizes of users' bundles: fails if one in budget.ts is over its budget, or if one more optimizer or transform adds
// too
// much to a bundle that has others.

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import manifest from "../package.json" with { type: "json" };
import { optimizers, transforms } from "../src/index.ts";
import { ADAPTERS, BUDGET, BUDGETS } from "./budget.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
// For its text and its programs.
const BUDGET_OF_ONE = 1260;

const bundle = (...names: string[]): Promise<string> =>
  bundleOf(`import { ${names.join(", ")} } from "gradus"; console.log(${names.join(", ")});`);

async function bundleOf(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    logLevel: "error",
    external: Object.keys(manifest.peerDependencies),
    // Resolved through the package's exports, as for users, not through the paths of this checkout.
    tsconfigRaw: {},
  });
  return outputFiles[0]!.text;
}

const sizeOf = (script: string): number => gzipSync(script, { level: 9 }).length;
const kilobytes = (size: number) => `${(size / 1000).toFixed(2)} kB`;

const problems: string[] = [];
const script = await bundle("adam", "optimize");
const bytes = sizeOf(script);
console.log(
  `import { adam, optimize } from "gradus": ${kilobytes(bytes)} minified and gzipped (${kilobytes(script.length)} minified), at most ${kilobytes(BUDGET)}`,
);
if (bytes > BUDGET) problems.push("The bundle is over its budget");
// The authors of a paper are in the text only if the whole optimizer is.
const stowaways = ["Zeiler", "Duchi", "Loshchilov"].filter((author) => script.includes(author));
if (stowaways.length > 0) {
  problems.push(`Optimizers that nobody imported are in the bundle: those of ${stowaways}`);
}
if (!script.includes("Kingma")) problems.push("Adam is not in the bundle: nothing was measured");

for (const [contents, budget] of BUDGETS) {
  const size = sizeOf(await bundleOf(contents));
  const [statement] = contents.split(";");
  console.log(`${statement}: ${kilobytes(size)}, at most ${kilobytes(budget)}`);
  if (size > budget) problems.push(`The bundle of ${statement} is over its budget`);
}

for (const [adapter, besides, budget] of ADAPTERS) {
  const without = sizeOf(await bundleOf(besides));
  const size = sizeOf(await bundleOf(`${besides}${adapter} console.log(adapter);`)) - without;
  console.log(`${adapter} adds ${kilobytes(size)}, at most ${kilobytes(budget)}`);
  if (size > budget) problems.push(`The adapter of ${adapter} is over its budget`);
}

// A base with one optimizer whose program is made from its text, one with precompiled programs, and all parts that any rule may
// need.
const others = ["optimize", "adam", "rmsprop", "defineOptimizer"];
const base = sizeOf(await bundle(...others));
const measured = Object.keys({ ...optimizers, ...transforms })
  .filter((name) => !others.includes(name))
  .map(async (name) => [name, sizeOf(await bundle(...others, name)) - base] as const);
const added = (await Promise.all(measured)).sort(([, a], [, b]) => b - a);
const most = added.slice(0, 3).map(([name, more]) => `${name} ${more} bytes`);
console.log(
  `One more optimizer or transform adds at most ${BUDGET_OF_ONE} bytes: ${most.join(", ")}`,
);
for (const [name, more] of added.filter(([, size]) => size >= BUDGET_OF_ONE)) {
  problems.push(
    `${name} adds ${more} bytes to a bundle, which should be less than ${BUDGET_OF_ONE}`,
  );
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
