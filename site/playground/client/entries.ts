/** Entries as one changes them. */
import type { Catalogue, KnownOptimizer } from "../catalogue.ts";
import type { Entry, Hyper, RuleEntry } from "../state.ts";

export const knownOf = ({ optimizers }: Catalogue, name: string): KnownOptimizer | undefined =>
  optimizers.find((each) => each.name === name);

/** All options of an entry with their values. */
export const hyperOf = (catalogue: Catalogue, entry: Entry): Hyper =>
  entry.kind === "rule"
    ? entry.hyper
    : { ...knownOf(catalogue, entry.name)?.hyper, ...entry.options };

export const withHyper = (entry: Entry, name: string, value: number | boolean): Entry =>
  entry.kind === "rule"
    ? { ...entry, hyper: { ...entry.hyper, [name]: value } }
    : { ...entry, options: { ...entry.options, [name]: value } };

/** An optimizer of the library as a rule of one's own, to be changed. */
export function asRule(
  { name, hyper, ranges, state, rule, evaluation }: KnownOptimizer,
  options: Hyper,
  names: readonly string[],
): RuleEntry {
  return {
    kind: "rule",
    name: freeName(name, names),
    ...{ rule, hyper: { ...hyper, ...options }, ranges, state },
    ...(evaluation !== undefined && { evaluation }),
  };
}

function freeName(name: string, taken: readonly string[]): string {
  const first = `my-${name.replace(/^my-|-\d+$/g, "")}`;
  for (let i = 1; ; i++) {
    const tried = i === 1 ? first : `${first}-${i}`;
    if (!taken.includes(tried)) return tried;
  }
}

const without = <T>(record: Readonly<Record<string, T>>, name: string) =>
  Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));

export const withoutName = (entry: RuleEntry, name: string): RuleEntry => ({
  ...entry,
  hyper: without(entry.hyper, name),
  ranges: without(entry.ranges, name),
  state: without(entry.state, name),
});

export const withHyperparameter = (entry: RuleEntry, name: string): RuleEntry => ({
  ...entry,
  hyper: { ...entry.hyper, [name]: name === "lr" ? 0.01 : 0.1 },
});

export const withState = (entry: RuleEntry, name: string): RuleEntry => ({
  ...entry,
  state: { ...entry.state, [name]: { kind: "element", initial: 0 } },
});
