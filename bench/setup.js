// What both benchmarks need: the package built, the libraries beside it installed, and their code bundled.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import {
  build as buildPackage,
  install as installTools,
  ROOT,
  requireNode,
  run,
} from "../scripts/setup.js";

const bench = import.meta.dirname;
/** Below node_modules, where neither git nor the type checker looks. */
const cache = join(bench, "node_modules", ".cache");

/**
 * Installs the libraries to measure beside, unless they are those of the lock file already.
 *
 * @returns {Promise<number>} exit code
 */
async function installPeers() {
  const stamp = join(bench, "node_modules", ".installed-lock");
  const lock = readFileSync(join(bench, "package-lock.json"));
  const digest = createHash("sha256").update(lock).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) {
    return 0;
  }
  console.error("Installing the other libraries (npm ci in bench) ...");
  const options = ["--prefix", bench, "--ignore-scripts", "--no-audit", "--no-fund"];
  const code = await run("npm", ["ci", ...options]);
  if (code === 0) {
    writeFileSync(stamp, digest);
  }
  return code;
}

/**
 * What is measured is what is shipped: the sources are there for their types alone.
 *
 * @type {import("esbuild").Plugin}
 */
export const builtPackage = {
  name: "built-package",
  setup({ initialOptions, onResolve }) {
    const main = initialOptions.platform === "node" ? "node" : "index";
    const source = join(ROOT, "src") + sep;
    onResolve({ filter: /\.ts$/ }, ({ path, resolveDir }) => {
      const target = resolve(resolveDir, path);
      if (!target.startsWith(source)) {
        return undefined;
      }
      const [isEntry, entry = main] =
        /^(?:([\w-]+)[\\/])?index\.ts$/.exec(target.slice(source.length)) ?? [];
      return isEntry ? { path: join(ROOT, "dist", `${entry}.js`) } : undefined;
    });
  },
};

/** Ends the process where the package cannot be built. */
export async function prepare() {
  requireNode();
  for (const step of [installTools, buildPackage]) {
    const code = await step();
    if (code !== 0) {
      process.exit(code);
    }
  }
  if ((await installPeers()) !== 0) {
    console.error("npm ci in bench failed: missing libraries will be absent.");
  }
}

/**
 * Bundles a benchmark's programs.
 *
 * @param {string} name
 * @param {Record<string, string>} entryPoints program to its source, from bench
 * @returns {Promise<string>} the folder that has them
 */
export async function bundle(name, entryPoints) {
  const { build } = await import("esbuild");
  const output = join(cache, name);
  rmSync(output, { recursive: true, force: true });
  await build({
    absWorkingDir: bench,
    outdir: output,
    entryPoints,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    // Adapters stand on the libraries that are measured, not on copies of them: an array is one of the copy that made it.
    external: ["playwright-core", "@jax-js/jax", "@tensorflow/tfjs-core"],
    plugins: [builtPackage],
  });
  writeFileSync(join(output, "package.json"), '{ "type": "module" }');
  return output;
}
