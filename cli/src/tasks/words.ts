import { basename, join } from "node:path";
import { DataError } from "gradus/tasks";
import { Allowance, memoryFor } from "../../../src/allowance.ts";
import { packageRoot } from "../package-root.ts";
import { fnv1a, normalise } from "./ngrams.ts";
import { listFolder, readBytes } from "./read-data.ts";

/** Words with the language of each. */
export interface LabelledWords {
  /** In lower case and Unicode's normal form C. */
  readonly words: readonly string[];
  /** For each word the index of its language in `languages`. */
  readonly labels: Uint8Array;
  readonly count: number;
}

export interface WordSet {
  readonly train: LabelledWords;
  readonly test: LabelledWords;
  /** The names of the lists without ".txt", in alphabetical order. */
  readonly languages: readonly string[];
}

const MOST_LANGUAGES = 256;

/** In UTF-16 units. The longest words of German and Finnish have 80. */
const LONGEST_WORD = 100;

/** The memory of a word in bytes, roughly. */
const WORD_BYTES = 80;

/** One of so many words is for testing. */
const TEST_SHARE = 5;

const VENDORED = join(packageRoot(), "data", "words");

/**
 * Loads words with their languages. A fifth of them, chosen by a hash of the word, is for testing. So a word stays in its set,
 * whatever other words there are.
 * @param directory A folder with a file NAME.txt for each of 2 to 256 languages, in UTF-8, with one word of up to 100
 * characters in each line. No word may be in two files. Default: 4,000 words each of English, French, German, Italian and
 * Spanish, which come with the package.
 * @throws DataError if the folder or a list cannot be used
 */
export function loadWords(directory: string = VENDORED): WordSet {
  const files = listFiles(directory);
  const languageOf = new Map<string, number>();
  for (const [language, file] of files.entries()) {
    const path = join(directory, file);
    for (const word of parseList(path, readBytes(path))) {
      const known = languageOf.get(word);
      if (known !== undefined && known !== language) {
        throw new DataError(
          join(directory, file),
          `"${word}" is in ${files[known]} too`,
          "Take it out of both: its language cannot be told.",
        );
      }
      languageOf.set(word, language);
    }
  }
  const entries = [...languageOf];
  const isTest = ([word]: readonly [string, number]) => fnv1a(word) % TEST_SHARE === 0;
  return {
    train: labelled(entries.filter((entry) => !isTest(entry))),
    test: labelled(entries.filter(isTest)),
    languages: files.map((file) => basename(file, ".txt")),
  };
}

function listFiles(directory: string): string[] {
  const remedy = "Give a folder with a file NAME.txt for each language, one word a line.";
  const files = listFolder(directory, remedy)
    .filter((name) => name.endsWith(".txt"))
    .sort();
  if (files.length < 2 || files.length > MOST_LANGUAGES) {
    const problem = `it has ${files.length} files NAME.txt; 2 to ${MOST_LANGUAGES} were expected`;
    throw new DataError(directory, problem, remedy);
  }
  return files;
}

/**
 * The words of a list, each once.
 * @param path is only for messages
 */
export function parseList(path: string, bytes: Uint8Array): string[] {
  const text = decoded(path, bytes);
  const memory = new Allowance(memoryFor(bytes.length, 16), () => {
    throw new DataError(path, "it holds too many short words", "Divide it into several.");
  });
  const words = new Set<string>();
  for (let from = 0, line = 1, end = 0; from < text.length; from = end + 1, line++) {
    end = text.indexOf("\n", from);
    end = end < 0 ? text.length : end;
    const word = wordOf(path, text.slice(from, end), line);
    if (word !== "" && !words.has(word)) {
      memory.take(WORD_BYTES);
      words.add(word);
    }
  }
  if (words.size === 0)
    throw new DataError(path, "it holds no words", "Put one word a line in it.");
  return [...words];
}

/** Reads a word. Long ones are refused before they are normalised, because a character may have any number of accents to sort. */
function wordOf(path: string, text: string, line: number): string {
  const word = text.trim();
  if (word.length > LONGEST_WORD) {
    const problem = `line ${line} has ${word.length} characters, ${LONGEST_WORD} at most are a word`;
    throw new DataError(path, problem, "Put one word a line in it.");
  }
  return normalise(word);
}

function decoded(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DataError(path, "it is not valid UTF-8", "Save it in UTF-8.", { cause });
  }
}

function labelled(entries: readonly (readonly [string, number])[]): LabelledWords {
  return {
    words: entries.map(([word]) => word),
    labels: Uint8Array.from(entries, ([, language]) => language),
    count: entries.length,
  };
}
