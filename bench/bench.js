// Sets up what the benchmark needs, builds it and runs it. Nothing but Node and npm is assumed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const bench = import.meta.dirname;
const root = join(bench, "..");
/** Below node_modules, where neither git nor the type checker looks. */
const output = join(bench, "node_modules", ".cache", "gradus-bench");

/**
 * Installs a folder's dependencies, unless they are those of its lock file already.
 *
 * @param {string} folder
 */
function install(folder) {
  const stamp = join(folder, "node_modules", ".gradus-bench-lock");
  const lock = createHash("sha256").update(readFileSync(join(folder, "package-lock.json")));
  const digest = lock.digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) {
    return true;
  }
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: folder,
    stdio: "inherit",
    // npm is a script on Windows.
    shell: process.platform === "win32",
  });
  if (status === 0) {
    writeFileSync(stamp, digest);
  }
  return status === 0;
}

async function bundle() {
  const { build } = await import("esbuild");
  await build({
    absWorkingDir: bench,
    outdir: output,
    entryPoints: ["run.ts", "worker.ts", "cases/starting.ts"],
    entryNames: "[name]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
  });
  await build({
    absWorkingDir: bench,
    outfile: join(output, "library.min.js"),
    entryPoints: ["cases/library.ts"],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    target: "node20.19",
  });
  writeFileSync(join(output, "package.json"), '{ "type": "module" }');
}

if (!existsSync(join(root, "node_modules", "esbuild")) && !install(root)) {
  console.error("npm ci failed: esbuild is needed to build the benchmark.");
  process.exit(1);
}
if (!install(bench)) {
  console.error("npm ci in bench failed; the libraries that are missing will be absent.");
}
await bundle();
const { status } = spawnSync(process.execPath, [join(output, "run.js"), ...process.argv.slice(2)], {
  cwd: bench,
  stdio: "inherit",
});
process.exitCode = status ?? 1;
