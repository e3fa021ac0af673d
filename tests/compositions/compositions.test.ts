/** A short form of `npm run exhaustive`: random compositions, against the simulator. */
import { describe, expect, it } from "vitest";
import { runs } from "../support/properties.ts";
import { generate } from "./generator.ts";
import { examine, type Finding } from "./report.ts";

const { numRuns: COUNT, seed: SEED } = runs(200);
const BATCH = 20;
const findings: Finding[] = [];

const indices = Array.from({ length: COUNT }, (_, index) => index);
const firsts = indices.filter((index) => index % BATCH === 0);

describe("random compositions are what the formulas say", () => {
  it.each(firsts)(`%i and the ${BATCH - 1} behind it`, async (first) => {
    for (const index of indices.slice(first, first + BATCH)) {
      const again = `npm run exhaustive -- --seed ${SEED} --only ${index}`;
      const finding = await examine(generate(SEED, index), again);
      findings.push(finding);
      expect(finding.failure).toBeUndefined();
    }
  });

  it("and a comparison says something of nearly all", () => {
    const share = (of: (finding: Finding) => boolean) =>
      findings.filter(of).length / findings.length;
    // Some must be refused, but few.
    expect(share(({ refused }) => refused)).toBeGreaterThan(0.01);
    expect(share(({ refused }) => refused)).toBeLessThan(0.15);
    expect(share(({ loose }) => loose)).toBeLessThanOrEqual(0.02);
  });
});
