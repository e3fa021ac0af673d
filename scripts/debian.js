// Debian's packages, where this may install them. Plain JavaScript, as setup.js.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, runTool } from "./setup.js";

const mayInstall = () => existsSync("/etc/debian_version") && process.getuid?.() === 0;

/**
 * @param {readonly string[]} packages
 * @param {readonly string[]} options
 */
async function aptInstall(packages, options = []) {
  const quiet = { DEBIAN_FRONTEND: "noninteractive" };
  const install = ["install", "-y", "-qq", "--no-install-recommends", ...packages];
  return (
    (await run("apt-get", [...options, "update", "-qq"], quiet)) ||
    run("apt-get", [...options, ...install], quiet)
  );
}

/** The lines of the machine's own sources, by release. */
function sources() {
  const format = "$(REPO_URI) $(RELEASE) $(COMPONENT)";
  const lines = execFileSync(
    "apt-get",
    ["indextargets", "--format", format, "Created-By: Packages"],
    { encoding: "utf8" },
  );
  return [...new Set(lines.trim().split("\n"))];
}

/**
 * Installs packages from the backports of a release, with lists of their own: the machine's sources stay as they are.
 *
 * @param {string} release
 * @param {readonly string[]} packages
 */
async function installBackports(release, packages) {
  const folder = mkdtempSync(join(tmpdir(), "gradus-apt-"));
  const [list, lists] = [join(folder, "sources.list"), join(folder, "lists")];
  const own = sources();
  const main = own.find((line) => line.includes(` ${release} main`));
  if (main === undefined) {
    console.error(`apt has no source of Debian's "${release} main"`);
    return 1;
  }
  const all = [...own, main.replace(` ${release} `, ` ${release}-backports `)];
  mkdirSync(join(lists, "partial"), { recursive: true });
  writeFileSync(list, all.map((line) => `deb ${line}\n`).join(""));
  const options = [
    `Dir::Etc::SourceList=${list}`,
    "Dir::Etc::SourceParts=/dev/null",
    `Dir::State::Lists=${lists}`,
  ];
  const code = await aptInstall(packages, [
    ...options.flatMap((option) => ["-o", option]),
    ...["-t", `${release}-backports`],
  ]);
  rmSync(folder, { recursive: true, force: true });
  return code;
}

/**
 * @param {readonly string[]} packages
 * @param {readonly string[]} recent of which Debian 12 has a version that is too old, and its backports a newer one
 * @returns {Promise<number>} an exit code
 */
async function installPackages(packages, recent) {
  const isOld = readFileSync("/etc/os-release", "utf8").includes("VERSION_CODENAME=bookworm\n");
  if (!isOld || recent.length === 0) return aptInstall([...packages, ...recent]);
  return (await aptInstall(packages)) || installBackports("bookworm", recent);
}

/**
 * What tests need of the machine: take what there is, else Debian's, where this may install it.
 *
 * @param {string} script says what there is, or how to get it
 * @param {string} what
 * @param {readonly string[]} packages
 * @param {readonly string[]} recent
 */
export async function provide(script, what, packages, recent = []) {
  const find = () => runTool("tsx", [script]);
  if ((await find()) === 0) return 0;
  if (!mayInstall()) return 1;
  console.log(`Installing Debian's ${what} ...`);
  return (await installPackages(packages, recent)) || find();
}
