// Sets up what the benchmark on a GPU needs, builds it, and runs it or packs it for another machine.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { ROOT, run } from "../scripts/setup.js";
import { bundle, prepare } from "./setup.js";

const bench = import.meta.dirname;

const script = (/** @type {string} */ commit) => `#!/bin/sh
# Runs Gradus' benchmark on this machine's GPU: needs its driver and a Vulkan loader (Debian: libvulkan1), nothing else.
cd "$(dirname "$0")" || exit
find . -name '*.gz' -exec gunzip -f {} +
chmod +x node
GRADUS_COMMIT=${commit} exec ./node programs/run.js "$@"
`;

/** Libraries that programs look for when they run. */
const libraries = {
  "@jax-js/jax": "dist",
  "@tensorflow/tfjs": "dist",
  "@tensorflow/tfjs-backend-webgpu": "dist",
};

/**
 * Bundles each library into a package of one file, as far as they share nothing.
 *
 * @param {string} target
 */
async function packLibraries(target) {
  const { build } = await import("esbuild");
  const entryPoints = Object.fromEntries(
    Object.entries(libraries).map(([name, folder]) => [join(name, folder, "index"), name]),
  );
  await build({
    absWorkingDir: bench,
    outdir: target,
    entryPoints,
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    // They ask for modules of Node where they find themselves in it.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    target: "node20.19",
    logLevel: "error",
  });
  for (const [name, folder] of Object.entries(libraries)) {
    const text = readFileSync(join(bench, "node_modules", name, "package.json"), "utf8");
    const { version } = JSON.parse(text);
    const description = { name, version, type: "module", main: `${folder}/index.js` };
    writeFileSync(join(target, name, "package.json"), JSON.stringify(description));
  }
  writeFileSync(join(target, "package.json"), '{ "type": "module" }');
}

/**
 * Node, Dawn, the programs and PyTorch's script, for a machine that fetches nothing.
 *
 * @param {string} folder
 * @param {string} programs
 */
async function pack(folder, programs) {
  const target = join(folder, "node_modules");
  const driver = join("webgpu", "dist", `${process.platform}-${process.arch}`, "dawn.node");
  mkdirSync(join(target, dirname(driver)), { recursive: true });
  /** @type {(from: string, to: string) => void} */
  const compress = (from, to) =>
    writeFileSync(`${to}.gz`, gzipSync(readFileSync(from), { level: 9 }));
  compress(process.execPath, join(folder, "node"));
  compress(join(ROOT, "node_modules", driver), join(target, driver));
  for (const file of ["index.js", "package.json"]) {
    cpSync(join(ROOT, "node_modules", "webgpu", file), join(target, "webgpu", file));
  }
  await packLibraries(target);
  cpSync(programs, join(folder, "programs"), { recursive: true });
  const python = join("bench", "peers", "python");
  cpSync(join(ROOT, python), join(folder, python), { recursive: true });
  const git = ["rev-parse", "--short", "HEAD"];
  const commit = execFileSync("git", git, { cwd: ROOT, encoding: "utf8" }).trim();
  writeFileSync(join(folder, "run.sh"), script(commit));
  chmodSync(join(folder, "run.sh"), 0o755);
  console.log(`Packed into ${folder}: copy it to the machine, and start its run.sh.`);
}

await prepare();
const programs = await bundle("gradus-bench-gpu", { run: "gpu/run.ts", hosted: "gpu/hosted.ts" });
const [option, folder] = process.argv.slice(2);
if (option === "--pack" && folder !== undefined) {
  await pack(resolve(folder), programs);
} else {
  const words = [join(programs, "run.js"), ...process.argv.slice(2)];
  process.exitCode = await run(process.execPath, words);
}
