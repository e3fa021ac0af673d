/** What must come to the same bits, whatever a formula says: one composition, said or carried out in two ways. */

import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { javascript, optimize, parameters, sgd } from "../../src/index.ts";
import { runs } from "../support/properties.ts";
import type { Composition } from "./composition.ts";
import { generate, type Traits } from "./generator.ts";
import { perform, type Variant } from "./library.ts";
import { difference } from "./outcomes.ts";
import { programOf } from "./program.ts";
import { judge } from "./refusals.ts";
import * as variations from "./variations.ts";

const everything: Traits = {
  wrappers: true,
  sparse: true,
  restores: true,
  draws: true,
  mistakes: true,
};
const simple: Traits = { sparse: true, draws: true };

/** The first `count` compositions, of those with these traits, that can be said in another way. */
function* pairs(
  traits: Traits,
  vary: variations.Variation,
  count: number,
  seed: number,
): Generator<[Composition, Composition]> {
  for (let [index, found] = [0, 0]; found < count; index++) {
    if (index > 200 * count) throw new Error("there are hardly any such compositions");
    const composition = generate(seed, index, traits);
    if (judge(composition).verdict !== "right") continue;
    const varied = vary(composition);
    if (varied === undefined) continue;
    found++;
    yield [composition, varied];
  }
}

/** What a check of a composition finds, or throws, and its program. */
function problem(composition: Composition, check: () => string | undefined): string | undefined {
  let found: string | undefined;
  try {
    found = check();
  } catch (error) {
    found = String(error);
  }
  return found && `${found}\n\n${programOf(composition)}`;
}

interface Property {
  readonly what: string;
  readonly traits: Traits;
  readonly vary?: variations.Variation;
  /** From this way of saying it, rather than from the composition as it is. */
  readonly from?: variations.Variation;
  readonly variant?: Variant;
}

const same: variations.Variation = (composition) => composition;

const properties: readonly Property[] = [
  { what: "in any order of the parameters", traits: everything, vary: variations.reversed },
  { what: "for a vector in two halves", traits: { types: ["float32"] }, vary: variations.split },
  { what: "in two branches that are alike", traits: simple, vary: variations.alikeBranches },
  { what: "masked by all parameters", traits: simple, vary: variations.maskedByAll },
  {
    what: "in updates of one micro-step",
    traits: { mistakes: true, draws: true },
    vary: variations.accumulated,
  },
  {
    what: "for chains of chains",
    traits: everything,
    from: variations.fromTheLeft,
    vary: variations.fromTheRight,
  },
  {
    what: "with another optimizer after each step",
    traits: everything,
    variant: { restoreAlways: true },
  },
  {
    what: "in JavaScript and in WebAssembly",
    traits: everything,
    variant: { backend: javascript },
  },
  { what: "with gradients that become zero", traits: everything, vary: variations.zeroed },
  { what: "with gradients of its own or passed", traits: everything, vary: variations.ownOrPassed },
  { what: "wherever arrays are", traits: everything, vary: variations.elsewhere },
  {
    what: "for two dimensions instead of more",
    traits: { ...simple, sparse: false },
    vary: variations.flattened,
  },
];

describe("the same bits", () => {
  it.each(properties.map((each, index) => [each.what, each, index] as const))(
    "%s",
    (_, { traits, vary = same, from = same, variant = {} }, index) => {
      for (const [composition, varied] of pairs(traits, vary, runs(6).numRuns, 100 + index)) {
        const first = from(composition)!;
        expect(
          problem(first, () =>
            difference(perform(first), perform(varied, variant), variations.SECOND),
          ),
        ).toBeUndefined();
      }
    },
  );

  it("by one thread and by two", async () => {
    const large: Traits = { draws: true, large: true, types: ["float32"] };
    // As long as this one lives the other thread does.
    const { net } = parameters({ net: [200_000] });
    using keeper = optimize({ net }, sgd(), { threads: 2 });
    keeper.gradients.net.fill(1);
    keeper.step();
    while (keeper.threads < 2) await sleep(1);
    for (const [composition] of pairs(large, same, runs(3).numRuns, 200)) {
      const together = () => difference(perform(composition), perform(composition, { threads: 2 }));
      expect(problem(composition, together)).toBeUndefined();
    }
  });
});
