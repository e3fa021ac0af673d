// Builds dist: the library module by module for bundlers, and bundled with the command for Node.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile, type Plugin } from "esbuild";
import manifest from "../package.json" with { type: "json" };
import { ASSETS_FOLDER, SCRIPT_FILE, STYLE_FILE } from "../src/cli/report/assets.ts";
import { optimizers } from "../src/optimizers/index.ts";
import { transforms } from "../src/transforms/index.ts";
import { bundleReport } from "./build-report.ts";
import { documentOptions, type Factories } from "./documentOptions.ts";
import { precompileOptimizers, trustDefinitions, withModule } from "./precompile.ts";
import { LAST_BUILT } from "./setup.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DIST = join(ROOT, "dist");
const COMMAND = join(ROOT, "src", "cli");

/** Takes the library's modules as they were built, where the command's sources import them. */
const libraryAsBuilt: Plugin = {
  name: "library-as-built",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
      const target = resolve(resolveDir, path);
      if (!resolveDir.startsWith(COMMAND) || target.startsWith(COMMAND + sep)) return undefined;
      const module = relative(join(ROOT, "src"), target).replace(/\.ts$/, ".js");
      return { path: join(DIST, module) };
    });
  },
};

/** Gives precompiled optimizers the modules of their programs. */
const precompiledModules: Plugin = {
  name: "precompiled-modules",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]dist[\\/]optimizers[\\/]\w+\.js$/ }, ({ path }) => {
      const contents = withModule(basename(path, ".js"), readFileSync(path, "utf8"));
      return contents === undefined ? undefined : { contents, resolveDir: dirname(path) };
    });
  },
};

/** Files that packages put their terms in. */
const LICENSE_FILE = /^licen[cs]e([-.].+)?$/i;

function compileLibrary(): void {
  const compiler = fileURLToPath(import.meta.resolve("typescript/package.json"));
  const { status } = spawnSync(
    process.execPath,
    [join(dirname(compiler), "bin", "tsc"), "-p", "tsconfig.build.json"],
    { cwd: ROOT, stdio: "inherit" },
  );
  if (status !== 0) throw new Error("the TypeScript compiler found errors");
  for (const file of readdirSync(DIST, { recursive: true, encoding: "utf8" })) {
    if (file.endsWith(".d.ts")) finishDeclaration(join(DIST, file));
  }
}

/**
 * What declarations need besides: the compiler rewrites the extensions of imports in JavaScript only,
 * which older ones cannot follow; and `Disposable` is not in the libraries that most projects name.
 */
function finishDeclaration(path: string): void {
  const text = readFileSync(path, "utf8");
  const imports = text.replace(/((?:from|import\()\s*"\.[^"]*)\.ts"/g, '$1.js"');
  const library = /Symbol\.dispose/.test(text) ? '/// <reference lib="esnext.disposable" />\n' : "";
  writeFileSync(path, library + imports);
}

/** The library as Node loads it, by subpath: as few files as can be, since each takes its time. */
const library = Object.entries(manifest.exports).flatMap(([subpath, targets]) =>
  typeof targets === "string" ? [] : [[subpath, targets] as const],
);

/**
 * Bundles the library with the command for Node: a task that imports "gradus" gets the very modules
 * that the command runs on, because memory is shared only within one copy.
 */
async function bundleForNode(): Promise<Metafile> {
  const entry = (file: string) => file.replace(/^\.\/dist\/|\.js$/g, "");
  const entryPoints = library.map(([, targets]) => [entry(targets.node), targets.default] as const);
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: {
      ...Object.fromEntries(entryPoints),
      "cli/main": "src/cli/main.ts",
      "node/trainingWorker": "src/cli/compare/worker.ts",
      "node/worker": "dist/runtime/threads/worker.js",
    },
    outdir: "dist",
    bundle: true,
    splitting: true,
    chunkNames: "node/[name]-[hash]",
    format: "esm",
    platform: "node",
    target: "node20.19",
    // Half of an import is reading the text. Names stay, for traces and error classes; and lines are
    // short, since Node shows the one that an error comes from.
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: 120,
    plugins: [libraryAsBuilt, precompiledModules],
    // Dependencies in CommonJS call it; the library has none, and making it takes a millisecond.
    banner: {
      js: `import { createRequire as requireFrom } from "node:module";
let required;
const require = (name) => (required ??= requireFrom(import.meta.url))(name);`,
    },
    legalComments: "none",
    metafile: true,
  });
  chmodSync(join(DIST, "cli", "main.js"), 0o755);
  return metafile;
}

async function bundleReportAssets(): Promise<Metafile> {
  const { script, style, metafile } = await bundleReport();
  mkdirSync(join(ROOT, ASSETS_FOLDER), { recursive: true });
  writeFileSync(join(ROOT, ASSETS_FOLDER, SCRIPT_FILE), script);
  writeFileSync(join(ROOT, ASSETS_FOLDER, STYLE_FILE), style);
  return metafile;
}

/** The folder in node_modules that a bundled file comes from, if it is another's. */
function packageOf(input: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

/** The terms of all packages that were bundled, which have to go with every copy. */
function writeLicenses(metafiles: readonly Metafile[]): void {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = [...new Set(inputs.flatMap((input) => packageOf(input) ?? []))].sort();
  const notices = folders.map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(join(ROOT, folder, "package.json"), "utf8"),
    );
    const file = readdirSync(join(ROOT, folder)).find((each) => LICENSE_FILE.test(each));
    const terms = file === undefined ? "" : readFileSync(join(ROOT, folder, file), "utf8").trim();
    return `${name} ${version} (${license})\n\n${terms}\n`;
  });
  const head = "The gradus command and its reports contain these packages.\n";
  writeFileSync(join(ROOT, LAST_BUILT), [head, ...notices].join(`\n${"-".repeat(78)}\n\n`));
}

rmSync(DIST, { recursive: true, force: true });
compileLibrary();
documentOptions(join(DIST, "optimizers"), optimizers as unknown as Factories);
documentOptions(join(DIST, "transforms"), transforms as unknown as Factories);
precompileOptimizers(DIST);
trustDefinitions(DIST);
writeLicenses([await bundleForNode(), await bundleReportAssets()]);
