/** Reads the imports between files in src, types included. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

export interface SourceFile {
  /** From the root of the repository, with slashes: `src/rule/graph/graph.ts`. */
  readonly path: string;
  readonly text: string;
  /** Files of the repository by their path, packages by their name. */
  readonly imports: readonly string[];
}

const comments = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
const statements =
  /^\s*(?:import|export)\b[^"';]*?\bfrom\s*["']([^"']+)["']|^\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;

/** The imports of a file, static or dynamic, of types or of values. */
export function importsOf(path: string, text: string): string[] {
  return [...text.replace(comments, "").matchAll(statements)].map((match) => {
    const [, from, bare, dynamic] = match;
    const target = (from ?? bare ?? dynamic)!;
    return target.startsWith(".")
      ? normalize(join(dirname(path), target))
          .split(sep)
          .join("/")
      : target;
  });
}

/** Every TypeScript file below a folder of the repository. */
export function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((file) => `${folder}/${file.split(sep).join("/")}`)
    .filter((path) => path.endsWith(".ts") && !/\/(node_modules|dist)\//.test(path))
    .map((path) => {
      const text = readFileSync(join(root, path), "utf8");
      return { path, text, imports: importsOf(path, text) };
    });
}

/** The first cycle of imports. */
export function findCycle(files: readonly SourceFile[]): string[] | undefined {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const visit = (path: string, above: readonly string[]): string[] | undefined => {
    if (above.includes(path)) return [...above.slice(above.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const next of byPath.get(path)?.imports ?? []) {
      const found = visit(next, [...above, path]);
      if (found !== undefined) return found;
    }
    done.add(path);
    return undefined;
  };
  for (const { path } of files) {
    const found = visit(path, []);
    if (found !== undefined) return found;
  }
  return undefined;
}
