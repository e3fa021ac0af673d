/** Completes examples so that they can be run: with the imports and parameters that they assume. */
import type { Comment } from "typedoc";
import { tagsOf } from "./comments.ts";

/** The entry that exports a name for an example, and whether it is a type. */
export type EntryOf = (
  name: string,
) => { readonly entry: string; readonly isType: boolean } | undefined;

/** The code of a comment's examples. */
export const examplesIn = (comment: Comment | undefined): string[] =>
  tagsOf(comment, "@example").map(({ content }) =>
    content
      .map(({ text }) => text)
      .join("")
      .replace(/^```\w*\n|\n?```\s*$/g, "")
      .trim(),
  );

/** Parameters that examples mention, with shapes for those that need certain ones. */
const shapes: Readonly<Record<string, string>> = {
  w: "[2, 3]",
  b: "[3]",
  bias: "[3]",
  embedding: "[20, 2]",
  encoder: "[2, 2]",
};

function parametersFor(code: string): string {
  const mentions = (name: string) => new RegExp(`(?<![\\w.])${name}\\b|\\.${name}\\b`).test(code);
  const names = ["embedding", "encoder", "bias"].filter(mentions);
  const all = ["w", ...(names.includes("embedding") ? [] : ["b"]), ...names];
  return `{ ${all.map((name) => `${name}: ${shapes[name]}`).join(", ")} }`;
}

/** Parts of code that are not variables: texts, comments, members, keys and methods. */
const noNames =
  /"[^"\n]*"|'[^'\n]*'|\/\/.*|(?<!\.\.)\.\s*[A-Za-z_]\w*|\b[A-Za-z_]\w*(?=\s*:(?!:)|\([^()]*\) \{)|\/(?![\s/*])[^/\n]+\/(?=[,\s)}])/g;

/** Code without what is no name in it; of templates, the expressions stay. */
const namesOnly = (code: string): string =>
  code
    .replace(/`[^`]*`/g, (template) =>
      Array.from(template.matchAll(/\$\{([^}]*)\}/g), ([, expression]) => `(${expression})`).join(),
    )
    .replace(noNames, " ");

const declared = (code: string, name: string): boolean =>
  new RegExp(
    `\\b(?:const|let|function|class)\\s+(?:[{[][^=]*?\\b)?${name}\\b|[({,[]\\s*${name}\\s*(?:[,})\\]][^()]*)?\\)?\\s*=>|import \\{[^}]*\\b${name}\\b`,
  ).test(code);

/** Whether an example uses a name that it does not declare. */
const takes = (code: string, name: string): boolean =>
  new RegExp(`(?<![\\w$])(?<!(?<!\\.\\.)\\.)${name}\\b`).test(namesOnly(code)) &&
  !declared(code, name);

function importsOf(code: string, entryOf: EntryOf): string[] {
  const words = new Set(namesOnly(code).match(/\b[A-Za-z_]\w*\b/g));
  const byEntry = new Map<string, string[]>();
  for (const name of [...words].toSorted()) {
    const found = entryOf(name);
    if (found === undefined || !takes(code, name)) continue;
    const { entry, isType } = found;
    byEntry.set(entry, [...(byEntry.get(entry) ?? []), isType ? `type ${name}` : name]);
  }
  return [...byEntry].map(([entry, names]) => `import { ${names.join(", ")} } from "${entry}";`);
}

/** The optimizers in an entry's examples, if they are not on the CPU. */
const optimizers: Readonly<Record<string, string | undefined>> = {
  "gradus/tfjs": 'const optimizer = new GradusOptimizer("adam");',
};

/**
 * An example with what it needs before it: `const net`, `const optimizer` and the imports. An example with imports is complete.
 *
 * @param entry of the example
 * @param entryOf gives the entry of a name that it does not declare
 */
export function wholeExample(code: string, entry: string, entryOf: EntryOf): string {
  if (/^import /m.test(code)) return code;
  const made = optimizers[entry] ?? "const optimizer = optimize(net, adam());";
  const optimizer = takes(code, "optimizer") ? [made] : [];
  const takesNet = takes([...optimizer, code].join("\n"), "net");
  const net = takesNet ? [`const net = parameters(${parametersFor(code)});`] : [];
  // A single call has no semicolon.
  const body = [...net, ...optimizer, code.replace(/\)$/, ");")].join("\n");
  const imports = importsOf(body, entryOf);
  return imports.length === 0 ? body : `${imports.join("\n")}\n\n${body}`;
}
