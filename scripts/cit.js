// All checks: what `npm cit` runs, see test.js.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, install, requireNode, run, runTool } from "./setup.js";

/** @type {{ numPassedTests: number, numFailedTests: number, numPendingTests: number } | undefined} */
let counts;

/**
 * What tests need of the machine: take what there is, else Debian's, where this may install it.
 *
 * @param {string} script says what there is, or how to get it
 * @param {string} what
 * @param {readonly string[]} packages
 */
async function provide(script, what, packages) {
  const find = () => runTool("tsx", [script]);
  if ((await find()) === 0) return 0;
  const debian = existsSync("/etc/debian_version") && process.getuid?.() === 0;
  if (!debian) return 1;
  const quiet = { DEBIAN_FRONTEND: "noninteractive" };
  console.log(`Installing Debian's ${what} ...`);
  const install = ["install", "-y", "-qq", "--no-install-recommends", ...packages];
  const code =
    (await run("apt-get", ["update", "-qq"], quiet)) || (await run("apt-get", install, quiet));
  return code || find();
}

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
  ["gpu", () => provide("scripts/adapter.ts", "Vulkan loader", ["libvulkan1", "chromium"])],
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
// The closing line, for people and for CI; a check that is no test counts as one.
const {
  numPassedTests: passed = 0,
  numFailedTests = 0,
  numPendingTests: skipped = 0,
} = counts ?? {};
const failed = numFailedTests > 0 || code === 0 ? numFailedTests : 1;
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = code;
