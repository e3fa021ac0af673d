/** Reduces a module's imports to what it uses. */

/** Named imports, as esbuild writes them. */
const importsFrom = (path: string): RegExp =>
  new RegExp(
    String.raw`^import \{([^}]*)\} from "${path.replaceAll(".", String.raw`\.`)}";\n`,
    "gm",
  );

/**
 * Removes the names that a module imports from a path and does not use. esbuild keeps them, because it does not know what is
 * there.
 * @returns the text, and the names there that it uses or re-exports
 */
export function usedImports(
  text: string,
  path: string,
): { readonly text: string; readonly names: readonly string[] } {
  const names: string[] = [];
  const rest = text.replace(importsFrom(path), "");
  const isUsed = (local: string): boolean =>
    new RegExp(String.raw`(?<![\w$])${local.replaceAll("$", String.raw`\$`)}(?![\w$])`).test(rest);
  const shorter = text.replace(importsFrom(path), (_, list: string) => {
    const used = list
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== "" && isUsed(each.split(" as ").at(-1)!));
    names.push(...used.map((each) => each.split(" as ")[0]!));
    return used.length === 0
      ? ""
      : `import {\n${used.map((each) => `  ${each}`).join(",\n")}\n} from "${path}";\n`;
  });
  const given = new RegExp(importsFrom(path).source.replace("^import", "^export"), "gm");
  for (const [, list] of text.matchAll(given)) {
    names.push(...list!.split(",").map((each) => each.trim().split(" as ")[0]!));
  }
  return { text: shorter, names };
}
