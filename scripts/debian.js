// Installs Debian's packages, if that is allowed. Plain JavaScript, as setup.js.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { backportsIn } from "./backports.js";
import { run, runTool } from "./setup.js";

const mayInstall = () => existsSync("/etc/debian_version") && process.getuid?.() === 0;

const LIST = "/etc/apt/sources.list";
const PARTS = "/etc/apt/sources.list.d";

/**
 * Installs packages and their dependencies; nothing is removed for them.
 *
 * @param {readonly string[]} packages
 * @param {readonly string[]} options
 */
async function aptInstall(packages, options = []) {
  const quiet = { DEBIAN_FRONTEND: "noninteractive" };
  const careful = ["-y", "-qq", "--no-remove", "--no-install-recommends"];
  return (
    (await run("apt-get", [...options, "update", "-qq"], quiet)) ||
    run("apt-get", [...options, "install", ...careful, ...packages], quiet)
  );
}

/**
 * Installs packages from the backports of a release. It uses a copy of the machine's sources and its own package lists, so that
 * the
 * machine's stay unchanged.
 *
 * @param {string} release
 * @param {readonly string[]} packages
 */
async function installBackports(release, packages) {
  const folder = mkdtempSync(join(tmpdir(), "gradus-apt-"));
  const [parts, lists] = [join(folder, "sources.list.d"), join(folder, "lists")];
  mkdirSync(parts);
  mkdirSync(join(lists, "partial"), { recursive: true });
  if (existsSync(PARTS)) cpSync(PARTS, parts, { recursive: true, dereference: true });
  const files = [LIST, ...readdirSync(parts).map((name) => join(parts, name))];
  const found = files
    .filter((file) => /\.(list|sources)$/.test(file) && existsSync(file))
    .map((file) => ({ file, text: backportsIn(file, readFileSync(file, "utf8"), release) }))
    .find(({ text }) => text !== undefined);
  if (found?.text === undefined) {
    console.error(`apt has no source of Debian's "${release} main"`);
    rmSync(folder, { recursive: true });
    return 1;
  }
  writeFileSync(join(parts, `gradus-backports${extname(found.file)}`), found.text);
  const options = [`Dir::Etc::SourceParts=${parts}`, `Dir::State::Lists=${lists}`];
  const code = await aptInstall(packages, [
    ...options.flatMap((option) => ["-o", option]),
    ...["-t", `${release}-backports`],
  ]);
  rmSync(folder, { recursive: true, force: true });
  return code;
}

/**
 * @param {readonly string[]} packages
 * @param {readonly string[]} recent packages of which Debian 12 has too old a version, and its backports a newer one
 * @returns {Promise<number>} an exit code
 */
async function installPackages(packages, recent) {
  const isOld = readFileSync("/etc/os-release", "utf8").includes("VERSION_CODENAME=bookworm\n");
  if (!isOld || recent.length === 0) return aptInstall([...packages, ...recent]);
  return (await aptInstall(packages)) || installBackports("bookworm", recent);
}

/**
 * Provides what tests need from the machine: what is installed, or else Debian's packages if they may be installed.
 *
 * @param {string} script prints what is installed, or how to get it
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
