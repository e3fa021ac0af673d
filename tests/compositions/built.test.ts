/** Compositions by what was built: Node's files and the browser's modules, whose optimizers are precompiled. */
import { describe, expect, it } from "vitest";
import { runs } from "../support/properties.ts";
import { compare } from "./compare.ts";
import { generate } from "./generator.ts";
import { perform } from "./library.ts";
import { difference } from "./outcomes.ts";
import { programOf } from "./program.ts";
import type { Library } from "./saying.ts";

const built = async (path: string): Promise<Library> =>
  (await import(new URL(`../../dist/${path}`, import.meta.url).href)) as Library;

const [node, browser] = [await built("node/index.js"), await built("index.js")];
const { numRuns, seed } = runs(60);
const compositions = Array.from({ length: numRuns }, (_, index) => generate(seed + 300, index));

describe("compositions by what was built", () => {
  it("are two builds", () => expect(node.optimize).not.toBe(browser.optimize));

  it("are what the formulas say", () => {
    for (const composition of compositions) {
      const { failure } = compare(composition, { library: node });
      expect(failure && `${failure.message}\n\n${programOf(composition)}`).toBeUndefined();
    }
  });

  it("have the same bits in Node and in a browser", () => {
    for (const composition of compositions) {
      const outcomes = [node, browser].map((library) => perform(composition, { library }));
      const found = difference(outcomes[0]!, outcomes[1]!);
      expect(found && `${found}\n\n${programOf(composition)}`).toBeUndefined();
    }
  });
});
