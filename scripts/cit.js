// Runs all checks for `npm cit`, see test.js.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { provide } from "./debian.js";
import { provideEngines } from "./engines.js";
import { build, install, requireNode, run, runTool } from "./setup.js";

/** @type {{ numPassedTests: number, numFailedTests: number, numPendingTests: number } | undefined} */
let counts;

async function test() {
  const folder = mkdtempSync(join(tmpdir(), "gradus-tests-"));
  const results = join(folder, "results.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${results}`];
  const code = await runTool("vitest", ["run", ...reporters]);
  if (existsSync(results)) counts = JSON.parse(readFileSync(results, "utf8"));
  rmSync(folder, { recursive: true, force: true });
  return code;
}

/** @type {(script: string) => () => Promise<number>} */
const script = (name) => () => run("npm", ["run", "--silent", name]);

/** @type {readonly (readonly [string, () => Promise<number>])[]} */
const stages = [
  ["install", install],
  ["browser", () => provide("scripts/browser.ts", "chromium", ["chromium"])],
  // Before drivers from the backports: once these are installed, the release's own libraries from the same source cannot be.
  ["engines", provideEngines],
  [
    "gpu",
    () =>
      provide(
        "scripts/adapter.ts",
        "Vulkan loader and drivers",
        ["libvulkan1", "chromium"],
        ["mesa-vulkan-drivers"],
      ),
  ],
  [
    "mpi",
    () =>
      provide("scripts/mpi.ts", "Open MPI and MPICH", [
        ...["openmpi-bin", "libopenmpi-dev"],
        ...["mpich", "libmpich-dev"],
      ]),
  ],
  ["registries", () => runTool("tsx", ["scripts/registry.ts"])],
  ["lint", script("lint")],
  ["types", script("types")],
  ["build", build],
  ["test", test],
  ["package", script("check:package")],
  ["size", script("check:size")],
];

requireNode();
let code = 0;
for (const [name, stage] of stages) {
  const start = performance.now();
  console.log(`\n── ${name}`);
  code = await stage();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`── ${name}: ${code === 0 ? "passed" : "FAILED"} in ${seconds} s`);
  if (code !== 0) break;
}
// The closing line, for people and for CI; a check other than the tests counts as one test.
const {
  numPassedTests: passed = 0,
  numFailedTests = 0,
  numPendingTests: skipped = 0,
} = counts ?? {};
const failed = numFailedTests > 0 || code === 0 ? numFailedTests : 1;
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = code;
