// Turns the sources of a Debian release into those of its backports: text in, text out. Plain JavaScript, as setup.js.

/**
 * The fields of a stanza of a `.sources` file, without comments. Continuation lines belong to their field.
 *
 * @param {string} stanza
 * @returns {{ name: string, text: string, words: string[] }[]}
 */
function fieldsOf(stanza) {
  const text = stanza.replace(/^#.*\n?/gm, "");
  return text.split(/\n(?![ \t])/).flatMap((field) => {
    const found = /^([\w-]+):([\s\S]*)$/.exec(field);
    const [, name = "", value = ""] = found ?? [];
    return found
      ? [{ name: name.toLowerCase(), text: field, words: value.trim().split(/\s+/) }]
      : [];
  });
}

/**
 * @param {string} stanza
 * @param {string} release
 */
function backportsOfStanza(stanza, release) {
  const fields = fieldsOf(stanza);
  /** @type {(name: string, word: string) => boolean} */
  const has = (name, word) =>
    fields.some((field) => field.name === name && field.words.includes(word));
  if (!has("types", "deb") || !has("suites", release) || !has("components", "main")) {
    return undefined;
  }
  if (has("enabled", "no")) return undefined;
  const own = new Map([
    ["types", "Types: deb"],
    ["suites", `Suites: ${release}-backports`],
    ["components", "Components: main"],
  ]);
  return `${fields.map(({ name, text }) => own.get(name) ?? text.trimEnd()).join("\n")}\n`;
}

/**
 * @param {string} line
 * @param {string} release
 */
function backportsOfLine(line, release) {
  const found = /^\s*deb\s+(\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+([^#]*)/.exec(line);
  const [, options = "", uri, suite, components = ""] = found ?? [];
  return suite === release && components.split(/\s+/).includes("main")
    ? `deb ${options}${uri} ${release}-backports main\n`
    : undefined;
}

/**
 * A source of the release's backports, with the same address, key and trust as that of the release.
 *
 * @param {string} name of a file of sources: its extension says which of apt's two formats it has
 * @param {string} text
 * @param {string} release such as `bookworm`
 * @returns {string | undefined} in the same format; undefined if the file has no source of the release
 */
export function backportsIn(name, text, release) {
  const [parts, backportsOf] = name.endsWith(".sources")
    ? [text.split(/\n[ \t]*\n/), backportsOfStanza]
    : [text.split("\n"), backportsOfLine];
  return parts.map((part) => backportsOf(part, release)).find((found) => found !== undefined);
}
