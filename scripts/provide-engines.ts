// Installs the npm engines for the tests, and says what else is missing.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { installed, missing, npmPackages } from "../tests/engines/engines.ts";
import { enginePackages } from "./engines.js";

/** Installs into a temporary folder first, so that another checkout never finds a half-finished one. */
function install(): void {
  console.log(`Installing ${npmPackages.join(", ")} in ${installed} ...`);
  mkdirSync(dirname(installed), { recursive: true });
  const folder = mkdtempSync(join(dirname(installed), "new-"));
  const words = ["install", "--prefix", folder, "--no-save", "--no-package-lock"];
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
  const { status } = spawnSync("npm", [...words, ...quiet, ...npmPackages], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status === 0 && !existsSync(installed)) renameSync(folder, installed);
  rmSync(folder, { recursive: true, force: true });
}

if (!existsSync(installed)) install();
const absent = missing();
if (absent.length > 0) {
  console.error(`Engines that the tests ask are missing:
  ${absent.join("\n  ")}
Debian, Ubuntu: sudo apt-get install ${enginePackages.join(" ")}`);
  process.exitCode = 1;
}
