/** Bundles the modules of pages with Vite. */
import { join } from "node:path";
import { build, type InlineConfig } from "vite";
import { type Assets, SITE_SCRIPT } from "./shell.ts";

export const SITE = import.meta.dirname;
const STYLE = "style/index.css";

/** The settings that the development server and the build share. */
export const configuration: InlineConfig = {
  root: SITE,
  base: "./",
  configFile: false,
  publicDir: false,
  worker: { format: "es" },
};

type Manifest = Readonly<
  Record<string, { file: string; css?: string[]; imports?: string[]; isEntry?: boolean }>
>;

/**
 * Bundles the scripts of pages into `folder/assets`.
 *
 * @param scripts paths of modules in `site/`
 * @throws the errors of Vite
 */
export async function bundleInto(folder: string, scripts: readonly string[]): Promise<Assets> {
  const entries = [...new Set([SITE_SCRIPT, STYLE, ...scripts])];
  const result = await build({
    ...configuration,
    logLevel: "warn",
    build: {
      outDir: folder,
      emptyOutDir: true,
      assetsDir: "assets",
      manifest: true,
      target: "es2022",
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: entries.map((entry) => join(SITE, entry)),
        // A busy machine is no reason for a warning.
        checks: { pluginTimings: false },
      },
    },
  });
  const manifest = manifestOf(result);
  const chain = (name: string): readonly string[] => {
    const { file, imports = [] } = manifest[name]!;
    return [...new Set([`/${file}`, ...imports.flatMap(chain)])];
  };
  return {
    styles: [`/${manifest[STYLE]!.file}`],
    scripts: Object.fromEntries(
      entries.filter((entry) => entry !== STYLE).map((entry) => [entry, chain(entry)]),
    ),
  };
}

function manifestOf(result: Awaited<ReturnType<typeof build>>): Manifest {
  const outputs = [result].flat().flatMap((each) => ("output" in each ? each.output : []));
  const found = outputs.find(({ fileName }) => fileName.endsWith("manifest.json"));
  if (found?.type !== "asset") throw new Error("Vite wrote no manifest.");
  return JSON.parse(String(found.source)) as Manifest;
}
