/** Finds the rule that each parameter takes of those of partitions: some parts of the whole, under their names there. */
import type { Assign, Choice, Part, Planner, Rule, Select } from "./definition.ts";

export function assigner(parts: readonly Part[], planner: Planner, select: Select): Assign {
  return (parameters, { matches, refuse }) => {
    const known = new Map<string, Rule>();
    const choices = new Set<Choice>();
    const used = new Set<Choice["branches"][number]>();
    const rules = parameters.map((parameter) => {
      const taken = select((choice) => {
        const matching = [...choice.branches.keys()].filter((index) =>
          matches(choice.branches[index]!.match, parameter),
        );
        if (matching.length > 1) {
          refuse(
            `parameter \`${parameter.name}\` matches branches ${matching.join(" and ")} of the partition`,
          );
        }
        const index = matching[0] ?? -1;
        choices.add(choice);
        used.add(choice.branches[index]!);
        return index;
      });
      const key = String(taken);
      const rule = known.get(key) ?? { parts: (taken ?? []).map((part) => parts[part]!), planner };
      known.set(key, rule);
      return rule;
    });
    for (const { branches } of choices) {
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
