/** Finds the rule that each parameter takes of those of partitions. */
import type { Assign, Choice, Rule, Select } from "./definition.ts";

export function assigner(select: Select): Assign {
  return (parameters, { matches, refuse }) => {
    const known = new Map<string, Rule>();
    const choices = new Set<Choice>();
    const used = new Set<Choice["branches"][number]>();
    const rules = parameters.map((parameter) => {
      const picks: number[] = [];
      const rule = select((choice) => {
        const taken = [...choice.branches.keys()].filter((index) =>
          matches(choice.branches[index]!.match, parameter),
        );
        if (taken.length > 1) {
          refuse(
            `parameter \`${parameter.name}\` matches branches ${taken.join(" and ")} of the partition`,
          );
        }
        const index = taken[0] ?? -1;
        choices.add(choice);
        used.add(choice.branches[index]!);
        picks.push(index);
        return index;
      });
      const key = picks.join();
      known.set(key, known.get(key) ?? rule);
      return known.get(key)!;
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
