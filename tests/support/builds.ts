/** Gives tests what is shipped in place of the sources that they import. */
import { dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SOURCES = join(ROOT, "src") + sep;

/** Node's files, one for each entry of the package; or the modules that bundlers take, one for each source. */
export type Build = "node" | "modules";

/** All that Node's entries export, but those whose names are others' too. */
const entries = "all of Node's entries";
const named = ["index", "rule", "schedules", "checkpoint", "pytorch", "tasks"];

/** What tests of that build take in place of a source. */
const shipped: Readonly<Record<Build, (source: string) => string>> = {
  node: () => `\0${entries}`,
  modules: (source) => join(ROOT, "dist", source.replace(/\.ts$/, ".js")),
};

const isTest = (path: string): boolean => !path.startsWith(SOURCES) || /\.test\.ts$/.test(path);

/** A plugin of Vite. */
export function takesBuild(build: Build) {
  return {
    name: `takes-${build}`,
    enforce: "pre" as const,
    resolveId(imported: string, importer: string | undefined): string | undefined {
      if (!imported.startsWith(".") || importer === undefined || !isTest(importer)) {
        return undefined;
      }
      const target = resolve(dirname(importer), imported);
      return target.startsWith(SOURCES) && !isTest(target)
        ? shipped[build](target.slice(SOURCES.length))
        : undefined;
    },
    load(id: string): string | undefined {
      return id === `\0${entries}`
        ? named
            .map(
              (name) => `export * from ${JSON.stringify(join(ROOT, "dist/node", `${name}.js`))};`,
            )
            .join("\n")
        : undefined;
    },
  };
}
