// Bundles the report's browser script and style into dist, where `gradus compare` finds them.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { ASSETS_FOLDER, type Assets, SCRIPT_FILE, STYLE_FILE } from "../src/cli/report/assets.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
// Its notice has to go with every copy, and each report is one.
const D3_LICENSE = join(ROOT, "node_modules/d3-scale/LICENSE");

/** The script and the style, minified, without writing anything. */
export async function bundleReport(): Promise<Assets> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["src/cli/report/client/main.ts", "src/cli/report/client/style/index.css"],
    outdir: ASSETS_FOLDER,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    banner: { js: `/* Contains parts of d3 (d3js.org).\n${readFileSync(D3_LICENSE, "utf8")}*/` },
    write: false,
  });
  const find = (extension: string) =>
    outputFiles.find((file) => file.path.endsWith(extension))!.text.trim();
  return { script: find(".js"), style: find(".css") };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { script, style } = await bundleReport();
  const folder = join(ROOT, ASSETS_FOLDER);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, SCRIPT_FILE), script);
  writeFileSync(join(folder, STYLE_FILE), style);
  const kilobytes = ((script.length + style.length) / 1000).toFixed(1);
  console.log(`${ASSETS_FOLDER}: report script and style, ${kilobytes} kB`);
}
