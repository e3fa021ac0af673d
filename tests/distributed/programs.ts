/** Bundles programs for ranks into scripts for any Node, in a folder with a link to `koffi`. */
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * @param source in this folder
 * @returns the script's path
 */
export async function bundleProgram(folder: string, source = "program.ts"): Promise<string> {
  const script = join(folder, "program.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, source)],
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    outfile: script,
  });
  const koffi = dirname(fileURLToPath(import.meta.resolve("koffi")));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(koffi, join(folder, "node_modules", "koffi"), "junction");
  return script;
}
