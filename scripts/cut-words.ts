/**
 * Cuts cli/data/words, the word lists that come with the package, from five npm packages. In a folder of its own:
 *
 *     npm install an-array-of-english-words@2.0.0 an-array-of-french-words@2.0.0 \
 *       an-array-of-spanish-words@2.0.0 an-array-of-german-words@1.2.0 an-array-of-italian-words@1.2.0
 *
 * The German and the Italian package were scraped from web pages, and many of their entries are not words: capital first
 * letters are lost ("bschluss"), and so are final accented letters in Italian ("conflittualit"). Only entries in Debian's
 * spelling lists (packages wngerman and witalian) are kept. Then, from this repository:
 *
 *     npx tsx scripts/cut-words.ts THAT-FOLDER/node_modules /usr/share/dict
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { normalise } from "../cli/src/tasks/ngrams.ts";

const COUNT = 4_000;
const DESTINATION = new URL("../cli/data/words/", import.meta.url);

interface Source {
  readonly language: string;
  readonly version: string;
  readonly file: string;
  /** A list of correct spellings, one in each line. */
  readonly spelling?: string;
}

const SOURCES: readonly Source[] = [
  { language: "english", version: "2.0.0", file: "index.json" },
  { language: "french", version: "2.0.0", file: "index.json" },
  { language: "spanish", version: "2.0.0", file: "index.json" },
  { language: "german", version: "1.2.0", file: "words.json", spelling: "ngerman" },
  { language: "italian", version: "1.2.0", file: "words.json", spelling: "italian" },
];

const [packages, spellings] = process.argv.slice(2);
if (packages === undefined || spellings === undefined) {
  console.error("usage: npx tsx scripts/cut-words.ts NODE-MODULES FOLDER-OF-SPELLING-LISTS");
  process.exit(2);
}
const lists = SOURCES.map((source) => readWords(source, packages, spellings));
mkdirSync(DESTINATION, { recursive: true });
for (const [index, { language }] of SOURCES.entries()) {
  const others = new Set(lists.flatMap((list, other) => (other === index ? [] : [...list])));
  const unambiguous = [...lists[index]!].filter((word) => !others.has(word)).sort();
  const text = `${spread(unambiguous, COUNT).join("\n")}\n`;
  writeFileSync(new URL(`${language}.txt`, DESTINATION), text);
  const digest = createHash("sha256").update(text).digest("hex");
  console.log(
    `${digest}  ${language}.txt (of ${lists[index]!.size} words, ${unambiguous.length} its own)`,
  );
}

function readWords(source: Source, packages: string, spellings: string): Set<string> {
  const folder = join(packages, `an-array-of-${source.language}-words`);
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (version !== source.version) {
    throw new Error(`${folder} is version ${version}; the lists were cut from ${source.version}`);
  }
  const words: string[] = JSON.parse(readFileSync(join(folder, source.file), "utf8"));
  const known = source.spelling && readSpelling(join(spellings, source.spelling));
  const kept = words
    .map(normalise)
    .filter((word) => /^\p{Letter}{3,}$/u.test(word) && (!known || known.has(word)));
  return new Set(kept);
}

function readSpelling(path: string): Set<string> {
  return new Set(readFileSync(path, "utf8").split("\n").map(normalise));
}

/** `count` of `words`, evenly spaced over the whole alphabet. */
function spread(words: readonly string[], count: number): string[] {
  if (words.length < count) throw new Error(`${count} words wanted, ${words.length} found`);
  return Array.from(
    { length: count },
    (_, index) => words[Math.floor((index * words.length) / count)]!,
  );
}
