/** Compositions by what was built, whose optimizers are precompiled. */
import { expect, it } from "vitest";
import { runs } from "../support/properties.ts";
import { compare } from "./compare.ts";
import { generate } from "./generator.ts";
import { programOf } from "./program.ts";
import type { Library } from "./saying.ts";

const library = (await import(new URL("../../dist/node.js", import.meta.url).href)) as Library;
const { numRuns, seed } = runs(60);
const compositions = Array.from({ length: numRuns }, (_, index) => generate(seed + 300, index));

it("compositions by what was built are what the formulas say", () => {
  for (const composition of compositions) {
    const { failure } = compare(composition, { library });
    expect(failure && `${failure.message}\n\n${programOf(composition)}`).toBeUndefined();
  }
});
