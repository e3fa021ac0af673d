/** Finds the engines that tests ask: npm provides those with a command line, Debian the browsers. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { browserPath } from "../browser/launch.ts";
import type { Build, Target } from "./bundle.ts";
import { commandEngine } from "./command.ts";
import type { Engine } from "./engine.ts";
import { type Command, pageEngine } from "./page.ts";

/** npm packages in fixed versions, so that they do not change between tests. */
const packages: Readonly<Record<string, string>> = {
  node22: `npm:node-${process.platform}-${process.arch}@22.23.5`,
  node24: `npm:node-${process.platform}-${process.arch}@24.22.3`,
  node26: `npm:node-${process.platform}-${process.arch}@26.12.1`,
  bun: "1.4.5",
  deno: "2.9.6",
};

/** In npm's notation. */
export const npmPackages = Object.entries(packages).map(([name, version]) => `${name}@${version}`);

/** The folder of npm's packages: shared by all checkouts of a user, one for each choice of versions. */
export const installed = join(
  process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"),
  "gradus",
  `engines-${Object.values(packages)
    .join("-")
    .replace(/[^\w.-]+/g, "_")}`,
);

const modules = join(installed, "node_modules");

/** The program of a package that has one for each kind of machine. */
const programIn = (scope: string, path: string): string => {
  const folder = join(modules, scope);
  const kinds = existsSync(folder) ? readdirSync(folder) : [];
  return join(folder, kinds[0] ?? "", path);
};

const inPath = (name: string): string =>
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path)) ?? name;

const miniBrowser = (): string => {
  const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
  return `/usr/lib/${machine}-linux-gnu/webkit2gtk-4.1/MiniBrowser`;
};

/**
 * An engine: its name, whether it has a command line or pages, its program, how to get its version, how many of two threads it
 * has, and
 * how to ask it.
 */
export interface Known {
  readonly label: string;
  readonly target: Target;
  readonly threads: 1 | 2;
  readonly program: () => string;
  readonly version?: readonly string[];
  /** For a browser: the command that opens an address, with a profile folder. */
  readonly page?: (program: string, address: string, folder: string) => Command;
  readonly open: (program: string, build: Build) => Promise<Engine>;
}

/** Its name with its version. */
export function nameOf({ label, program, version = [program(), "--version"] }: Known): string {
  const [command, ...words] = version;
  const { stdout } = spawnSync(command!, words, { encoding: "utf8" });
  return `${label} ${/(?:^|Version: |[ v])(\d+(?:\.\d+)+)/.exec(stdout ?? "")?.[1] ?? "of unknown version"}`;
}

/** @param words arguments before the program's path */
const node = (folder: string, label = "Node", words: readonly string[] = []): Known => ({
  label,
  target: "command",
  threads: 2,
  program: () => join(modules, folder, "bin", "node"),
  open: (program, build) => commandEngine(label, program, build, words),
});

function browser(label: string, program: () => string, page: NonNullable<Known["page"]>): Known {
  return {
    ...{ label, target: "page", threads: 2, program, page },
    open: (path, build) => pageEngine((address, folder) => page(path, address, folder), build),
  };
}

/** With vectors of 256 bits, and without the baseline compiler, which does not have them. */
const wide = ["--no-liftoff", "--import", new URL("../../dist/wide.js", import.meta.url).href];

export const engines: readonly Known[] = [
  {
    label: "Node",
    target: "command",
    threads: 2,
    program: () => process.execPath,
    open: (program, build) => commandEngine("Node", program, build),
  },
  ...["node22", "node24", "node26"].map((folder) => node(folder)),
  ...["node24", "node26"].map((folder) => node(folder, "Node, 256 bits", wide)),
  {
    label: "Bun",
    target: "command",
    threads: 2,
    program: () => programIn("@oven", "bin/bun"),
    open: (program, build) => commandEngine("Bun", program, build),
  },
  {
    label: "Deno",
    target: "command",
    threads: 2,
    program: () => programIn("@deno", "deno"),
    open: (program, build) => commandEngine("Deno", program, build, ["run", "--allow-all"]),
  },
  browser("Chromium", browserPath, (program, address, folder) => [
    program,
    ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${folder}`, address],
  ]),
  browser(
    "Firefox",
    () => inPath("firefox-esr"),
    (program, address, folder) => [
      program,
      ["--headless", "--no-remote", "--profile", folder, address],
    ],
  ),
  {
    ...browser("WebKitGTK", miniBrowser, (program, address) => [
      "xvfb-run",
      ["--auto-servernum", program, address],
    ]),
    // It gives pages no shared memory, isolated or not.
    threads: 1,
    version: ["dpkg-query", "--status", "libwebkit2gtk-4.1-0"],
  },
];

/** The programs that are not installed. */
export const missing = (): readonly string[] =>
  [...engines.map(({ program }) => program()), inPath("xvfb-run"), inPath("xauth")].filter(
    (path) => !existsSync(path),
  );
