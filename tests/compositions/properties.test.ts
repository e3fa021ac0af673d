/** What must come to the same bits, whatever a formula says: one composition, said or carried out in two ways. */
import { describe, expect, it } from "vitest";
import { javascript } from "../../src/index.ts";
import { firstDifference } from "../support/bits.ts";
import { runs } from "../support/properties.ts";
import type { Composition } from "./composition.ts";
import { generate, type Traits } from "./generator.ts";
import { type Outcome, perform, type Variant } from "./library.ts";
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

/** What differs between two outcomes, of the parameters that both have. */
function difference(one: Outcome, other: Outcome): string | undefined {
  if (one.refused || other.refused) return one.refused?.message ?? other.refused?.message;
  for (const [index, snapshot] of one.snapshots.entries()) {
    const second = other.snapshots[index]!;
    for (const kind of ["parameters", "evaluation"] as const) {
      for (const [name, values] of snapshot[kind]) {
        const rest = second[kind].get(variations.SECOND);
        const given = second[kind].get(name)!;
        const joined =
          values.length === given.length ? given : [...Array.from(given), ...Array.from(rest!)];
        const at = firstDifference(values, joined);
        if (at !== undefined) {
          return `after action ${index + 1}, ${kind} ${name}[${at}]: ${values[at]} and ${joined[at]}`;
        }
      }
    }
    for (const count of ["steps", "skipped", "threw"] as const) {
      if (snapshot[count] !== second[count]) return `after action ${index + 1}, ${count}`;
    }
  }
  return undefined;
}

interface Property {
  readonly what: string;
  readonly traits: Traits;
  readonly vary?: variations.Variation;
  /** From this way of saying it, rather than from the composition as it is. */
  readonly from?: variations.Variation;
  readonly variant?: Variant;
  readonly seed?: number;
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
      for (const [composition, varied] of pairs(traits, vary, runs(12).numRuns, 100 + index)) {
        const first = from(composition)!;
        const found = difference(perform(first), perform(varied, variant));
        expect(found && `${found}\n\n${programOf(first)}`).toBeUndefined();
      }
    },
  );
});
