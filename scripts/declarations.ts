/**
 * Writes the types of the package: those of the compiler's declarations that users can reach from its entries. Comments are kept
 * in
 * the files that entries re-export.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import { parseAst } from "vite";
import { inTabs } from "./tabs.ts";

/** A name in another file; `*` is the whole file. */
type Place = readonly [path: string, name: string];

/** Something that a file imports, declares or re-exports, with its text. */
interface Part {
  readonly text: string;
  isUsed: boolean;
}

interface Statement {
  /** The text before the parts: the comment and the beginning of the statement. */
  readonly head: string;
  readonly parts: readonly Part[];
  readonly tail: string;
}

interface Declarations {
  readonly statements: readonly Statement[];
  /** By the names within the file; functions may have several declarations. */
  readonly declared: ReadonlyMap<string, readonly Part[]>;
  /** The declared names that it exports. */
  readonly own: ReadonlySet<string>;
  readonly imported: ReadonlyMap<string, readonly [Part, Place]>;
  /** What is re-exported from elsewhere, or under another name than within the file. */
  readonly exported: ReadonlyMap<string, readonly [Part, Place]>;
  /** The files that it re-exports whole. */
  readonly all: readonly (readonly [Part, string])[];
}

/** The parts of the parser's syntax tree that are read here. */
interface Syntax {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly source?: { readonly value: string; readonly start: number } | null;
  readonly specifiers?: readonly (Syntax & {
    readonly local: { readonly name: string };
    readonly imported?: { readonly name: string };
    readonly exported?: { readonly name: string };
  })[];
  readonly declaration?: Syntax | null;
  readonly declarations?: readonly { readonly id: { readonly name: string } }[];
  readonly id?: { readonly name: string };
}

const namesOf = ({ id, declarations = [] }: Syntax): string[] =>
  [id, ...declarations.map((each) => each.id)].flatMap((each) => each?.name ?? []);

/** A file of another package: users find its declarations there. */
const elsewhere: Declarations = {
  statements: [],
  declared: new Map(),
  own: new Set(),
  imported: new Map(),
  exported: new Map(),
  all: [],
};

function read(path: string): Declarations {
  const text = readFileSync(path, "utf8");
  const { body } = parseAst(text, { lang: "dts" }) as unknown as { body: readonly Syntax[] };
  const declared = new Map<string, Part[]>();
  const own = new Set<string>();
  const imported = new Map<string, readonly [Part, Place]>();
  const exported = new Map<string, readonly [Part, Place]>();
  const all: (readonly [Part, string])[] = [];
  const at = (source: string) =>
    source.startsWith(".") ? join(dirname(path), source.replace(/\.ts$/, ".d.ts")) : source;
  let before = 0;
  const statements = body.map((syntax): Statement => {
    const { type, start, end, source, specifiers = [], declaration } = syntax;
    const comment = text.slice(before, start).trimStart();
    before = end;
    const whole = { text: text.slice(start, end), isUsed: false };
    const from = source ? at(source.value) : path;
    if (type === "ExportAllDeclaration") all.push([whole, from]);
    if (specifiers.length === 0) {
      for (const name of namesOf(declaration ?? syntax)) {
        declared.set(name, [...(declared.get(name) ?? []), whole]);
        if (declaration) own.add(name);
      }
      return { head: comment, parts: [whole], tail: "" };
    }
    const parts = specifiers.map((each) => {
      const part = { text: text.slice(each.start, each.end), isUsed: false };
      if (type === "ImportDeclaration") {
        imported.set(each.local.name, [part, [from, each.imported?.name ?? "*"]]);
      } else {
        exported.set(each.exported!.name, [part, [from, each.local.name]]);
      }
      return part;
    });
    const [first, last] = [specifiers[0]!, specifiers.at(-1)!];
    return {
      head: comment + text.slice(start, first.start),
      parts,
      tail: text.slice(last.end, end),
    };
  });
  return { statements, declared, own, imported, exported, all };
}

const comments = /\/\*[\s\S]*?\*\//g;

