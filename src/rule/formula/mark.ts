/**
 * Chooses the symbol of each value.
 *
 * A subscript says which step a value belongs to: θ_{t-1} and m_{t-1} are the values after the last step,
 * θ_t and m_t those after this one. Primes number the values that one name has within a step.
 * Inputs start without a prime and get one more with each change: g_t, g_t', g_t''. So do u and locals.
 * Results of a step have no prime; only their intermediate values have: θ_{t-1}, θ_t', θ_t.
 * Hyperparameters have no subscript, unless a schedule changes them: η_t.
 *
 * g, u and θ belong to the whole chain. All other symbols belong to their part, as names do:
 * the ε of clipping is not Adam's, and is under another title.
 */

import type { Part } from "../definition.ts";
import { statementsOf } from "../language/statements.ts";
import type { Block } from "./equations.ts";
import { type Glyph, glyphsOf } from "./glyph.ts";
import type { Time, Value } from "./resolve.ts";
import { leavesOf } from "./term.ts";

/** A symbol, ready to be written. */
export interface Mark {
  /** Its name in the rule. */
  readonly name: string;
  readonly glyph: Glyph;
  readonly time: Time;
  readonly primes: number;
}

const flowing = ["g", "u", "p"];

/** The glyphs of a part's hyperparameters, state and locals. */
export function partGlyphs({ definition }: Part): Map<string, Glyph> {
  const locals = statementsOf(definition)
    .map(({ target }) => target)
    .filter((name) => !flowing.includes(name));
  const names = [
    ...Object.keys(definition.hyper),
    ...Object.keys(definition.state ?? {}),
    ...locals,
  ];
  return glyphsOf(definition, new Set(names));
}

/** The values of each name in order, without those at the start of a step. */
function versionsOf(blocks: readonly Block[]): Value[][] {
  const versions = new Map<string, Value[]>();
  for (const { target } of blocks.flatMap((block) => block.equations)) {
    const key = target.role === "flow" ? target.name : `${target.part.name}.${target.name}`;
    const known = versions.get(key) ?? [];
    known.push(target);
    versions.set(key, known);
  }
  return [...versions.values()];
}

/** The number of primes of each value that an equation defines. */
function primesOf(blocks: readonly Block[]): Map<Value, number> {
  const versions = versionsOf(blocks);
  const targets = new Set(versions.flat());
  const leaves = blocks.flatMap(({ equations }) =>
    equations.flatMap(({ value }) => leavesOf(value)),
  );
  // Without an optimizer, a direction is an input, as the gradient is in every rule.
  const flowsIn = new Set(
    leaves.filter((value) => value.role === "flow" && !targets.has(value)).map(({ name }) => name),
  ).add("g");
  const primes = new Map<Value, number>();
  for (const values of versions) {
    for (const [index, value] of values.entries()) {
      const isLeft = value.role === "state" || value.name === "p";
      const before = isLeft || (value.role === "flow" && flowsIn.has(value.name)) ? 1 : 0;
      const isLast = index === values.length - 1;
      primes.set(value, isLeft && isLast ? 0 : index + before);
    }
  }
  return primes;
}

/** Gives the symbol of each value in a rule's equations. */
export function marksOf(blocks: readonly Block[]): (value: Value) => Mark {
  const primes = primesOf(blocks);
  const glyphs = new Map<Part, Map<string, Glyph>>();
  return (value) => {
    let known = glyphs.get(value.part);
    if (known === undefined) {
      known = partGlyphs(value.part);
      glyphs.set(value.part, known);
    }
    const { name, time } = value;
    return { name, glyph: known.get(name)!, time, primes: primes.get(value) ?? 0 };
  };
}
