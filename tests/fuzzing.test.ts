/** A short form of `npm run torture -- --only fuzzing`. */
import { expect, it } from "vitest";
import { fuzz } from "./support/fuzz.ts";
import { targets } from "./support/fuzzing.ts";
import { runs } from "./support/properties.ts";

it.each(targets.map((target) => [target.name, target] as const))(
  "%s read anything, or say what is wrong with it",
  (_, target) => {
    const { numRuns, seed } = runs(2000);
    const { accepted } = fuzz(target, numRuns, seed);
    // Some are as they should be: what is refused at once shows little.
    expect(accepted).toBeGreaterThan(0);
  },
);