/** The files that entries reach, with marks on what is used. */
class Files {
  readonly found = new Map<string, Declarations>();

  of(path: string): Declarations {
    const known = this.found.get(path) ?? (isAbsolute(path) ? read(path) : elsewhere);
    this.found.set(path, known);
    return known;
  }

  /** Marks an export of a file, and all that it needs. */
  use(path: string, name: string): boolean {
    const { own, exported, all } = this.of(path);
    if (name === "*") {
      for (const each of [...own, ...exported.keys()]) this.use(path, each);
      for (const [part, target] of all) {
        part.isUsed = true;
        this.use(target, "*");
      }
      return true;
    }
    const known = exported.get(name);
    if (known !== undefined) {
      const [part, [target, there]] = known;
      if (!part.isUsed) {
        part.isUsed = true;
        if (target === path) this.#useWithin(path, there);
        else this.use(target, there);
      }
      return true;
    }
    if (own.has(name)) {
      this.#useWithin(path, name);
      return true;
    }
    const giving = all.find(([, target]) => this.use(target, name));
    if (giving) giving[0].isUsed = true;
    return giving !== undefined;
  }

  #useWithin(path: string, name: string): void {
    const { declared, imported } = this.of(path);
    const known = imported.get(name);
    if (known !== undefined && !known[0].isUsed) {
      known[0].isUsed = true;
      this.use(...known[1]);
    }
    for (const part of declared.get(name) ?? []) {
      if (part.isUsed) continue;
      part.isUsed = true;
      const text = part.text.replace(comments, "");
      for (const [, source, there] of text.matchAll(/\bimport\("(\.[^"]*)\.ts"\)\.(\w+)/g)) {
        this.use(join(dirname(path), `${source}.d.ts`), there!);
      }
      for (const [word] of text.matchAll(/[\w$]+/g)) this.#useWithin(path, word);
    }
  }
}

/** The used statements of a file, with the used ones of their parts. */
function written({ statements }: Declarations): string {
  if (!statements.some(({ parts }) => parts.some(({ isUsed }) => isUsed))) return "";
  const texts = statements.flatMap(({ head, parts, tail }) => {
    const used = parts.filter(({ isUsed, text }) => isUsed || text === "export {};");
    return used.length > 0 ? [`${head}${used.map(({ text }) => text).join(", ")}${tail}\n`] : [];
  });
  return texts.join("");
}

/** The files whose names entries re-export: users read about these. */
function given(files: Files, entries: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    const { exported, all } = files.of(path);
    for (const [, [target]] of exported.values()) visit(target);
    for (const [, target] of all) visit(target);
  };
  for (const path of entries) visit(path);
  return found;
}

/**
 * Adapts declarations for older compilers: the compiler changes the extensions of imports only in JavaScript, and `Disposable` is
 * not in the libraries that most projects name.
 */
function finished(text: string): string {
  const library = /Symbol\.dispose/.test(text) ? '/// <reference lib="esnext.disposable" />\n' : "";
  return library + text.replace(/((?:from|import\()\s*")(\.[^"]*)\.ts"/g, '$1$2.js"');
}

/**
 * @param from the compiler's output folder
 * @param entries relative to that folder
 * @param to the folder of the package
 */
export function copyDeclarations(from: string, entries: readonly string[], to: string): void {
  const paths = entries.map((entry) => join(from, entry));
  const files = new Files();
  for (const path of paths) files.use(path, "*");
  const isRead = given(files, paths);
  for (const [path, declarations] of files.found) {
    // An entry may exist only for its side effects.
    const nothing = paths.includes(path) ? "export {};\n" : "";
    const text = finished(written(declarations)) || nothing;
    if (text === "") continue;
    const target = join(to, relative(from, path));
    mkdirSync(dirname(target), { recursive: true });
    const bare = text.replace(/^ *\/\*\*[\s\S]*?\*\/\n/gm, "");
    writeFileSync(target, inTabs(isRead.has(path) ? text : bare, 4));
  }
}
