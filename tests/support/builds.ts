/** Replaces the sources that tests import by the shipped files. */
import { basename, dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SOURCES = join(ROOT, "src") + sep;

/** All exports of Node's entries, except of those whose names others also have. */
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

/** An entry whose names others also have is imported separately. */
const apart = ["autodiff", "jax-js"].map((entry) => join(SOURCES, entry, "index.ts"));

const isTest = (path: string): boolean => !path.startsWith(SOURCES) || /\.test\.ts$/.test(path);

/** A plugin for Vite. */
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
