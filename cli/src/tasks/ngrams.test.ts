import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fnv1a, hashedNgrams, normalise } from "./ngrams.ts";

/** The n-grams by their definition. */
function ngrams(word: string, minimum: number, maximum: number): Set<string> {
  const characters = [..."^", ...normalise(word), ..."$"];
  const found = new Set<string>();
  for (let length = minimum; length <= maximum; length++) {
    for (let start = 0; start + length <= characters.length; start++) {
      const isMark = length === 1 && (start === 0 || start === characters.length - 1);
      if (!isMark) found.add(characters.slice(start, start + length).join(""));
    }
  }
  return found;
}

const words = fc.string({ unit: "grapheme", maxLength: 12 });

describe("fnv1a", () => {
  // Test vectors of RFC 9923.
  it.each([
    ["", 0x811c9dc5],
    ["a", 0xe40c292c],
    ["foobar", 0xbf9cf968],
  ])("hashes %o as its authors do", (text, expected) => {
    expect(fnv1a(text)).toBe(expected);
  });
});

describe("hashedNgrams", () => {
  it("gives the n-grams of a short word, checked by hand", () => {
    const expected = ["a", "ß", "^a", "aß", "ß$", "^aß", "aß$", "^aß$"].map((ngram) =>
      fnv1a(ngram),
    );
    expect([...hashedNgrams("Aß", { buckets: 2 ** 32 })]).toEqual(
      expected.sort((one, other) => one - other),
    );
  });

  it("is the set of the n-grams' hashes modulo the buckets, in ascending order", () => {
    const lengths = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 4 }));
    fc.assert(
      fc.property(
        words,
        lengths,
        fc.integer({ min: 1, max: 2 ** 32 }),
        (word, [minimum, more], buckets) => {
          const maximum = minimum + more;
          const expected = new Set(
            [...ngrams(word, minimum, maximum)].map((ngram) => fnv1a(ngram) % buckets),
          );
          const found = hashedNgrams(word, { minimum, maximum, buckets });
          expect([...found]).toEqual([...expected].sort((one, other) => one - other));
        },
      ),
    );
  });

  it("takes 1 to 4 characters and 2^16 buckets by default", () => {
    expect(hashedNgrams("straße")).toEqual(
      hashedNgrams("straße", { minimum: 1, maximum: 4, buckets: 65536 }),
    );
  });

  it("does not depend on case or on how accents are composed", () => {
    expect(hashedNgrams("ÉTÉ")).toEqual(hashedNgrams("été"));
    expect(hashedNgrams("e\u0301te\u0301")).toEqual(hashedNgrams("été"));
  });

  it("tells prefixes, middles and suffixes apart", () => {
    const buckets = 2 ** 32;
    const middle = fnv1a("un");
    const prefix = fnv1a("^un");
    expect([...hashedNgrams("undo", { buckets })]).toEqual(
      expect.arrayContaining([middle, prefix]),
    );
    expect([...hashedNgrams("fund", { buckets })]).toContain(middle);
    expect([...hashedNgrams("fund", { buckets })]).not.toContain(prefix);
  });

  it.each([
    [{ minimum: 0 }, /^minimum is 0/],
    [{ minimum: 3, maximum: 2 }, /^maximum is 2; it must be an integer from 3 /],
    [{ maximum: 2.5 }, /^maximum is 2.5/],
    [{ buckets: 0 }, /^buckets is 0/],
    [{ buckets: 2 ** 32 + 1 }, /^buckets is 4294967297/],
  ])("%o is a RangeError that names the option", (options, message) => {
    expect(() => hashedNgrams("word", options)).toThrow(RangeError);
    expect(() => hashedNgrams("word", options)).toThrow(message);
  });
});
