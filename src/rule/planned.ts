/** Remembers the programs of rules that were planned lately, for whoever binds the same rule again. */
import type { Definition, HyperValues, Rule } from "./definition.ts";
import type { Program } from "./program.ts";

/** More than an application has; a search over settings that decide a rule's form has many. */
const most = 64;

const numbers = new WeakMap<Definition, number>();
let count = 0;

function numberOf(definition: Definition): number {
  const known = numbers.get(definition) ?? count++;
  numbers.set(definition, known);
  return known;
}

/** All that a program depends on: a schedule's values are asked for at each step. */
function keyOf({ parts }: Rule, hyper: HyperValues, rest: readonly unknown[]): string {
  const definitions = parts.map(({ name, definition }) => [name, numberOf(definition)]);
  const values = [...hyper].map(([name, value]) =>
    typeof value === "function" ? [name] : [name, String(value)],
  );
  return JSON.stringify([definitions, values, rest]);
}

/** As `plan`, with the same program for what it has planned before. */
export function remembering<P extends Program | undefined, Rest extends readonly unknown[]>(
  plan: (rule: Rule, hyper: HyperValues, ...rest: Rest) => P,
): (rule: Rule, hyper: HyperValues, ...rest: Rest) => P {
  const known = new Map<string, P>();
  return (rule, hyper, ...rest) => {
    const key = keyOf(rule, hyper, rest);
    const program = known.get(key) ?? plan(rule, hyper, ...rest);
    // The latest is the last.
    known.delete(key);
    known.set(key, program);
    for (const oldest of known.size > most ? [known.keys().next().value!] : []) {
      known.delete(oldest);
    }
    return program;
  };
}
