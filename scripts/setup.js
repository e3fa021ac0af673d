// Sets up a fresh checkout, for `npm start` and the tests. Plain JavaScript: nothing is installed yet.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** The last file that a build writes, from the package's root. */
export const LAST_BUILT = join("cli", "dist", "THIRD-PARTY-LICENSES.txt");

const LEAST_NODE = "20.19";
const WINDOWS = process.platform === "win32";

/** Ends the process if Node is too old for the tools. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = LEAST_NODE.split(".").map(Number);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  console.error(
    `Gradus needs Node ${LEAST_NODE} or newer; this is ${process.versions.node}. See https://nodejs.org/en/download`,
  );
  process.exit(1);
}

/** Whether node_modules has what the lock file asks for, in the same versions. */
function isInstalled() {
  const installed = join(ROOT, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  /** @type {(path: string) => Record<string, { version?: string, optional?: boolean }>} */
  const read = (path) => JSON.parse(readFileSync(path, "utf8")).packages;
  const present = read(installed);
  return Object.entries(read(join(ROOT, "package-lock.json"))).every(
    ([path, { version, optional }]) =>
      path === "" || (optional && !(path in present)) || present[path]?.version === version,
  );
}

/**
 * The time of the newest file below a path, in milliseconds.
 *
 * @param {string} path
 * @returns {number}
 */
function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function isBuilt() {
  const last = join(ROOT, LAST_BUILT);
  if (!existsSync(last)) return false;
  const sources = [
    "src",
    "charts",
    "formulas",
    join("cli", "src"),
    "scripts",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "tsconfig.build.json",
  ];
  const built = statSync(last).mtimeMs;
  return sources.every((source) => newest(join(ROOT, source)) <= built);
}

/**
 * Runs a program in the checkout, on the terminal.
 *
 * @param {string} program
 * @param {readonly string[]} words
 * @param {Record<string, string>} [environment] added to the present one
 * @returns {Promise<number>} its exit code
 */
export function run(program, words, environment = {}) {
  const child = spawn(program, words, {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, ...environment },
    // On Windows, npm and the tools in node_modules/.bin are shell scripts.
    shell: WINDOWS,
  });
  // Ctrl-C reaches the child, too: the child decides how to end, and this process ends after it.
  const wait = () => {};
  process.on("SIGINT", wait);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      process.off("SIGINT", wait);
      resolve(code ?? 1);
    });
  });
}

/**
 * Runs a tool of node_modules.
 *
 * @param {string} name
 * @param {readonly string[]} words
 * @param {Record<string, string>} [environment] as for `run`
 * @returns {Promise<number>} its exit code
 */
export function runTool(name, words, environment) {
  return run(join("node_modules", ".bin", name), words, environment);
}

/** Installs what is missing. @returns {Promise<number>} exit code */
export async function install() {
  if (isInstalled()) return 0;
  console.error("Installing what Gradus is built with (npm ci) ...");
  return run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
}

/** Builds dist if a source is newer. @returns {Promise<number>} exit code */
export async function build() {
  if (isBuilt()) return 0;
  console.error("Building ...");
  return run("npm", ["run", "--silent", "build"]);
}
