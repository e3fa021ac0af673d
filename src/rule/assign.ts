/** Finds the rule that each parameter takes of those of partitions. */
import type { Choice, Match, Rule } from "./definition.ts";

/** A parameter as a `match` sees it. */
export interface Named {
  readonly name: string;
  readonly shape: readonly number[];
}

/** What the runtime knows of matching, and how it refuses what does not fit. */
export interface Matching {
  readonly matches: (match: Match, parameter: Named) => boolean;
  readonly refuse: (problem: string) => never;
}

/** The rule of one parameter: asks at each choice for the branch that it takes, or -1. */
export type Select = (pick: (choice: Choice) => number) => Rule;

/** The rule of each parameter, in their order; those that take the same share one. */
export type Assign = (parameters: readonly Named[], matching: Matching) => readonly Rule[];

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
