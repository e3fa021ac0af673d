// Builds dist: the library module by module for bundlers, and bundled for Node; and cli/dist, the command.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { ASSETS_FOLDER, SCRIPT_FILE, STYLE_FILE } from "../cli/src/report/assets.ts";
import manifest from "../package.json" with { type: "json" };
import { bundleReport } from "./build-report.ts";
import { precompileOptimizers, trustDefinitions, withModule } from "./precompile.ts";
import { LAST_BUILT } from "./setup.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DIST = join(ROOT, "dist");
const COMMAND = join(ROOT, "cli", "dist");

/** Takes from the package of the library what it exports; the command's copies of the rest hold nothing. */
const libraryAsExported: Plugin = {
  name: "library-as-exported",
  setup({ onResolve }) {
    onResolve({ filter: /^gradus(\/|$)/ }, ({ path }) => ({ path, external: true }));
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

/** For Node. */
const forNode = {
  absWorkingDir: ROOT,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  // Half of an import is reading the text. Names stay, for traces and error classes; and lines are
  // short, since Node shows the one that an error comes from.
  minifySyntax: true,
  minifyWhitespace: true,
  lineLimit: 120,
  legalComments: "none",
} as const satisfies BuildOptions;

async function bundleLibrary(): Promise<void> {
  const entry = (file: string) => file.replace(/^\.\/dist\/|\.js$/g, "");
  const entryPoints = library.map(([, targets]) => [entry(targets.node), targets.default] as const);
  await build({
    ...forNode,
    entryPoints: {
      ...Object.fromEntries(entryPoints),
      "node/worker": "dist/runtime/threads/worker.js",
    },
    outdir: "dist",
    chunkNames: "node/[name]-[hash]",
    plugins: [precompiledModules],
  });
}

/**
 * A task that imports "gradus" gets the very modules that the command runs on, because memory is shared
 * only within one copy.
 */
async function bundleCommand(): Promise<Metafile> {
  const { metafile } = await build({
    ...forNode,
    entryPoints: { main: "cli/src/main.ts", trainingWorker: "cli/src/compare/worker.ts" },
    outdir: COMMAND,
    plugins: [libraryAsExported],
    // Dependencies in CommonJS call it, and making it takes a millisecond.
    banner: {
      js: `import { createRequire as requireFrom } from "node:module";
let required;
const require = (name) => (required ??= requireFrom(import.meta.url))(name);`,
    },
    metafile: true,
  });
  return metafile;
}

async function bundleReportAssets(): Promise<Metafile> {
  const { script, style, metafile } = await bundleReport();
  const folder = join(ROOT, "cli", ASSETS_FOLDER);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, SCRIPT_FILE), script);
  writeFileSync(join(folder, STYLE_FILE), style);
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

for (const folder of [DIST, COMMAND]) rmSync(folder, { recursive: true, force: true });
compileLibrary();
precompileOptimizers(DIST);
trustDefinitions(DIST);
await bundleLibrary();
writeLicenses([await bundleCommand(), await bundleReportAssets()]);
