/** Runs examples of the documentation unchanged, and compares their results with their comments. */
import { transformSync } from "esbuild";
import { parseAst } from "vite";

/** What an entry or a package exports, by name. */
export type Module = Readonly<Record<string, unknown>>;

export interface ExampleOptions {
  /** Loads a module for `import`. Default: the real module of that name. */
  readonly load?: (name: string) => Promise<Module>;
  /** Variables that an example assumes. */
  readonly scope?: Readonly<Record<string, unknown>>;
  /** The folder in which it writes files. */
  readonly folder?: string;
}

/** A value and what the comment says about it. */
export interface Comparison {
  readonly code: string;
  readonly said: string;
  readonly isSo: boolean;
  readonly found: unknown;
}

const scalar = String.raw`(?:-?(?:\d[\d_]*\.?\d*(?:e-?\d+)?|Infinity)|NaN|true|false|null|undefined|"[^"]*")`;
const list = (element: string) => String.raw`\[(?:${element}(?:, ${element})*)?\]`;
/** A number, a word or a text, or a list of these or of such lists. */
const value = `(?:${scalar}|${list(`(?:${scalar}|${list(scalar)})`)})`;
const literal = new RegExp(`^${value}(?=$|,|:|;| and )`);

/** The values at the start of a comment, `24.2 and [1, 2]`; none if it is prose. */
export function valuesIn(comment: string): readonly unknown[] {
  const values: unknown[] = [];
  let rest = comment.trim();
  for (;;) {
    const [found] = literal.exec(rest) ?? [];
    if (found === undefined) return values;
    values.push(new Function(`return ${found}`)());
    const after = rest.slice(found.length);
    const [joint] = /^(?:, | and )/.exec(after) ?? [];
    if (joint === undefined) return values;
    rest = after.slice(joint.length);
  }
}

/** Numbers are written with six digits or fewer. The last of the seven digits of float32 may differ. */
function isAsSaid(found: unknown, said: unknown): boolean {
  if (typeof said === "number" && typeof found === "number") {
    if (Number.isNaN(said)) return Number.isNaN(found);
    return found === said || Math.abs(found - said) <= 1e-6 * (Math.abs(said) || 1);
  }
  if (Array.isArray(said)) {
    const list = Array.from((found as ArrayLike<unknown>) ?? []);
    return list.length === said.length && said.every((each, i) => isAsSaid(list[i], each));
  }
  return found === said;
}

const isExpression = (code: string): boolean => {
  try {
    const { body } = parseAst(code) as { body: readonly { type: string }[] };
    return body.length === 1 && body[0]!.type === "ExpressionStatement";
  } catch {
    return false;
  }
};

/** Adds a check to each line whose comment states its result. */
function withChecks(code: string): string {
  const lines = code.split("\n").map((line) => {
    const [, indent, start = "", statement, said] =
      /^(\s*)(return )?(.*?);?\s+\/\/ (.+)$/.exec(line) ?? [];
    if (statement === undefined || said === undefined) return line;
    const [, names] = /^const \{ ([\w, ]+) \} = /.exec(statement) ?? [];
    const values = valuesIn(said);
    if (names !== undefined) {
      const all = names.split(", ");
      return values.length === all.length
        ? `${line}\ncompare([${all.join(", ")}], ${JSON.stringify(all)}, ${JSON.stringify(said)});`
        : line;
    }
    if (values.length === 0 || !isExpression(statement)) return line;
    if (statement.startsWith("console.log(")) {
      return `${indent}${statement}; comparePrinted(${JSON.stringify(said)});`;
    }
    const call = `compare([${statement}], [${JSON.stringify(statement)}], ${JSON.stringify(said)})`;
    return `${indent}${start}${call};`;
  });
  return lines.join("\n");
}

const imports = /^import (?:(?:type \{[^}]*\}|\{([^}]*)\}) from )?"([^"]+)";$/gm;

/** Imports values from a module; as in a real module, a name that is not exported is an error. */
async function importFrom(
  load: NonNullable<ExampleOptions["load"]>,
  from: string,
  names: readonly string[],
): Promise<Module> {
  const module = await load(from);
  const missing = names.find((name) => !(name in module));
  if (missing !== undefined) throw new SyntaxError(`"${from}" does not export ${missing}`);
  return module;
}

/** Turns imports into constants, for code that is not a module. */
const withoutImports = (code: string): string =>
  code.replace(imports, (_, names: string | undefined, from: string) => {
    const values = names
      ?.split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "" && !name.startsWith("type "))
      .map((name) => name.replace(/ as /, ": "));
    if (values === undefined) return "";
    const exported = values.map((name) => name.replace(/: .*/, ""));
    return `const { ${values.join(", ")} } = await importFrom("${from}", ${JSON.stringify(exported)});`;
  });

/**
 * Runs TypeScript code.
 * @returns what its comments say, and whether that is true
 * @throws what the example throws
 */
export async function runExample(
  code: string,
  { load = (name) => import(name), scope = {}, folder = process.cwd() }: ExampleOptions = {},
): Promise<readonly Comparison[]> {
  const comparisons: Comparison[] = [];
  let printed: readonly unknown[] = [];
  const compare = (found: readonly unknown[], what: readonly string[], said: string) => {
    valuesIn(said)
      .slice(0, found.length)
      .forEach((value, i) => {
        const isSo = isAsSaid(found[i], value);
        comparisons.push({ code: what[i]!, said, isSo, found: found[i] });
      });
    return found[0];
  };
  const comparePrinted = (said: string) => {
    const [first, ...more] = printed;
    const saysList = Array.isArray(valuesIn(said)[0]);
    const isList = ArrayBuffer.isView(first) && more.length === 0 && !saysList;
    const found = isList ? Array.from(first as Float32Array) : printed;
    const what = found.map((_, i) => `console.log, value ${i + 1}`);
    compare(found, what, said);
  };
  const console = {
    log: (...values: readonly unknown[]) => {
      printed = values;
    },
  };
  const given = {
    ...scope,
    importFrom: (from: string, names: readonly string[]) => importFrom(load, from, names),
    compare,
    comparePrinted,
    console,
  };
  const own = withChecks(withoutImports(code));
  const { code: script } = transformSync(own, { loader: "ts", target: "es2022" });
  const declared = [...own.matchAll(/^(?:const|let) (?:\{ )?([\w, :]+?)(?: \})? =/gm)].flatMap(
    ([, names]) => names!.split(", ").map((name) => name.replace(/^.*: /, "")),
  );
  const names = Object.keys(given).filter((name) => !declared.includes(name));
  // Only in this script: the library never turns text into code.
  const act = new Function(...names, `"use strict"; return (async () => { ${script} })();`);
  const before = process.cwd();
  process.chdir(folder);
  try {
    await act(...names.map((name) => given[name as keyof typeof given]));
  } finally {
    process.chdir(before);
  }
  return comparisons;
}
