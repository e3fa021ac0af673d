/** The types of the package: those declarations that its entries lead to, with comments where users read them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { inTabs } from "./tabs.ts";

const imports = /((?:from|import\()\s*")(\.[^"]*)\.ts"/g;

/** Every declaration that some lead to, themselves too. */
function reachable(paths: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (path: string): void => {
    if (found.has(path) || !existsSync(path)) return;
    found.add(path);
    for (const [, , target] of readFileSync(path, "utf8").matchAll(imports)) {
      visit(join(dirname(path), `${target}.d.ts`));
    }
  };
  for (const path of paths) visit(path);
  return found;
}

const exports = /^export (?:type )?(?:\*|\{[^}]*\}) from "(\.[^"]*)\.ts"/gm;

/** Those of them whose names entries give on, from wherever they come: what users read about. */
function given(entries: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (path: string): void => {
    if (found.has(path) || !existsSync(path)) return;
    found.add(path);
    for (const [, target] of readFileSync(path, "utf8").matchAll(exports)) {
      visit(join(dirname(path), `${target}.d.ts`));
    }
  };
  for (const path of entries) visit(path);
  return found;
}

const comments = /^ *\/\*\*[\s\S]*?\*\/\n/gm;

/**
 * What declarations need besides: the compiler rewrites the extensions of imports in JavaScript only,
 * which older ones cannot follow; and `Disposable` is not in the libraries that most projects name.
 */
function finished(text: string): string {
  const library = /Symbol\.dispose/.test(text) ? '/// <reference lib="esnext.disposable" />\n' : "";
  return library + text.replace(imports, '$1$2.js"');
}

/**
 * @param from the folder that the compiler wrote them to
 * @param entries from there
 * @param to the folder of the package
 */
export function copyDeclarations(from: string, entries: readonly string[], to: string): void {
  const paths = entries.map((entry) => join(from, entry));
  const isRead = given(paths);
  for (const path of reachable(paths)) {
    const target = join(to, relative(from, path));
    const text = finished(readFileSync(path, "utf8"));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, inTabs(isRead.has(path) ? text : text.replace(comments, ""), 4));
  }
}
