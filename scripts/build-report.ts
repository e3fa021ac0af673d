// Bundles the report's browser script and style, which are embedded in every report.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";
import { ASSETS_FOLDER, type Assets } from "../cli/src/report/assets.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
// D3's notice must be part of every copy, and each report is a copy.
const D3_LICENSE = join(ROOT, "node_modules/d3-scale/LICENSE");

/** The minified script and style; nothing is written. */
export async function bundleReport(): Promise<Assets & { readonly metafile: Metafile }> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["cli/src/report/client/main.ts", "cli/src/report/client/style/index.css"],
    outdir: ASSETS_FOLDER,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    banner: { js: `/* Contains parts of d3 (d3js.org).\n${readFileSync(D3_LICENSE, "utf8")}*/` },
    write: false,
    metafile: true,
  });
  const find = (extension: string) =>
    outputFiles.find((file) => file.path.endsWith(extension))!.text.trim();
  return { script: find(".js"), style: find(".css"), metafile };
}
