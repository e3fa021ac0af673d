import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../package-root.ts";

/** The script and the style of the page. */
export interface Assets {
  readonly script: string;
  readonly style: string;
}

/** The folder, from the package's root, where `scripts/build.ts` writes them. */
export const ASSETS_FOLDER = join("dist", "report");
export const SCRIPT_FILE = "client.js";
export const STYLE_FILE = "client.css";

/**
 * Reads the script and the style of the report, which are built once for the sources and for `dist`.
 *
 * @throws Error if they have not been built
 */
export function readAssets(folder = join(packageRoot(), ASSETS_FOLDER)): Assets {
  const read = (name: string) => {
    const path = join(folder, name);
    if (existsSync(path)) return readFileSync(path, "utf8");
    throw new Error(`The report's ${name} is missing in ${folder}: run \`npm run build\` first.`);
  };
  return { script: read(SCRIPT_FILE), style: read(STYLE_FILE) };
}
