/**
 * Measures the memory of each method with a million unknowns, for the table in docs/minimize.md: npx tsx
 * scripts/minimize-memory.ts. Build
 * the library first. Each method runs in its own process. Resident memory is the peak growth of that process during the run.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const unknowns = 1_000_000;
const built = new URL("../dist/minimize.js", import.meta.url).href;

/** Numbers for each unknown, as in the table of methods. */
const methods = [
  ["lbfgs()", 2 * 10 + 7],
  ["lbfgs({ memory: 5 })", 2 * 5 + 7],
  ["lbfgsb()", 2 * 10 + 11],
  ["newtonCg()", 12],
] as const;

/** Prints the most bytes of arrays in use after an iteration, and the growth of resident memory. */
const measure = (method: string) => `
import { lbfgs, lbfgsb, minimize, newtonCg } from ${JSON.stringify(built)};
const f = (x, gradient) => {
  let value = 0;
  for (let i = 0; i < x.length; i += 2) {
    const valley = x[i + 1] - x[i] * x[i];
    const rest = 1 - x[i];
    value += 100 * valley * valley + rest * rest;
    gradient[i] = -400 * x[i] * valley - 2 * rest;
    gradient[i + 1] = 200 * valley;
  }
  return value;
};
const start = Float64Array.from({ length: ${unknowns} }, (_, i) => (i % 2 === 0 ? -1.2 : 1));
minimize(f, start.slice(0, 1000), { method: ${method} });
gc();
const before = process.memoryUsage();
let arrays = 0;
const onProgress = () => {
  gc();
  arrays = Math.max(arrays, process.memoryUsage().arrayBuffers - before.arrayBuffers);
};
minimize(f, start, { method: ${method}, maxIterations: 15, onProgress });
const resident = process.resourceUsage().maxRSS * 1024 - before.rss;
console.log(JSON.stringify({ arrays, resident }));
`;

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
console.log("| method | numbers for each unknown | predicted | arrays in use | resident |");
console.log("|---|---:|---:|---:|---:|");
for (const [method, numbers] of methods) {
  const options = ["--expose-gc", "--input-type=module", "-e", measure(method)];
  const printed = execFileSync(process.execPath, options, {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    encoding: "utf8",
  });
  const { arrays, resident } = JSON.parse(printed) as { arrays: number; resident: number };
  const shown = [numbers * 8 * unknowns, arrays, resident].map(megabytes).join(" | ");
  console.log(`| \`${method}\` | ${numbers} | ${shown} |`);
}
