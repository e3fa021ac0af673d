/** Bundles the command, with the pages of its reports and the licenses of all that it contains. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile, type Plugin } from "esbuild";
import { ASSETS_FOLDER, SCRIPT_FILE, STYLE_FILE } from "../cli/src/report/assets.ts";
import { bundleReport } from "./build-report.ts";
import { LAST_BUILT } from "./setup.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Imports from the package of the library what it exports; the command has no state in its copies of the rest. */
const libraryAsExported: Plugin = {
  name: "library-as-exported",
  setup({ onResolve }) {
    onResolve({ filter: /^gradus(\/|$)/ }, ({ path }) => ({ path, external: true }));
  },
};

/** The names of license files in packages. */
const LICENSE_FILE = /^licen[cs]e([-.].+)?$/i;

/**
 * Bundles the programs. A task that imports "gradus" must get the same modules as the command, because memory is shared only
 * within one copy.
 */
async function bundlePrograms(outdir: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { main: "cli/src/main.ts", trainingWorker: "cli/src/compare/worker.ts" },
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    // Half the time of an import is reading the text. Names are kept for stack traces and error classes. Lines are short, because
    // Node prints the line of an error.
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: 120,
    legalComments: "none",
    plugins: [libraryAsExported],
    // Dependencies in CommonJS call `require`, and creating it takes a millisecond.
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

/** The folder in node_modules that a bundled file comes from, if any. */
function packageOf(input: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

/** Writes the licenses of all bundled packages, which must be part of every copy. */
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

/** @param outdir the folder of its programs */
export async function bundleCommand(outdir: string): Promise<void> {
  writeLicenses([await bundlePrograms(outdir), await bundleReportAssets()]);
}
