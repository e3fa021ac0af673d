/** The parts of a rule as a saved state names them: `clipByNorm:1c2f60ab+adam#2:90d1e7aa`. */

/** A part: its name in its rule, and what it is, whatever place it has there. */
interface RulePart {
  readonly name: string;
  /** The definition's name and the fingerprint of its maths. */
  readonly maths: string;
}

/** @param rule undefined of a frozen parameter */
export function partsIn(rule: string | undefined): RulePart[] {
  return (rule ? rule.split("+") : []).map((text) => {
    const [name = "", fingerprint = ""] = text.split(":");
    return { name, maths: `${name.replace(/#.*/, "")}:${fingerprint}` };
  });
}

/**
 * Which saved part each part of now is. Where all of a parameter's parts are the same in the same order, they are
 * the same whatever they are called, which depends on the rest of the rule; else those of one name and maths.
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

/** Whether two rules are the same, but for what their parts are called. */
export const isSameRule = (a: string | undefined, b: string | undefined): boolean =>
  String(partsIn(a).map(({ maths }) => maths)) === String(partsIn(b).map(({ maths }) => maths));

/** The part that a state or a hyperparameter belongs to: `adam` of `adam.m`. */
export const partOf = (qualified: string): string => qualified.slice(0, qualified.indexOf("."));

/** The same of another part. */
export const inPart = (qualified: string, part: string): string =>
  part + qualified.slice(qualified.indexOf("."));
