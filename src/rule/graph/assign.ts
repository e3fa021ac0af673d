/** Gives each parameter its rule in a partition: some of the parts, under their names in the whole rule. */
import type {
  Assign,
  Choice,
  Matching,
  Named,
  Part,
  Planner,
  Rule,
  Select,
} from "../definition.ts";

/** Finds the branch that a parameter matches: names by one look-up, patterns and functions one by one. */
function matcher(
  { branches }: Choice,
  matches: Matching["matches"],
): (parameter: Named) => readonly number[] {
  const byName = new Map<string, number[]>();
  const others: number[] = [];
  for (const [index, { match }] of branches.entries()) {
    if (typeof match === "string") {
      byName.set(match, [...(byName.get(match) ?? []), index]);
    } else {
      others.push(index);
    }
  }
  return (parameter) => {
    const found = others.filter((index) => matches(branches[index]!.match, parameter));
    return [...(byName.get(parameter.name) ?? []), ...found].sort((a, b) => a - b);
  };
}

export function assigner(parts: readonly Part[], planner: Planner, select: Select): Assign {
  return (parameters, { matches, refuse }) => {
    const known = new Map<string, Rule>();
    const matchers = new Map<Choice, ReturnType<typeof matcher>>();
    const used = new Set<Choice["branches"][number]>();
    const rules = parameters.map((parameter) => {
      const taken = select((choice) => {
        const find = matchers.get(choice) ?? matcher(choice, matches);
        matchers.set(choice, find);
        const matching = find(parameter);
        if (matching.length > 1) {
          refuse(
            `parameter \`${parameter.name}\` matches branches ${matching.join(" and ")} of the partition`,
          );
        }
        const index = matching[0] ?? -1;
        used.add(choice.branches[index]!);
        return index;
      });
      const key = String(taken);
      const rule = known.get(key) ?? { parts: (taken ?? []).map((part) => parts[part]!), planner };
      known.set(key, rule);
      return rule;
    });
    for (const { branches } of matchers.keys()) {
      const index = branches.findIndex((branch) => !used.has(branch));
      if (index >= 0) {
        const names = parameters.map(({ name }) => name).join(", ");
        refuse(
          `branch ${index} (${branches[index]!.match}) of the partition matches none of ${names}`,
        );
      }
    }
    return rules;
  };
}
