/** Finds the export that a comment or an example means by a name. */
import type { Arrangement, Exported } from "./arrange.ts";
import { kindOf } from "./declarations.ts";
import type { EntryOf } from "./examples.ts";

/** The export of that entry, of `gradus`, or of the first other entry that has the name. */
export function namesFor(
  { entries }: Arrangement,
  entryName: string,
): (name: string) => Exported | undefined {
  const rank = (name: string) => (name === entryName ? 0 : name === "gradus" ? 1 : 2);
  const ordered = entries.toSorted((a, b) => rank(a.entry.name) - rank(b.entry.name));
  return (name) => ordered.flatMap(({ exports }) => exports).find((each) => each.name === name);
}

/** The entries from which the examples of an entry import names. */
export function entriesFor(arrangement: Arrangement, entryName: string): EntryOf {
  const find = namesFor(arrangement, entryName);
  return (name) => {
    const found = find(name);
    return found && { entry: found.entry.name, isType: kindOf(found.declaration) === "type" };
  };
}
