/** Checks whether two ways to run a composition give the same bits. */
import { firstDifference } from "../support/bits.ts";
import type { Outcome } from "./library.ts";

/**
 * The differences between two outcomes.
 * @param second the name of a parameter in one of them, which in the other is the end of another parameter
 */
export function difference(one: Outcome, other: Outcome, second = ""): string | undefined {
  if (one.refused || other.refused) {
    const [is, right] = [other, one].map(({ refused }) => refused?.message ?? "not refused");
    return is === right ? undefined : `${is} rather than ${right}`;
  }
  for (const [index, snapshot] of one.snapshots.entries()) {
    const also = other.snapshots[index]!;
    for (const kind of ["parameters", "evaluation"] as const) {
      for (const [name, values] of snapshot[kind]) {
        const given = also[kind].get(name)!;
        const rest = values.length === given.length ? [] : Array.from(also[kind].get(second)!);
        const joined = [...Array.from(given), ...rest];
        const at = firstDifference(values, joined);
        if (at !== undefined) {
          return `after action ${index + 1}, ${kind} ${name}[${at}]: ${joined[at]} rather than ${values[at]}`;
        }
      }
    }
    for (const count of ["steps", "skipped", "threw"] as const) {
      if (snapshot[count] !== also[count]) {
        return `after action ${index + 1}, ${count}: ${also[count]} rather than ${snapshot[count]}`;
      }
    }
  }
  return undefined;
}
