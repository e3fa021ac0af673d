/** The parts of a rule, as a saved state names them: `clipByNorm:1c2f60ab+adam#2:90d1e7aa`. */

/** A part: its name in its rule, and its identity, which does not depend on its place there. */
interface RulePart {
  readonly name: string;
  /** The definition's name and the fingerprint of its maths. */
  readonly maths: string;
}

/** @param rule undefined for a frozen parameter */
export function partsIn(rule: string | undefined): RulePart[] {
  return (rule ? rule.split("+") : []).map((text) => {
    const [name = "", fingerprint = ""] = text.split(":");
    return { name, maths: `${name.replace(/#.*/, "")}:${fingerprint}` };
  });
}

/**
 * Finds the saved part for each present part. If all parts of a parameter are the same in the same order, they match by position,
 * because their names depend on the rest of the rule. Otherwise parts match by name and maths.
 */
export function matchParts(
  now: string | undefined,
  before: string | undefined,
): ReadonlyMap<string, string> {
  const [live, saved] = [partsIn(now), partsIn(before)];
  const same =
    live.length === saved.length && live.every(({ maths }, index) => maths === saved[index]!.maths);
  return new Map(
    live.flatMap(({ name, maths }, index) => {
      const found = same
        ? saved[index]
        : saved.find((each) => each.name === name && each.maths === maths);
      return found ? [[name, found.name] as const] : [];
    }),
  );
}

/** Whether two rules are the same, apart from the names of their parts. */
export const isSameRule = (a: string | undefined, b: string | undefined): boolean =>
  String(partsIn(a).map(({ maths }) => maths)) === String(partsIn(b).map(({ maths }) => maths));

/** The part that a state or a hyperparameter belongs to: `adam` of `adam.m`. */
export const partOf = (qualified: string): string => qualified.slice(0, qualified.indexOf("."));

/** The same name in another part. */
export const inPart = (qualified: string, part: string): string =>
  part + qualified.slice(qualified.indexOf("."));
