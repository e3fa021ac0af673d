/** Gives tests what is shipped in place of the sources that they import. */
import { basename, dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SOURCES = join(ROOT, "src") + sep;

/** All that Node's entries export, but those whose names are others' too. */
const entries = "\0all entries";
const named = [
  "node",
  "compilers",
  "rule",
  "explain",
  "schedules",
  "checkpoint",
  "pytorch",
  "tasks",
  "distributed",
];

/** An entry whose names are others' too comes by itself. */
const apart = ["autodiff", "jax-js"].map((entry) => join(SOURCES, entry, "index.ts"));

const isTest = (path: string): boolean => !path.startsWith(SOURCES) || /\.test\.ts$/.test(path);

/** A plugin of Vite. */
export const takesShipped = {
  name: "takes-shipped",
  enforce: "pre" as const,
  resolveId(imported: string, importer: string | undefined): string | undefined {
    if (!imported.startsWith(".") || importer === undefined || !isTest(importer)) {
      return undefined;
    }
    const target = resolve(dirname(importer), imported);
    if (apart.includes(target)) {
      return join(ROOT, "dist", `${basename(dirname(target))}.js`);
    }
    return target.startsWith(SOURCES) && !isTest(target) ? entries : undefined;
  },
  load: (id: string): string | undefined =>
    id === entries
      ? named
          .map((name) => `export * from ${JSON.stringify(join(ROOT, "dist", `${name}.js`))};`)
          .join("\n")
      : undefined,
};
