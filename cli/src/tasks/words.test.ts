import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DataError } from "gradus/tasks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fnv1a } from "./ngrams.ts";
import { loadWords, type WordSet } from "./words.ts";

const vendored = fileURLToPath(new URL("../../data/words", import.meta.url));

/** Words with the names of their languages, sorted. */
function pairs({ languages, train, test }: WordSet): string[] {
  return [train, test]
    .flatMap(({ words, labels }) => words.map((word, i) => `${word} ${languages[labels[i]!]}`))
    .sort();
}

describe("the vendored words", () => {
  const set = loadWords();

  it("are 4,000 of each of five languages, each word once", () => {
    expect(set.languages).toEqual(["english", "french", "german", "italian", "spanish"]);
    expect(set.train.count + set.test.count).toBe(20_000);
    expect(new Set([...set.train.words, ...set.test.words]).size).toBe(20_000);
    for (const [label, language] of set.languages.entries()) {
      const own = pairs(set).filter((pair) => pair.endsWith(` ${language}`));
      expect(own.length, `label ${label}`).toBe(4_000);
    }
  });

  it("keep their language, and consist of letters", () => {
    const all = new Set(pairs(set));
    const known = ["anthropometries english", "bleuâtre french", "abendlichen german"];
    for (const pair of [...known, "abbassati italian", "arañuelo spanish"]) {
      expect(all.has(pair), pair).toBe(true);
    }
    const words = [...set.train.words, ...set.test.words];
    expect(words.filter((word) => !/^\p{Lowercase_Letter}{3,}$/u.test(word))).toEqual([]);
  });

  it("cover the whole alphabet in each language", () => {
    for (const language of set.languages) {
      const own = pairs(set).filter((pair) => pair.endsWith(` ${language}`));
      // Italian words hardly ever start with h, j, k, w, x or y.
      const initials = new Set(own.map((pair) => pair[0]));
      for (const letter of "abcdefgilmnopqrstuvz") {
        expect(initials.has(letter), `${language} ${letter}`).toBe(true);
      }
    }
  });

  it("are split four to one by the hash of the word alone", () => {
    expect(set.train.words.every((word) => fnv1a(word) % 5 !== 0)).toBe(true);
    expect(set.test.words.every((word) => fnv1a(word) % 5 === 0)).toBe(true);
    // Binomial(20000, 1/5): mean 4000, standard deviation 56.6; four of them.
    expect(Math.abs(set.test.count - 4_000)).toBeLessThan(227);
    expect([set.train.labels.length, set.test.labels.length]).toEqual([
      set.train.count,
      set.test.count,
    ]);
  });

  it("have the checksums that their README gives", () => {
    const readme = readFileSync(join(vendored, "README.md"), "utf8");
    const sums = [...readme.matchAll(/^([0-9a-f]{64}) {2}(\S+)$/gm)];
    expect(sums.length).toBe(5);
    for (const [, sum, name] of sums) {
      const bytes = readFileSync(join(vendored, name!));
      expect(createHash("sha256").update(bytes).digest("hex"), name).toBe(sum);
    }
  });
});

describe("a user's folder of words", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gradus-words-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function list(name: string, content: string | Uint8Array): void {
    writeFileSync(join(folder, name), content);
  }

  /** What is wrong, and with which file. */
  function problem(): { name: string; problem: string } {
    try {
      loadWords(folder);
    } catch (error) {
      expect(error).toBeInstanceOf(DataError);
      const found = error as DataError;
      return { name: found.path.slice(folder.length + 1), problem: found.problem };
    }
    throw new Error("nothing was thrown");
  }

  it("has a language for each .txt file, in alphabetical order", () => {
    list("latin.txt", "gradus\npassus\n");
    list("greek.txt", "βῆμα");
    list("README.md", "no list");
    const set = loadWords(folder);
    expect(set.languages).toEqual(["greek", "latin"]);
    expect(pairs(set)).toEqual(["gradus latin", "passus latin", "βῆμα greek"]);
  });

  it("may have a byte order mark, DOS line ends, blank lines, capitals, composed accents and repeats", () => {
    list("one.txt", "\ufeffUno\r\n\r\n e\u0301te\u0301 \r\nUNO\r\n");
    list("two.txt", "due");
    expect(pairs(loadWords(folder))).toEqual(["due two", "uno one", "été one"]);
  });

  it("with a word in two languages names the word and both files", () => {
    list("one.txt", "radio\nuno");
    list("two.txt", "due\nRadio");
    expect(problem()).toEqual({ name: "two.txt", problem: '"radio" is in one.txt too' });
  });

  it("with one language or none says how many", () => {
    list("one.txt", "uno");
    expect(problem().problem).toBe("it has 1 files NAME.txt; 2 to 256 were expected");
  });

  it("with a line that is not a word names the line", () => {
    list("one.txt", "uno");
    list("two.txt", `due\n ${"e\u0301".repeat(50)} \n${"\u0301".repeat(101)}`);
    expect(problem()).toEqual({
      name: "two.txt",
      problem: "line 3 has 101 characters, 100 at most are a word",
    });
  });

  it("with far more words than bytes names it", () => {
    list("one.txt", "uno");
    list("two.txt", Array.from({ length: 600_000 }, (_, i) => i.toString(36)).join("\n"));
    expect(problem()).toEqual({ name: "two.txt", problem: "it holds too many short words" });
  });

  it("with an empty list names it", () => {
    list("one.txt", "uno");
    list("two.txt", " \n\n");
    expect(problem()).toEqual({ name: "two.txt", problem: "it holds no words" });
  });

  it("with a list in another encoding names it", () => {
    list("one.txt", "uno");
    list("two.txt", Uint8Array.of(0xe9, 0x74, 0xe9));
    expect(problem()).toEqual({ name: "two.txt", problem: "it is not valid UTF-8" });
  });

  it("with a folder in place of a list names it", () => {
    list("one.txt", "uno");
    mkdirSync(join(folder, "two.txt"));
    expect(problem().name).toBe("two.txt");
    expect(problem().problem).toMatch(
      /^it cannot be read as a file \(it is not a file but a folder/,
    );
  });

  it("that is missing is named", () => {
    const missing = join(folder, "missing");
    expect(() => loadWords(missing)).toThrow(`${missing}: there is no such folder`);
  });
});
